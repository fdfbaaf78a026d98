// A visitor who takes turns by hand, with a real microphone in a real room: heard from the first syllable
// on while the button is held, and by nobody in between.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Room } from '../support/room.js';
import { answerTo, Stage } from '../support/stage.js';
import type { Visit } from '../support/visit.js';

describe('A visitor who holds the button', () => {
  let stage: Stage;
  let room: Room;
  let visit: Visit;

  beforeAll(async () => {
    stage = await Stage.open();
    room = await stage.room();
    visit = await stage.visit({ microphone: room });
    await visit.page.$eval('voice-agent', (element) => element.removeAttribute('greeting'));
    await visit.set({ 'turn-taking': 'push-to-talk' });
    await visit.press('start-button');
    await visit.state('live listening');
    await visit.button('talk-button');
    await visit.serverEvent('session.updated');
  });
  afterAll(() => stage.close());

  it('is heard from the first syllable on, and answered once', async () => {
    const from = await visit.holdAndSay(room, 'what are your prices');
    await visit.said('agent', answerTo('price'), { from });
    await visit.state('live listening', { from });
    expect(visit.states(from)).toEqual([
      'live hearing',
      'live thinking',
      'live speaking',
      'live listening',
    ]);
    expect(await visit.text('status')).toContain('Hold the button while you speak');
  });

  it('is not heard while nobody holds it', async () => {
    const from = visit.events.length;
    const since = await visit.now();
    await room.say('tell me a long story');
    await visit.heard('visitor', true, since);
    const next = await visit.holdAndSay(room, 'do you deliver');
    await visit.said('agent', answerTo('delivery'), { from: next });
    const questions = visit
      .named('voice-transcript', from)
      .filter(({ detail }) => detail.role === 'user' && detail.final && detail.text !== '');
    expect(new Set(questions.map(({ detail }) => detail.text))).toEqual(
      new Set(['Do you deliver']),
    );
    // Else the next question would stop this answer.
    await visit.state('live listening', { from: next });
  });

  it('stops the agent with it', async () => {
    const story = await visit.holdAndSay(room, 'tell me a long story');
    const speaking = await visit.state('live speaking', { from: story });
    await visit.heard('agent', true, speaking.at);
    const from = await visit.holdAndSay(room, 'when are you open');
    await visit.serverEvent('output_audio_buffer.cleared', { from: story });
    const cut = await visit.event('voice-transcript', ({ interrupted }) => interrupted, {
      from: story,
    });
    const { text } = cut.detail;
    expect(text).toBe(answerTo('story').slice(0, text.length));
    await visit.said('agent', answerTo('hours'), { from });
    await visit.state('live listening', { from });
  });

  it('may press it without a word, and sees no error', async () => {
    const button = await visit.button('talk-button');
    // Once to begin, once to end.
    await button.click();
    await visit.until('Tap to send', () => visit.states().at(-1) === 'live hearing');
    const from = visit.events.length;
    await button.click();
    await visit.until('an answer, or none', () =>
      visit.events
        .slice(from)
        .some(
          ({ name, detail }) =>
            name === 'voice-server-event' &&
            (detail.type === 'error' || detail.type === 'response.done'),
        ),
    );
    expect(visit.named('voice-error')).toEqual([]);
    expect(await visit.text('error')).toBe('');
  });

  it('goes on without it, in the same call', async () => {
    await visit.set({ 'turn-taking': 'auto' });
    await visit.until('rest', () => visit.states().at(-1) === 'live listening');
    const from = visit.events.length;
    await visit.ask(room, 'how often do i water my fern');
    await visit.said('agent', answerTo('care-fern'), { from });
    expect(visit.named('voice-start')).toHaveLength(1);
    expect(visit.complaints).toEqual([]);
  });
});
