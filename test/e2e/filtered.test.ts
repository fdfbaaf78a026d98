// A call behind Azure's event filter: the page is shown eleven types of events, neither the session nor
// where an answer begins and ends, and still has a conversation.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passesFilter } from '../../src/local/call/event-filter.js';
import type { Room } from '../support/room.js';
import { answerTo, Stage } from '../support/stage.js';
import type { Visit } from '../support/visit.js';

describe('A visitor of a site that hides events', () => {
  let stage: Stage;
  let room: Room;
  let visit: Visit;

  beforeAll(async () => {
    stage = await Stage.open();
    room = await stage.room();
    visit = await stage.visit({ microphone: room });
    await visit.page.$eval('voice-agent', async (element) => {
      element.removeAttribute('greeting');
      const response = await fetch(element.tokenUrl!, { method: 'POST' });
      const { calls_url } = (await response.json()) as { calls_url: string };
      element.callsUrl = `${calls_url}?webrtcfilter=on`;
    });
    await visit.press('start-button');
    await visit.state('live listening');
  });
  afterAll(() => stage.close());

  it('is answered each time, by voice and in writing', async () => {
    await visit.ask(room, 'what are your prices');
    await visit.said('agent', answerTo('price'));
    await visit.state('live listening', { from: visit.events.length - 1 });
    for (const [text, intent] of [
      ['Do you deliver?', 'delivery'],
      ['When are you open?', 'hours'],
      ['What are your prices?', 'price'],
    ] as const) {
      const from = visit.events.length;
      await visit.page.$eval('voice-agent', (element, words) => element.sendText(words), text);
      await visit.said('agent', answerTo(intent), { from });
      await visit.state('live listening', { from });
      expect(visit.states(from)).toEqual(['live thinking', 'live speaking', 'live listening']);
    }
  });

  it('stops the agent by typing, and is answered', async () => {
    await visit.page.$eval('voice-agent', (element) => element.sendText('Tell me a long story.'));
    const speaking = await visit.state('live speaking', { from: visit.events.length - 1 });
    await visit.heard('agent', true, speaking.at);
    const from = visit.events.length;
    await visit.page.$eval('voice-agent', (element) => element.sendText('Do you deliver?'));
    await visit.said('agent', answerTo('delivery'), { from });
    await visit.state('live listening', { from });
  });

  it('saw nothing else of the service', () => {
    const made = ['response.created', 'response.done', 'output_audio_buffer.cleared'];
    const types = new Set(visit.named('voice-server-event').map(({ detail }) => detail.type));
    expect([...types].filter((type) => !passesFilter(type) && !made.includes(type))).toEqual([]);
    expect(types).toContain('response.done');
    expect(visit.named('voice-error')).toEqual([]);
  });
});
