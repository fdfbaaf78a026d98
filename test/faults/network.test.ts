// C: the network itself is taken away, filtered or changed for another one.
import { describe, expect, it } from 'vitest';
import { shopAgent } from '../../src/local/agents/shop.js';
import { setTimeout } from 'node:timers/promises';
import type { EventDetail, PageEvent } from '../support/page-probe.js';
import { answerTo } from '../support/stage.js';
import { NOTHING, Visit } from '../support/visit.js';
import { hasEnded, startsAgain } from './support/endings.js';
import { TwoNetworks } from './support/two-networks.js';

declare global {
  /** When the browser said so, in page time. */
  var wentOffline: number;
}

const isPoor = ({ state }: EventDetail) => state.quality === 'poor';
const isGood = ({ state }: EventDetail) => state.quality === 'good';
const isConnecting = ({ detail }: PageEvent) => detail.state.status === 'connecting';
const isRecovering = ({ name, detail }: PageEvent) =>
  name === 'voice-state-change' && detail.state.status === 'recovering';
/** A visitor with a network of their own, to be taken away. */
async function within(
  story: (visit: Visit, networks: TwoNetworks) => Promise<void>,
): Promise<void> {
  const networks = await TwoNetworks.open();
  try {
    await story(await Visit.open(networks.browser, networks.url), networks);
  } finally {
    await networks.close();
  }
}

const secrets = (visit: Visit) =>
  visit.requests.filter((request) => /POST .*\/token/.test(request)).length;

/** In a call, and the agent has said its greeting. */
async function talks(visit: Visit): Promise<void> {
  await visit.press('start-button');
  await visit.state('live speaking');
  await visit.state('live listening', { from: visit.events.length });
}

const types = (visit: Visit, text: string) =>
  visit.page.evaluate((words) => document.querySelector('voice-agent')!.sendText(words), text);

/**
 * The same conversation goes on, by a microphone that never was off, and ends as any other.
 * @param before what was said since the greeting
 */
async function goesOn(visit: Visit, before: readonly string[] = []): Promise<void> {
  const asked = await visit.now();
  const from = visit.events.length;
  await types(visit, 'what are your prices');
  await visit.said('agent', answerTo('price'), { from });
  await visit.heard('agent', true, asked);
  const texts = await visit.page.evaluate(() =>
    document.querySelector('voice-agent')!.items.map(({ text }) => text),
  );
  expect(texts).toEqual([
    ...[shopAgent.greeting, ...before],
    ...['what are your prices', answerTo('price')],
  ]);
  expect(await visit.page.evaluate(() => probe.opened.microphones)).toBe(1);
  expect(visit.named('voice-error')).toEqual([]);
  expect(visit.named('voice-start')).toHaveLength(1);
  await visit.press('end-button');
  const end = await visit.event('voice-end');
  expect(end.detail.reason).toBe('user');
  expect(end.open).toEqual(NOTHING);
}

// Side by side: most of their time is waiting.
describe.concurrent('A visitor', () => {
  it('C4 of a network without UDP reads so within 16 seconds', () =>
    within(async (visit, networks) => {
      await networks.udp(false);
      await visit.press('start-button');
      await hasEnded(visit, 'network-blocked', /does not let the call through.*another network/);
      // From when the network is all that is waited for.
      const asked = visit.named('voice-state-change').findLast(isConnecting)!;
      const [end] = visit.named('voice-end');
      expect(end!.at - asked.at).toBeLessThan(17_000);
      const { statistics } = await visit.page.$eval('voice-agent', (element) => element.report());
      expect(statistics?.route).toBeUndefined();
      expect(statistics?.tried?.map(({ local }) => local['protocol'])).toContain('udp');
      await networks.udp(true);
      await startsAgain(visit);
    }));

  it('C6 whose network loses UDP for 20 seconds goes on talking', () =>
    within(async (visit, networks) => {
      await talks(visit);
      const from = visit.events.length;
      const began = await visit.now();
      await networks.udp(false);
      const poor = await visit.event('voice-state-change', isPoor, { from });
      expect(poor.at - began).toBeLessThan(5_500);
      await setTimeout(20_000);
      const recovering = visit.events.findIndex(isRecovering);
      expect(recovering).toBeGreaterThan(0);
      // It is answered as soon as the visitor can hear again.
      await types(visit, 'hello');
      await networks.udp(true);
      const back = await visit.now();
      const heard = await visit.heard('agent', true, back);
      expect(heard - back).toBeLessThan(3_000);
      await visit.serverEvent('output_audio_buffer.stopped', { from: recovering });
      await visit.heard('agent', false, heard);
      await goesOn(visit, ['hello', answerTo('hello')]);
    }));

  it('C7 who changes from one network to another goes on talking', () =>
    within(async (visit, networks) => {
      await talks(visit);
      const from = visit.events.length;
      await networks.link(2, true);
      await networks.link(1, false);
      await visit.state('recovering', { from, ms: 25_000 });
      expect(await visit.text('status')).toContain('Reconnecting');
      await visit.state('live listening', { from: visit.events.findIndex(isRecovering) });
      expect(secrets(visit)).toBe(2);
      await goesOn(visit);
    }));

  it('C5 whose cable is out for a moment sees so at once, and goes on in the same session', () =>
    within(async (visit, networks) => {
      await talks(visit);
      const from = visit.events.length;
      await visit.page.evaluate(() => {
        addEventListener('offline', () => (globalThis.wentOffline = performance.now()));
      });
      await networks.link(1, false);
      const poor = await visit.event('voice-state-change', isPoor, { from });
      const offline = await visit.page.evaluate(() => globalThis.wentOffline);
      expect(poor.at - offline).toBeLessThan(100);
      await setTimeout(2_000);
      await networks.link(1, true);
      await visit.event('voice-state-change', isGood, { from: visit.events.indexOf(poor) });
      expect(visit.states(from)).not.toContain('recovering');
      expect(secrets(visit)).toBe(1);
      await goesOn(visit);
    }));
});
