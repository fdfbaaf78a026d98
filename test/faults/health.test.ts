// C, D: a connection that stands, and over which too little, too much or nothing comes.
import type { CDPSession } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Visit } from '../support/visit.js';
import { hasEnded, startsAgain } from './support/endings.js';
import type { QualityMetrics, VoiceEndDetail } from '../../src/core/index.js';
import { ELEMENT, helps, SCRIPT, Site } from './support/site.js';
import { longestTask, traceTasks } from './support/tasks.js';

let site: Site;
let visit: Visit;
let network: CDPSession;

beforeAll(async () => {
  site = await Site.open();
  site.answers(helps);
  site.page('/');
});
afterAll(() => site.close());
afterEach(async () => {
  for (const page of await site.browser.pages())
    if (page.url() !== 'about:blank') await page.close();
});

async function arrive(before?: () => void): Promise<void> {
  visit = await Visit.open(site.browser, 'about:blank');
  network = await visit.page.createCDPSession();
  await network.send('Network.enable');
  // Chromium heeds it only where something was set before the page.
  await conditions({});
  if (before) await visit.page.evaluateOnNewDocument(before);
  await visit.page.goto(site.url('/'));
}

const conditions = (changes: { latency?: number; packetLoss?: number }) =>
  network.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 1, downloadThroughput: -1, uploadThroughput: -1, packetLoss: 0 },
    ...changes,
  });

const isPoor = ({ state }: { state: { quality?: string } }) => state.quality === 'poor';
const isGood = ({ state }: { state: { quality?: string } }) => state.quality === 'good';

const qualities = (from: number) =>
  visit
    .named('voice-metrics', from)
    .filter(({ detail }) => 'kind' in detail && (detail.kind as string) === 'quality');

describe('A connection', () => {
  it('C12 whose channel is open on this side only is made again', async () => {
    await arrive(() => {
      const page = globalThis as unknown as { isDeaf: boolean };
      const { createDataChannel } = RTCPeerConnection.prototype;
      RTCPeerConnection.prototype.createDataChannel = function (...given) {
        const channel = createDataChannel.apply(this, given);
        let isDeaf = false;
        channel.addEventListener('message', (event) => {
          // This one only: the next is another channel.
          isDeaf ||= page.isDeaf;
          if (isDeaf) event.stopImmediatePropagation();
          page.isDeaf = false;
        });
        return channel;
      };
    });
    await visit.press('start-button');
    await visit.state('live speaking');
    const from = visit.events.length;
    const began = await visit.now();
    await visit.page.evaluate(() => {
      Object.assign(globalThis, { isDeaf: true });
      void document.querySelector('voice-agent')!.sendText('What are your prices?');
      // Half a minute goes by.
      const { now } = Date;
      setTimeout(() => {
        Date.now = () => now() + 30_000;
      }, 1_000);
    });
    const lost = await visit.state('recovering', { from });
    expect(lost.at - began).toBeLessThan(9_000);
    await visit.state('live speaking', { from });
    await visit.said('agent', /twelve dollars/, { from });
    expect(visit.named('voice-end')).toEqual([]);
  });

  it('C14 that brings no sound is told once, for as long as there is none', async () => {
    await arrive();
    await visit.set({ 'token-url': '/token?fault=mute-output' });
    await visit.press('start-button');
    await visit.state('live speaking');
    const { detail } = await visit.event('voice-error');
    expect(detail).toMatchObject({ error: { code: 'server-error' }, fatal: false });
    expect(detail.error?.message).toMatch(/^The agent speaks, and is not heard: \d+ packets/);
    expect(await visit.text('notice')).toMatch(/has a problem/);
    expect(await visit.text('error')).toBe('');
    await visit.serverEvent('output_audio_buffer.stopped');
    expect(visit.named('voice-error')).toHaveLength(1);
    await visit.press('end-button');
    await visit.event('voice-end');
    await visit.set({ 'token-url': '/token' });
    await startsAgain(visit);
  });

  it('C14 that brings sound is not told of', async () => {
    await arrive();
    await visit.press('start-button');
    await visit.state('live speaking');
    await visit.serverEvent('output_audio_buffer.stopped');
    expect(visit.named('voice-error')).toEqual([]);
  });

  it.each([
    ['C15 that loses a fifth', { packetLoss: 20 }, ({ loss = 0 }: QualityMetrics) => loss > 0.05],
    ['C15 that is late', { latency: 300 }, ({ roundTrip = 0 }: QualityMetrics) => roundTrip > 500],
  ])(
    '%s is called unstable, with the figures, until it is good again',
    async (_, fault, shows) => {
      await arrive();
      await visit.press('start-button');
      await visit.state('live speaking');
      const from = visit.events.length;
      await conditions(fault);
      const poor = await visit.event('voice-state-change', isPoor, { from, ms: 40_000 });
      expect(await visit.text('status')).toMatch(/unstable/i);
      const figures = () => qualities(from).map(({ detail }) => detail);
      expect(figures()).toMatchObject([{ quality: 'poor' }]);
      expect(shows(figures()[0] as never), JSON.stringify(figures())).toBe(true);
      await conditions({});
      const after = visit.events.indexOf(poor) + 1;
      await visit.event('voice-state-change', isGood, { from: after, ms: 40_000 });
      expect(figures().at(-1)).toMatchObject({ quality: 'good' });
    },
    120_000,
  );
});

