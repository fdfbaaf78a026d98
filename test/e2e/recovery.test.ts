// The network really goes away, for a moment or for longer: what the visitor sees, and that both sides
// are heard again.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, CDPSession } from 'puppeteer-core';
import { answerTo, Stage } from '../support/stage.js';
import type { Room } from '../support/room.js';
import { NOTHING, Visit } from '../support/visit.js';

let stage: Stage;
let room: Room;
let browser: Browser;
let visit: Visit;
let network: CDPSession;

beforeAll(async () => {
  stage = await Stage.open();
  room = await stage.room();
  browser = await stage.browser({ microphone: room });
});
afterAll(() => stage.close());

/** Nothing gets through, or everything does. Chromium heeds it only where something was set before the page. */
async function blackout(on: boolean): Promise<void> {
  await network.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 1, downloadThroughput: -1, uploadThroughput: -1 },
    packetLoss: on ? 100 : 0,
  });
}

const secrets = () => visit.requests.filter((request) => /POST .*\/token/.test(request)).length;
const isPoor = ({ state }: { state: { quality?: string } }) => state.quality === 'poor';
const isGood = ({ state }: { state: { quality?: string } }) => state.quality === 'good';

beforeEach(async () => {
  visit = await Visit.open(browser, 'about:blank');
  network = await visit.page.createCDPSession();
  await network.send('Network.enable');
  await blackout(false);
  await visit.page.goto(stage.url);
  await visit.press('start-button');
  await visit.state('live speaking');
  await visit.state('live listening', { from: visit.events.length });
  // The page acknowledges the last event up to 0.2 s later. Where that gets lost, too, the local service
  // takes the visitor for gone after 13 s.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
});
afterEach(() => visit.close());

async function endsCleanly(): Promise<void> {
  await visit.press('end-button');
  const end = await visit.event('voice-end');
  expect(end.detail.reason).toBe('user');
  expect(end.open).toEqual(NOTHING);
  expect(visit.named('voice-end')).toHaveLength(1);
}

describe('An outage', () => {
  for (const seconds of [2, 4, 7, 10, 14]) {
    it(`C5 of ${seconds} seconds is survived in the same session`, async () => {
      const from = visit.events.length;
      const began = await visit.now();
      await blackout(true);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      await blackout(false);
      if (seconds > 5) {
        const poor = await visit.event('voice-state-change', isPoor, { from });
        expect(poor.at - began).toBeLessThan(5_000);
        const after = visit.events.indexOf(poor) + 1;
        await visit.event('voice-state-change', isGood, { from: after });
      }
      await visit.ask(room, 'what are your prices');
      await visit.said('agent', answerTo('price'), { from });
      expect(secrets()).toBe(1);
      expect(visit.states(from)).not.toContain('recovering');
      await endsCleanly();
    });
  }

  it('C6 of a minute’s third is survived in another one, which knows what was said', async () => {
    const from = visit.events.length;
    await blackout(true);
    await visit.state('recovering', { from, ms: 30_000 });
    expect(await visit.text('status')).toContain('Reconnecting');
    const speaking = room.say(`${answerTo('care-orchid')} ${answerTo('care-cactus')}`);
    await blackout(false);
    const back = await visit.now();
    const recovering = visit.events.findIndex(
      ({ detail }) => 'state' in detail && detail.state.status === 'recovering',
    );
    // What is said meanwhile is heard as soon as anything can be.
    const hearing = await visit.serverEvent('input_audio_buffer.speech_started', {
      from: recovering,
    });
    expect(hearing.at - back).toBeLessThan(3_000);
    const live = await visit.state('live listening', { from: recovering });
    expect(secrets()).toBe(2);
    await speaking;
    await visit.serverEvent('output_audio_buffer.stopped', { from: recovering });
    const silent = await visit.heard('agent', false, live.at);
    const asking = visit.events.length;
    await visit.ask(room, 'what are your prices');
    await visit.said('agent', answerTo('price'), { from: asking });
    await visit.heard('agent', true, silent + 300);
    expect(await visit.open()).toMatchObject({ microphones: 1, connections: 1 });
    await endsCleanly();
  });
});
