// E: the page around the element does what pages do: it hides, freezes, goes and comes back, changes,
// is polluted, embedded, isolated, or hostile.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import puppeteer from 'puppeteer-core';
import type { PageEvent } from '../support/page-probe.js';
import { launchChromium } from '../support/browsers.js';
import { NOTHING, Visit, whenThere } from '../support/visit.js';
import { hasEnded } from './support/endings.js';
import { ELEMENT, helps, SCRIPT, Site } from './support/site.js';

const ENTRY = readFileSync(new URL('../../dist/voice-agent.js', import.meta.url));
const INTEGRITY = `sha384-${createHash('sha384').update(ENTRY).digest('base64')}`;

/** What a page with hashes has in place of the tag: a script of its own that adds ours. */
const LOADER =
  "const s=document.createElement('script');s.type='module';s.src='/dist/voice-agent.js';document.head.append(s)";
const LOADER_HASH = `sha256-${createHash('sha256').update(LOADER).digest('base64')}`;

let site: Site;
let visit: Visit | undefined;

beforeAll(async () => {
  site = await Site.open();
});
afterAll(() => site.close());
beforeEach(() => {
  site.answers(helps);
  site.scriptHeaders = {};
});
afterEach(async () => {
  await visit?.close();
  visit = undefined;
});

async function arrive(path = '/', page = {}, before?: () => void): Promise<Visit> {
  site.page(path, page);
  visit = await Visit.open(site.browser, 'about:blank');
  if (before) await visit.page.evaluateOnNewDocument(before);
  await visit.page.goto(site.url(path));
  return visit;
}

async function talks(on: Visit, from = on.events.length): Promise<void> {
  await on.press('start-button');
  await on.event('voice-state-change', ({ state }) => state.status === 'live', { from });
}

/** Is greeted, asks in writing, is answered, ends. @returns its end */
async function holdsACall(on: Visit): Promise<PageEvent> {
  await talks(on);
  await on.said('agent', /How can I help you/);
  const from = on.events.length;
  await on.page.$eval('voice-agent', (element) => element.sendText('What are your prices?'));
  await on.said('agent', /twelve dollars/, { from });
  await on.press('end-button');
  return on.event('voice-end');
}

