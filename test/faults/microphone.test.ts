// A: microphones that are refused, forbidden, missing or taken, and sound that is blocked.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import puppeteer from 'puppeteer-core';
import { NOTHING, Visit, whenThere } from '../support/visit.js';
import { hasEnded } from './support/endings.js';
import { Site } from './support/site.js';

let site: Site;
let visit: Visit | undefined;

beforeAll(async () => {
  site = await Site.open();
  site.page('/');
});
afterAll(() => site.close());
afterEach(async () => {
  await visit?.close();
  visit = undefined;
});

async function arrive(path = '/', before?: () => void): Promise<Visit> {
  site.asked = 0;
  visit = await Visit.open(site.browser, 'about:blank');
  if (before) await visit.page.evaluateOnNewDocument(before);
  await visit.page.goto(site.url(path));
  return visit;
}

describe('A microphone', () => {
  it('A1 that is refused, and then allowed, needs no reload, and no secret before', async () => {
    // Without the flag that answers the question for the visitor.
    const asking = await puppeteer.launch({
      executablePath: process.env['CHROME_PATH'] ?? '',
      headless: true,
      args: [
        ...(process.env['CHROME_ARGUMENTS'] ?? '').split(' ').filter(Boolean),
        ...['--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection'],
      ],
    });
    try {
      const { origin } = new URL(site.url());
      const context = asking.defaultBrowserContext();
      const allow = (state: 'denied' | 'granted') =>
        context.setPermission(origin, { permission: { name: 'microphone' }, state });
      await allow('denied');
      site.asked = 0;
      const here = await Visit.open(asking, site.url());
      await here.press('start-button');
      await hasEnded(here, 'microphone-denied', /Allow it in your browser/);
      expect(site.asked).toBe(0);
      await allow('granted');
      const from = here.events.length;
      await here.press('start-button');
      await here.event('voice-state-change', ({ state }) => state.status === 'live', { from });
    } finally {
      await asking.close();
    }
  });

  it('A3 that the page’s policy forbids is explained, and to its developer how to allow it', async () => {
    site.page('/forbidden', { headers: { 'permissions-policy': 'microphone=()' } });
    const here = await arrive('/forbidden');
    await here.press('start-button');
    const { message } = await hasEnded(here, 'microphone-blocked-by-policy', /does not let/);
    expect(message).toContain('allow="microphone"');
  });

  it('A4 in a sandboxed frame without an origin is explained, and nothing throws', async () => {
    site.scriptHeaders = { 'access-control-allow-origin': '*' };
    site.page('/inner');
    site.page('/sandbox', {
      head: '',
      body: `<iframe src="/inner" sandbox="allow-scripts" width="500" height="500"></iframe>`,
    });
    const here = await arrive('/sandbox');
    const frame = await here.page.waitForFrame((one) => one.url().includes('/inner'));
    expect(await frame.evaluate(() => origin)).toBe('null');
    const stores = frame.evaluate(() => localStorage.length).catch(String);
    expect(await stores).toContain('sandboxed');
    await frame.$eval('voice-agent', (element) => element.setAttribute('settings', ''));
    const ended = frame.evaluate(
      () =>
        new Promise((resolve) => {
          document.querySelector('voice-agent')!.addEventListener('voice-end', ({ detail }) => {
            resolve({ reason: detail.reason, code: detail.error?.code });
          });
        }),
    );
    await (await whenThere(frame, 'start-button')).click();
    expect(await ended).toEqual({ reason: 'error', code: 'microphone-blocked-by-policy' });
    const error = await whenThere(frame, 'error');
    expect(await error.evaluate(({ textContent }) => textContent)).toMatch(
      /does not let the assistant use the microphone/,
    );
    expect(await frame.evaluate(() => probe.open())).toEqual(NOTHING);
    // The browser's own word for it.
    expect(here.complaints).toEqual([
      'Permissions policy violation: microphone is not allowed in this document.',
    ]);
    site.scriptHeaders = {};
  });

  it.each(['NotReadableError', 'AbortError'])(
    'A6 that fails with %s is explained',
    async (name) => {
      const here = await arrive();
      await here.page.evaluate((thrown) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', thrown));
      }, name);
      await here.press('start-button');
      await hasEnded(here, 'microphone-busy', /in use elsewhere/);
    },
  );
});

describe('Sound', () => {
  it('A15 whose context the system interrupts (iOS) is never resumed, and the call goes on', async () => {
    const here = await arrive('/', () => {
      const seen = globalThis as unknown as { resumed: number };
      seen.resumed = 0;
      Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'interrupted' });
      AudioContext.prototype.resume = () => {
        seen.resumed++;
        return Promise.reject(new DOMException('', 'InvalidStateError'));
      };
    });
    await here.press('start-button');
    await here.state('live speaking');
    await here.serverEvent('output_audio_buffer.stopped');
    expect(
      await here.page.evaluate(() => (globalThis as unknown as { resumed: number }).resumed),
    ).toBe(0);
    expect(here.named('voice-error')).toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it.each([8_000, 16_000, 44_100, 96_000])(
    'A17 at %i samples a second, as headsets change it, is drawn and heard',
    async (sampleRate) => {
      visit = await Visit.open(site.browser, 'about:blank');
      await visit.page.evaluateOnNewDocument((rate) => {
        const Own = AudioContext;
        globalThis.AudioContext = class extends Own {
          constructor(options?: AudioContextOptions) {
            super({ ...options, sampleRate: rate });
          }
        };
      }, sampleRate);
      await visit.page.goto(site.url('/'));
      await visit.press('start-button');
      const speaking = await visit.state('live speaking');
      await visit.heard('agent', true, speaking.at - 200);
      const drawn = await visit.page.waitForFunction(() => {
        const { shadowRoot } = document.querySelector('voice-agent')!;
        const canvas = shadowRoot!.querySelector('canvas')!;
        const { data } = canvas
          .getContext('2d')!
          .getImageData(0, 0, canvas.width || 1, canvas.height || 1);
        return data.some((value) => value > 0);
      });
      expect(await drawn.jsonValue()).toBe(true);
      expect(visit.named('voice-error')).toEqual([]);
    },
  );
});
