// The whole visit, as one visitor has it: greeting, question, answer, breaking in, muting, ending and
// starting again; and what the page is told, and left with, at each point.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopAgent } from '../../src/local/agents/shop.js';
import type { PageEvent } from '../support/page-probe.js';
import type { Room } from '../support/room.js';
import { answerTo, Stage } from '../support/stage.js';
import { NOTHING, type Visit } from '../support/visit.js';

/** With 130 ms on an idle machine; a busy one is late with everything. */
const SILENT_WITHIN_MS = 600;

describe('A visitor of the shop', () => {
  let stage: Stage;
  let room: Room;
  let visit: Visit;
  /** What is said into the agent's own voice may be too unclear at first. */
  let asksAgain = false;
  /** Number of the first event that the step at hand has not looked at. */
  let from = 0;

  /** Waits for an event, and goes on after it. */
  async function next(event: Promise<PageEvent>): Promise<PageEvent> {
    const found = await event;
    from = visit.events.indexOf(found) + 1;
    return found;
  }

  /** The visitor has asked, and is answered with these words and this voice, to their end. */
  async function isAnswered(question: string, intent: string): Promise<void> {
    await next(visit.said('user', question, { from }));
    const speaking = await next(visit.state('live speaking', { from }));
    await visit.heard('agent', true, speaking.at - 200);
    await next(visit.said('agent', answerTo(intent), { from }));
  }

  beforeAll(async () => {
    stage = await Stage.open();
    room = await stage.room();
    visit = await stage.visit({ microphone: room });
  });

  afterAll(() => stage.close());

  it('presses one button and is greeted', async () => {
    expect(await visit.text('start-button')).toBe('Start talking');
    await visit.press('start-button');
    await next(visit.state('live listening'));
    const speaking = await next(visit.state('live speaking', { from }));
    await visit.heard('agent', true, speaking.at - 200);
    const greeting = await next(visit.said('agent', shopAgent.greeting, { from }));
    expect(greeting.detail.interrupted).toBe(false);
    await next(visit.state('live listening', { from }));
  });

  it('asks, and is answered', async () => {
    await room.say('what are your prices');
    await isAnswered('What are your prices', 'price');
    const listening = await next(visit.state('live listening', { from }));
    expect(visit.named('voice-transcript').at(-1)?.detail.interrupted).toBe(false);
    // Not before the voice has ended, although the answer was complete long before.
    const last = await visit.lastSound('agent', 0, listening.at);
    expect(listening.at - (last ?? 0)).toBeLessThan(1_000);
  });

  it('breaks into a long story, which stops at once', async () => {
    await room.say('tell me a long story');
    await next(visit.said('user', 'Tell me a long story', { from }));
    const speaking = await next(visit.state('live speaking', { from }));
    await visit.heard('agent', true, speaking.at);
    await room.say('when are you open');
    const began = await visit.heard('visitor', true, speaking.at);
    await next(visit.state('live hearing', { from }));
    const cleared = await next(visit.serverEvent('output_audio_buffer.cleared', { from }));
    const silent = await visit.heard('agent', false, began);
    expect(silent - began).toBeLessThan(SILENT_WITHIN_MS);
    const story = await visit.event('voice-transcript', ({ interrupted }) => interrupted);
    expect(story.detail).toMatchObject({ role: 'agent', final: true });
    expect(answerTo('story').startsWith(story.detail.text)).toBe(true);
    expect(story.detail.text.length).toBeLessThan(answerTo('story').length / 2);
    expect(cleared.detail.response_id).toEqual(expect.any(String));
  });

  it('has asked something else by that, and is answered', async () => {
    const { detail } = await visit.said('user', /^/, { from });
    if (detail.text === '') {
      asksAgain = true;
      await next(visit.state('live speaking', { from }));
      await next(visit.state('live listening', { from }));
      await room.say('when are you open');
    }
    await isAnswered('When are you open', 'hours');
    await next(visit.state('live listening', { from }));
  });

  it('is not heard while muted', async () => {
    await visit.press('mute-button');
    const muted = await next(visit.state('live listening muted', { from }));
    expect(await visit.text('status')).toContain('You are muted');
    await room.say('where is my order');
    await visit.heard('visitor', true, muted.at);
    // That the service hears again what is said next shows that only the muting was in between.
    await visit.press('mute-button');
    await next(visit.state('live listening', { from }));
    await room.say('do you deliver');
    await isAnswered('Do you deliver', 'delivery');
    const questions = visit
      .named('voice-transcript')
      .filter(({ detail }) => detail.role === 'user' && detail.final)
      .map(({ detail }) => detail.text);
    expect(new Set(questions)).toEqual(
      new Set([
        'What are your prices',
        'Tell me a long story',
        'When are you open',
        'Do you deliver',
        ...(asksAgain ? [''] : []),
      ]),
    );
  });

  it('has lost no word on the way, as the service reports', async () => {
    const reported = await visit.page.evaluate(() => probe.reported());
    expect(reported?.packetsLost).toBe(0);
    expect(reported?.roundTripTime).toBeGreaterThan(0);
  });

  it('ends the call, and nothing of it is left open', async () => {
    expect(await visit.open()).toMatchObject({ microphones: 1, connections: 1, speakers: 1 });
    await visit.press('end-button');
    const end = await next(visit.event('voice-end'));
    expect(end.detail).toMatchObject({ reason: 'user' });
    expect(end.detail.durationMs).toBeGreaterThan(20_000);
    expect(end.open).toEqual(NOTHING);
    expect(await visit.text('status')).toMatch(/^Call ended · \d:\d\d$/);
  });

  it('was told each state, and nothing else', () => {
    expect(visit.states()).toEqual([
      // Waiting for microphone, secret and connection, then for two of them, one, none.
      ...['connecting', 'connecting', 'connecting', 'connecting'],
      'live listening',
      // The greeting,
      ...['live thinking', 'live speaking', 'live listening'],
      // the prices,
      ...['live hearing', 'live thinking', 'live speaking', 'live listening'],
      // the story, broken into by the opening hours,
      ...['live hearing', 'live thinking', 'live speaking'],
      ...['live hearing', 'live thinking', 'live speaking', 'live listening'],
      ...(asksAgain ? ['live hearing', 'live thinking', 'live speaking', 'live listening'] : []),
      // muted, and not any more,
      ...['live listening muted', 'live listening'],
      // the delivery, which the end cuts off.
      ...['live hearing', 'live thinking', 'live speaking'],
      'ended user',
    ]);
    expect(visit.named('voice-start')).toHaveLength(1);
    expect(visit.named('voice-end')).toHaveLength(1);
    expect(visit.named('voice-error')).toEqual([]);
  });

  it('starts again, and the conversation begins anew', async () => {
    expect(await visit.text('start-button')).toBe('Talk again');
    await visit.press('start-button');
    await next(visit.said('agent', shopAgent.greeting, { from }));
    expect(
      await visit.page.$eval('voice-agent', (element) => {
        const { items } = element as unknown as { items: { role: string }[] };
        return items.map(({ role }) => role);
      }),
    ).toEqual(['agent']);
    await visit.press('end-button');
    const end = await next(visit.event('voice-end', undefined, { from }));
    expect(end.open).toEqual(NOTHING);
    expect(visit.named('voice-start')).toHaveLength(2);
    expect(visit.named('voice-end')).toHaveLength(2);
    expect(visit.complaints).toEqual([]);
  });
});