describe('A page', () => {
  it('E1 in a hidden tab goes on with the call', async () => {
    const here = await arrive();
    await talks(here);
    const other = await site.browser.newPage();
    await other.bringToFront();
    expect(await here.page.evaluate(() => document.visibilityState)).toBe('hidden');
    const from = here.events.length;
    await here.page.$eval('voice-agent', (element) => element.sendText('What are your prices?'));
    await here.said('agent', /twelve dollars/, { from });
    expect(here.named('voice-end')).toEqual([]);
    await other.close();
  });

  it('E2 that the browser freezes has no call any more, and can make another', async () => {
    const here = await arrive();
    await talks(here);
    const devtools = await here.page.createCDPSession();
    const other = await site.browser.newPage();
    await other.bringToFront();
    await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
    await devtools.send('Page.setWebLifecycleState', { state: 'active' });
    await here.page.bringToFront();
    const end = await here.event('voice-end');
    expect(end.detail.reason).toBe('removed');
    expect(await here.open()).toEqual(NOTHING);
    await talks(here);
    await other.close();
  });

  it('E3 that is left has let go of everything, and can make a call on return', async () => {
    const own = await puppeteer.launch({
      executablePath: process.env['CHROME_PATH'] ?? '',
      headless: true,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      args: [
        ...(process.env['CHROME_ARGUMENTS'] ?? '').split(' ').filter(Boolean),
        ...['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
        '--allow-loopback-in-peer-connection',
      ],
    });
    try {
      const here = await Visit.open(own, site.page('/'));
      site.page('/elsewhere', { body: 'Elsewhere', head: '' });
      await talks(here);
      await here.page.evaluate(() => {
        addEventListener('pagehide', ({ persisted }) => {
          const left = { persisted, ...probe.open() };
          (globalThis as unknown as { left: object }).left = left;
        });
      });
      await here.page.goto(site.url('/elsewhere'));
      await here.page.goBack();
      const left = await here.page.evaluate(
        () => (globalThis as unknown as { left?: object }).left,
      );
      // It is the very page that was left, and in that moment nothing was on any more.
      expect(left).toMatchObject({ persisted: true, microphones: 0, connections: 0, speakers: 0 });
      // Its events do not reach the test any more; its state does.
      const becomes = (status: string) =>
        here.page.waitForFunction(
          (wanted) => document.querySelector('voice-agent')!.state.status === wanted,
          {},
          status,
        );
      await becomes('ended');
      expect(
        await here.page.$eval('voice-agent', ({ state }) => 'reason' in state && state.reason),
      ).toBe('removed');
      await here.press('start-button');
      await becomes('live');
    } finally {
      await own.close();
    }
  });

  it('that is not secure has no microphone, says so and asks nobody', async () => {
    const browser = await launchChromium({
      more: ['--host-resolver-rules=MAP shop.test 127.0.0.1'],
    });
    try {
      site.page('/plain');
      const here = await Visit.open(browser, site.url('/plain', 'shop.test'));
      await here.press('start-button');
      await hasEnded(here, 'insecure-context', /open this page with https/);
      expect(site.asked).toBe(0);
    } finally {
      await browser.close();
    }
  });

  it('E10 that adopts the element from another document can make a call', async () => {
    const here = await arrive('/adopting', { body: '<main></main>' });
    await here.page.evaluate(async (html) => {
      await customElements.whenDefined('voice-agent');
      const other = document.implementation.createHTMLDocument();
      other.body.innerHTML = html;
      document.querySelector('main')!.append(document.adoptNode(other.body.firstChild!));
    }, ELEMENT);
    await talks(here);
  });

  it('E9 with two versions of the script keeps the first, and says so once', async () => {
    const warnings: string[] = [];
    site.page('/twice', {
      head: `${SCRIPT}<script type="module" src="/dist/voice-agent.js?v=2"></script>`,
    });
    visit = await Visit.open(site.browser, 'about:blank');
    visit.page.on('console', (message) => {
      if (message.type() === 'warn') warnings.push(message.text());
    });
    await visit.page.goto(site.url('/twice'));
    await talks(visit);
    expect(warnings).toEqual(['<voice-agent> is defined twice.']);
    expect(visit.complaints).toEqual([]);
  });

  const nonce = 'bm9uY2U';
  const connect = "connect-src 'self' http://127.0.0.1:* http://localhost:*";
  const trusted = "require-trusted-types-for 'script'; trusted-types lit-html";
  const withNonce = SCRIPT.replace('<script', `<script nonce="${nonce}"`);
  const withIntegrity = SCRIPT.replace('<script', `<script integrity="${INTEGRITY}" crossorigin`);
  it.each([
    [
      'E11 E12 its own files and Trusted Types alone',
      `default-src 'none'; script-src 'self'; style-src 'self'; ${connect}; ${trusted}`,
      SCRIPT,
    ],
    ['E11 no style at all', `default-src 'none'; script-src 'self'; ${connect}`, SCRIPT],
    [
      'E11 E12 a nonce and strict-dynamic',
      `default-src 'none'; script-src 'nonce-${nonce}' 'strict-dynamic'; style-src 'nonce-${nonce}'; ${connect}; ${trusted}`,
      withNonce,
    ],
    [
      'E11 a hash and strict-dynamic',
      `default-src 'none'; script-src '${LOADER_HASH}' 'strict-dynamic'; ${connect}`,
      `<script>${LOADER}</script>`,
    ],
    [
      'E11 E12 no policy names, base, frames or forms',
      `default-src 'none'; script-src 'self'; ${connect}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ${trusted}`,
      SCRIPT,
    ],
    [
      'E11 E12 E13 isolation, an integrity hash and any policy of Trusted Types',
      `default-src 'none'; script-src 'self'; ${connect}; require-trusted-types-for 'script'`,
      withIntegrity,
    ],
  ])('%s holds a whole call with tools, typing and a transcript', async (_, policy, head) => {
    const body = '<voice-agent token-url="/token?agent=shop" transcript text-input></voice-agent>';
    const headers = {
      'content-security-policy': policy,
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'microphone=(self)',
    };
    const here = await arrive('/strict', { body, head, headers });
    await here.page.$eval('voice-agent', (element) => {
      element.tools = [
        {
          name: 'add_to_cart',
          description: 'Puts a plant into the cart.',
          parameters: {
            type: 'object',
            properties: { plant: { type: 'string' } },
            required: ['plant'],
          },
          confirm: true,
          execute: () => ({ inCart: 1 }),
        },
      ];
    });
    await talks(here);
    await (await here.button('input')).focus();
    await here.page.keyboard.type('I want to buy a cactus');
    await here.page.keyboard.press('Enter');
    await here.event('voice-approval-request');
    await here.press('approve-button');
    await here.event('voice-tool-result');
    await here.press('end-button');
    const end = await here.event('voice-end');
    expect(end.open).toEqual(NOTHING);
    expect(here.named('securitypolicyviolation')).toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it('E13 of another origin runs the file with its hash, and no other', async () => {
    site.scriptHeaders = {
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    };
    const from = (hash: string) =>
      `<script type="module" crossorigin integrity="${hash}" src="${site.url('/dist/voice-agent.js', '127.0.0.1')}"></script>`;
    const headers = { 'cross-origin-embedder-policy': 'require-corp' };
    const here = await arrive('/far', { head: from(INTEGRITY), headers });
    await talks(here);
    site.page('/wrong', { head: from(`sha384-${'A'.repeat(64)}`), headers });
    await here.page.goto(site.url('/wrong'));
    expect(await here.page.evaluate(() => customElements.get('voice-agent') === undefined)).toBe(
      true,
    );
  });

  it('E14 with hostile CSS, from right to left, zoomed, in forced colours can be used', async () => {
    const here = await arrive('/hostile', {
      head: `${SCRIPT}<link rel="stylesheet" href="/hostile.css">`,
      body: `<div dir="rtl">${ELEMENT}</div>`,
    });
    await here.page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`
        * { all: initial; box-sizing: content-box; letter-spacing: 9px }
        button { display: none !important } section { position: fixed; top: -9999px }
        html { zoom: 2 } body { line-height: 0; text-transform: uppercase }`);
      document.adoptedStyleSheets = [sheet];
    });
    await here.page.setViewport({ width: 400, height: 800 });
    const devtools = await here.page.createCDPSession();
    const features = [{ name: 'forced-colors', value: 'active' }];
    await devtools.send('Emulation.setEmulatedMedia', { features });
    const button = await here.button('start-button');
    const box = await button.boundingBox();
    expect(box!.height).toBeGreaterThanOrEqual(44);
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(400);
    await talks(here);
  });

  it('E15 whose prototypes hold forty names of options has the element and its calls all the same', async () => {
    const here = await arrive('/polluted', {}, () => {
      const names = [
        // Of Lit.
        ...['host', 'hasChanged', 'attribute', 'state', 'renderBefore', 'creationScope'],
        ...['isConnected', 'type', 'converter', 'reflect', 'noAccessor', 'useDefault'],
        // Of the browser.
        ...['capture', 'passive', 'handleEvent', 'delegatesFocus', 'headers', 'body', 'method'],
        ...['detail', 'bubbles'],
        // Of a call and what it is told.
        ...['url', 'calls_url', 'ice_servers', 'provider', 'agent', 'variables', 'tokenSource'],
        ...['callsUrl', 'negotiate', 'greeting', 'session', 'iceServers', 'audio'],
        ...['error', 'message', 'code', 'name', 'role', 'text'],
      ];
      for (const name of names) {
        Object.defineProperty(Object.prototype, name, {
          value: 'polluted',
          ...{ enumerable: true, configurable: true, writable: true },
        });
      }
      Object.assign(globalThis, { polluted: names.length });
    });
    expect(
      await here.page.evaluate(() => (globalThis as unknown as { polluted: number }).polluted),
    ).toBe(40);
    const end = await holdsACall(here);
    expect(end.detail.reason).toBe('user');
    expect(end.open).toEqual(NOTHING);
    expect(here.complaints).toEqual([]);
  });

  it('E15 that has put its own into the browser’s place, and getters into arrays, makes calls all the same', async () => {
    const here = await arrive('/', {}, () => {
      const { fetch } = globalThis;
      globalThis.fetch = async (...given) => {
        const response = await fetch(...given);
        return new Response(response.body, response);
      };
      const { parse } = JSON;
      JSON.parse = (text, reviver) => parse(text, reviver) as unknown;
      for (const name of ['last', 'isEmpty', 'size']) {
        Object.defineProperty(Array.prototype, name, {
          get(this: unknown[]) {
            return name === 'last' ? this[this.length - 1] : this.length;
          },
          enumerable: true,
        });
      }
      Object.assign(Array.prototype, { remove: () => undefined });
    });
    expect((await holdsACall(here)).open).toEqual(NOTHING);
    expect(here.named('voice-error')).toEqual([]);
    expect(here.complaints).toEqual([]);
  });

  it('E16 in a browser without WebRTC says so', async () => {
    const here = await arrive('/old', {}, () => {
      delete (globalThis as Partial<typeof globalThis>).RTCPeerConnection;
    });
    await here.press('start-button');
    await hasEnded(here, 'unsupported', /a current Chrome, Edge, Firefox or Safari/);
    expect((await here.open()).microphones).toBe(0);
  });

  it('E19 that clicks by script starts nothing', async () => {
    const here = await arrive();
    await here.button('start-button');
    const devtools = await here.page.createCDPSession();
    // Puppeteer's own evaluate would count as a gesture.
    const { result } = await devtools.send('Runtime.evaluate', {
      expression: `(async () => {
        const element = document.querySelector('voice-agent');
        while (navigator.userActivation.isActive) await new Promise(requestAnimationFrame);
        element.shadowRoot.querySelector('button').click();
        return element.start().then(() => 'started', ({ code }) => code);
      })()`,
      ...{ userGesture: false, awaitPromise: true, returnByValue: true },
    });
    expect(result.value).toBe('gesture-required');
    expect(here.named('voice-start')).toEqual([]);
    expect((await here.open()).microphones).toBe(0);
    expect(site.asked).toBe(0);
  });

  it('A3 E19 of somebody else, with this one in a frame behind it, gets no microphone', async () => {
    site.page('/framed', {});
    const here = await arrive('/clickjacking', {
      head: '',
      body: `<iframe src="${site.url('/framed', '127.0.0.1')}" width="500" height="500"></iframe>`,
    });
    const frame = await here.page.waitForFrame((one) => one.url().includes('/framed'));
    const button = await whenThere(frame, 'start-button');
    await button.click();
    const error = await whenThere(frame, 'error');
    expect(await error.evaluate(({ textContent }) => textContent)).toMatch(
      /does not let the assistant use the microphone/,
    );
    expect(site.asked).toBeLessThanOrEqual(1);
  });
});