describe('A browser that cannot make another connection', () => {
  it('C13 says so', async () => {
    await arrive(() => {
      globalThis.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(configuration?: RTCConfiguration) {
          super(configuration);
          this.close();
          throw new DOMException('Cannot create so many PeerConnections', 'UnknownError');
        }
      };
    });
    await visit.press('start-button');
    await hasEnded(visit, 'unsupported', /cannot make voice calls/);
  });

  it('C13 says so as the browser itself has none left, and can when it has', async () => {
    await arrive();
    const made = await visit.page.evaluate(() => {
      const all: RTCPeerConnection[] = [];
      Object.assign(globalThis, { all });
      // The browser's own, of which the probe keeps no list.
      const Own = Object.getPrototypeOf(RTCPeerConnection) as typeof RTCPeerConnection;
      try {
        while (all.length < 2_000) all.push(new Own());
      } catch {
        // That is all of them.
      }
      return all.length;
    });
    expect(made).toBeLessThan(2_000);
    await visit.press('start-button');
    await hasEnded(visit, 'unsupported', /cannot make voice calls/);
    await visit.page.evaluate(() => {
      const { all } = globalThis as unknown as { all: RTCPeerConnection[] };
      for (const one of all.splice(0)) one.close();
    });
    const devtools = await visit.page.createCDPSession();
    await devtools.send('HeapProfiler.collectGarbage');
    await startsAgain(visit);
  });
});

describe('A service', () => {
  it('D3 that sends 20,000 events, 5,000 a second, ends the call, and the page is not held up', async () => {
    const url = site.page('/flood', { head: SCRIPT, body: ELEMENT });
    // No `Visit`: it passes every event on to the test, and that takes longer than the event itself.
    const page = await site.browser.newPage();
    await page.goto(url);
    await traceTasks(page);
    const flooded = page.evaluate(async () => {
      const element = document.querySelector('voice-agent')!;
      element.setAttribute('token-url', '/token?fault=long-flood:1500');
      let events = 0;
      element.addEventListener('voice-server-event', ({ detail }) => {
        if (!('event_id' in detail && detail.event_id.startsWith('event_flood_'))) return;
        if (events++ === 0) performance.mark('the flood begins');
      });
      const { detail } = await new Promise<CustomEvent<VoiceEndDetail>>((resolve) => {
        element.addEventListener('voice-end', resolve);
      });
      // Whatever was on its way, until the service, too, has noticed the end.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      performance.mark('the flood is over');
      const { reason, error } = detail;
      return { reason, code: error?.code, message: error?.message, events };
    });
    await page.click('voice-agent >>> [part~="start-button"]');
    const end = await flooded;
    expect(end).toMatchObject({ reason: 'error', code: 'server-error' });
    expect(end.message).toContain('500 events a second');
    expect(end.events).toBeGreaterThan(2_000);
    expect(await longestTask(page, 'the flood begins', 'the flood is over')).toBeLessThan(100);
    expect(await page.$eval('voice-agent >>> [part~="error"]', (one) => one.textContent)).toMatch(
      /has a problem/,
    );
  });
});
