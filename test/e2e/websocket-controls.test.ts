// What a visitor may set and press in a call, in a browser without WebRTC: over a WebSocket it does the same.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loudness } from '../../src/local/audio/pcm.js';
import type { Room } from '../support/room.js';
import { answerTo, Stage } from '../support/stage.js';
import { NOTHING, type Visit } from '../support/visit.js';

let stage: Stage;
let visit: Visit;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());
afterEach(() => visit.close());

/** A call that waits for the visitor to speak. */
async function begin(microphone: Room | string, attributes: Record<string, string> = {}) {
  visit = await stage.visit({ microphone });
  await visit.page.evaluateOnNewDocument(() => {
    Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
  });
  await visit.page.reload();
  await visit.page.$eval('voice-agent', (element) => element.removeAttribute('greeting'));
  await visit.set({ fallback: 'websocket', ...attributes });
  await visit.press('start-button');
  await visit.state('live listening');
}

/** Nothing went wrong, and nothing is left open. */
async function end(): Promise<void> {
  await visit.press('end-button');
  expect((await visit.event('voice-end')).open).toEqual(NOTHING);
  expect(visit.named('voice-start')).toHaveLength(1);
  expect(visit.named('voice-error')).toEqual([]);
  expect(visit.complaints).toEqual([]);
}

describe('A visitor in a room', () => {
  let room: Room;
  beforeAll(async () => {
    room = await stage.room();
  });

  it('holds the button while they speak, and is heard by nobody in between', async () => {
    await begin(room, { 'turn-taking': 'push-to-talk' });
    await visit.button('talk-button');
    await visit.serverEvent('session.updated');
    const first = await visit.holdAndSay(room, 'what are your prices');
    await visit.said('agent', answerTo('price'), { from: first });
    await visit.serverEvent('output_audio_buffer.stopped', { from: first });
    const between = visit.events.length;
    const since = await visit.now();
    await room.say('tell me a long story');
    await visit.heard('visitor', true, since);
    const second = await visit.holdAndSay(room, 'do you deliver');
    await visit.said('agent', answerTo('delivery'), { from: second });
    await visit.serverEvent('output_audio_buffer.stopped', { from: second });
    expect(visit.states(between)).toEqual([
      'live hearing',
      'live thinking',
      'live speaking',
      'live listening',
    ]);
    await end();
  });

  /** What the loudspeaker of the room plays by now. */
  const isHeard = (expected: boolean) =>
    vi.waitFor(
      () => {
        const played = room.heard(performance.now() - 600);
        expect(loudness(played.samples) > 0.002).toBe(expected);
      },
      { timeout: 10_000, interval: 50 },
    );

  it('sets how loud the agent is, and on which loudspeaker', async () => {
    await begin(room);
    // Another loudspeaker of this room is what its microphone hears.
    await visit.press('mute-button');
    await visit.page.$eval('voice-agent', (element) => element.sendText('Tell me a long story.'));
    await visit.state('live speaking muted');
    await isHeard(true);
    // With a key: the buttons move down while the story grows above them.
    await (await visit.button('settings-button')).press('Enter');
    await visit.button('settings');
    const setVolume = (volume: number) =>
      visit.page.$eval(
        'voice-agent >>> input[type="range"]',
        (input, value) => {
          input.value = String(value);
          input.dispatchEvent(new Event('input'));
        },
        volume,
      );
    await setVolume(0);
    await isHeard(false);
    await setVolume(1);
    await isHeard(true);
    const speakers = (await visit.page.$$('voice-agent >>> [part~="select"]'))[1]!;
    const other = await speakers.evaluate(
      (select) =>
        [...(select as HTMLSelectElement).options].find(({ text }) => text.includes('mouth'))
          ?.value,
    );
    expect(other).toBeTruthy();
    await speakers.select(other!);
    await isHeard(false);
    await speakers.select('');
    await isHeard(true);
    expect(visit.states().at(-1)).toBe('live speaking muted');
    await end();
  });
});

it('A visitor who takes another microphone is heard through it', async () => {
  // Whichever microphone opens begins to speak anew.
  await begin(stage.recording([1_500, 'what are your prices']));
  await visit.said('agent', answerTo('price'));
  await visit.until('rest', () => visit.states().at(-1) === 'live listening');
  const from = visit.events.length;
  await visit.takeLastMicrophone();
  await visit.said('agent', answerTo('price'), { from });
  expect(await visit.open()).toMatchObject({ microphones: 1, contexts: 2 });
  await end();
});
