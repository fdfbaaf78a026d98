// A: microphones that are refused, forbidden, missing or taken, and sound that is blocked.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import puppeteer, { type Browser } from 'puppeteer-core';
import { Stage } from '../support/stage.js';
import { Visit } from '../support/visit.js';
import { hasEnded, startsAgain } from './support/endings.js';
import { ELEMENT, Site } from './support/site.js';

let stage: Stage;
let browser: Browser;
let site: Site;
let visit: Visit | undefined;

beforeAll(async () => {
  stage = await Stage.open();
  browser = await stage.browser();
  site = await Site.open(stage.url);
  site.page('/');
});
afterAll(async () => {
  await site.close();
  await stage.close();
});
afterEach(async () => {
  await visit?.close();
  visit = undefined;
});

async function arrive(path = '/', before?: () => void): Promise<Visit> {
  site.asked = 0;
  visit = await Visit.open(browser, 'about:blank');
  if (before) await visit.page.evaluateOnNewDocument(before);
  await visit.page.goto(site.url(path));
  return visit;
}

/** A page of another origin in a frame: what its visitor reads after the click. */
async function inFrame(attributes: string): Promise<string> {
  site.page('/framing', {
    head: '',
    body: `<iframe src="${site.url('/', '127.0.0.1')}" ${attributes} width="500" height="500"></iframe>`,
  });
  const here = await arrive('/framing');
  const frame = await here.page.waitForFrame((one) =>
    one.url().startsWith(site.url('/', '127.0.0.1')),
  );
  const button = await frame.waitForSelector('voice-agent >>> [part~="start-button"]');
  await button!.click();
  const error = await frame.waitForSelector('voice-agent >>> [part~="error"]:not([hidden])');
  return error!.evaluate(({ textContent }) => textContent.trim());
}

describe('A microphone', () => {
  it('A1 that is refused, and then allowed, needs no reload, and no secret before', async () => {
    const here = await arrive();
    const devtools = await browser.target().createCDPSession();
    const { targetInfos } = await devtools.send('Target.getTargets');
    const { browserContextId } = targetInfos.find(({ url }) => url === site.url('/'))!;
    const decide = (setting: 'denied' | 'granted') =>
      devtools.send('Browser.setPermission', {
        permission: { name: 'microphone' },
        setting,
        origin: new URL(site.url('/')).origin,
        ...(browserContextId !== undefined && { browserContextId }),
      });
    await decide('denied');
    try {
      await here.press('start-button');
      await hasEnded(here, 'microphone-denied', /Allow it in your browser/);
      expect(site.asked).toBe(0);
    } finally {
      await decide('granted');
    }
    await startsAgain(here);
  });

  it('A3 that the page’s policy forbids is explained, and to its developer how to allow it', async () => {
    site.page('/forbidden', { headers: { 'permissions-policy': 'microphone=()' } });
    const here = await arrive('/forbidden');
    await here.press('start-button');
    const { message } = await hasEnded(here, 'microphone-blocked-by-policy', /does not let/);
    expect(message).toContain('allow="microphone"');
  });

  it('A3 in a frame of another site without allow="microphone" is explained', async () => {
    expect(await inFrame('')).toMatch(/This website does not let the assistant/);
  });

  it('A4 in a sandboxed frame without an origin is explained, and nothing throws', async () => {
    // A module script needs CORS there.
    site.scriptHeaders = { 'access-control-allow-origin': '*' };
    expect(await inFrame('sandbox="allow-scripts"')).toMatch(/This website does not let/);
    expect(visit!.complaints.filter((line) => !line.includes('CORS'))).toEqual([]);
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
  it('A14 that the browser blocks is one tap away, and the call goes on meanwhile', async () => {
    const strict = await puppeteer.launch({
      executablePath: process.env['CHROME_PATH'] ?? '',
      headless: true,
      args: [
        ...(process.env['CHROME_ARGUMENTS'] ?? '').split(' ').filter(Boolean),
        ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
        '--allow-loopback-in-peer-connection',
        '--autoplay-policy=user-gesture-required',
      ],
    });
    try {
      const body = ELEMENT.replace('<voice-agent', '<voice-agent allow-programmatic-start');
      const here = await Visit.open(strict, site.page('/without-a-tap', { body }));
      await here.page.evaluate(async () => {
        await customElements.whenDefined('voice-agent');
        await document.querySelector('voice-agent')!.start();
      });
      const blocked = await here.event('voice-error');
      expect([blocked.detail.error?.code, blocked.detail.fatal]).toEqual([
        'playback-blocked',
        false,
      ]);
      await here.press('hear-button');
      const playing = await here.page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const began = performance.now();
            const look = () => {
              if (document.querySelector('voice-agent')!.state.status !== 'live') resolve(-1);
              const [button] =
                document
                  .querySelector('voice-agent')!
                  .shadowRoot!.querySelectorAll('[part~="hear-button"]') ?? [];
              if (!button) resolve(performance.now() - began);
              else requestAnimationFrame(look);
            };
            look();
          }),
      );
      expect(playing).toBeGreaterThanOrEqual(0);
      expect(playing).toBeLessThan(300);
      expect(here.named('voice-end')).toEqual([]);
    } finally {
      await strict.close();
    }
  });

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
      visit = await Visit.open(browser, 'about:blank');
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
