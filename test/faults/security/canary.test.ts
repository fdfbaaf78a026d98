// E18: wherever somebody looks for the client secret, during a call, after it and after faults, it is
// not there. The secret is marked; the real one goes on to the service behind the page's back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Visit } from '../../support/visit.js';
import { ELEMENT, says, Site, type HostAnswer } from '../support/site.js';

const MARK = 'canary0c5e2f71d9';

let site: Site;

beforeAll(async () => {
  site = await Site.open();
});
afterAll(() => site.close());

type Watched = Visit & { said: string[] };

/** A visitor whose console is read. */
async function watched(): Promise<Watched> {
  const visit = await Visit.open(site.browser, 'about:blank');
  const said: string[] = [];
  visit.page.on('console', (message) => said.push(message.text()));
  visit.page.on('pageerror', (error) => said.push(String(error), (error as Error).stack ?? ''));
  return Object.assign(visit, { said });
}

/**
 * A visitor whose client secrets all bear the mark; the service gets those that it knows.
 * @param quotes a gateway before it knows none, and says so in the words it was sent
 */
async function marked(url = site.page('/'), quotes = false): Promise<Watched> {
  const visit = await watched();
  const real = new Map<string, string>();
  site.answer = (response, request) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://site.test');
    const fault = searchParams.get('fault');
    void site.secret(fault ? `?fault=${fault}` : '').then(({ value, calls_url }) => {
      const secret = `ek_${MARK}${real.size}`;
      real.set(secret, value);
      void says(200, { value: secret, calls_url })(response, request, 1);
    });
    return undefined;
  };
  const devtools = await visit.page.createCDPSession();
  await devtools.send('Fetch.enable', { patterns: [{ urlPattern: '*/v1/realtime/calls*' }] });
  devtools.on('Fetch.requestPaused', ({ requestId, request }) => {
    if (quotes && request.method === 'POST') {
      const message = `Nobody knows ${new Headers(request.headers).get('authorization')}.`;
      void devtools.send('Fetch.fulfillRequest', {
        requestId,
        responseCode: 401,
        responseHeaders: [{ name: 'access-control-allow-origin', value: '*' }],
        body: Buffer.from(JSON.stringify({ error: { message } })).toString('base64'),
      });
      return;
    }
    const headers = Object.entries(request.headers).map(([name, value]) => ({
      name,
      value: value.replace(/ek_\w+/, (secret) => real.get(secret) ?? secret),
    }));
    void devtools.send('Fetch.continueRequest', { requestId, headers });
  });
  await visit.page.goto(url);
  return visit;
}

/** Every place of a page that somebody could look at, by name. */
async function places(visit: Watched): Promise<Record<string, string>> {
  const inPage = await visit.page.evaluate(async () => {
    const html = (root: ParentNode): string =>
      [...root.querySelectorAll('*')]
        .map((element) => {
          const own = element.getAttributeNames().map((name) => element.getAttribute(name) ?? '');
          const shadow = element.shadowRoot ? html(element.shadowRoot) : '';
          return `${own.join(' ')} ${shadow}`;
        })
        .join(' ') + (root.textContent ?? '');
    const element = document.querySelector('voice-agent')!;
    const own = [...Object.keys(element), ...Object.keys(Object.getPrototypeOf(element) as object)];
    const texts = own.map((key) => {
      try {
        return JSON.stringify((element as unknown as Record<string, unknown>)[key]);
      } catch {
        return '';
      }
    });
    const bases = await indexedDB.databases();
    const caches = 'caches' in globalThis ? await globalThis.caches.keys() : [];
    return {
      document: html(document),
      properties: texts.join(' '),
      localStorage: JSON.stringify(localStorage),
      sessionStorage: JSON.stringify(sessionStorage),
      cookies: document.cookie,
      databases: JSON.stringify([bases, caches]),
      address: location.href,
      performance: JSON.stringify(performance.getEntries()),
      history: JSON.stringify(history.state),
      referrer: document.referrer,
      globals: Object.getOwnPropertyNames(globalThis).join(' '),
    };
  });
  return {
    ...inPage,
    console: visit.said.concat(visit.complaints).join(' '),
    events: JSON.stringify(visit.events),
    addresses: visit.requests.join(' '),
  };
}

async function isNowhere(visit: Watched, secret = MARK): Promise<void> {
  const all = await places(visit);
  expect(Object.keys(all).length).toBeGreaterThanOrEqual(12);
  expect(Object.entries(all).filter(([, text]) => text.includes(secret))).toEqual([]);
}

/** What the page's memory holds. */
async function memory(visit: Visit): Promise<string> {
  const devtools = await visit.page.createCDPSession();
  await devtools.send('HeapProfiler.enable');
  for (let times = 0; times < 3; times++) await devtools.send('HeapProfiler.collectGarbage');
  const chunks: string[] = [];
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await devtools.detach();
  return chunks.join('');
}

/** Within five seconds the page remembers it no more. */
async function isForgotten(visit: Visit, secret = MARK): Promise<void> {
  const remembered = async () => (await memory(visit)).includes(secret);
  await expect.poll(remembered, { timeout: 5_000, interval: 500 }).toBe(false);
}

describe('A client secret', () => {
  it('E18 is nowhere in the page during a call, nor after it', async () => {
    const visit = await marked();
    await visit.press('start-button');
    await visit.state('live speaking');
    await isNowhere(visit);
    await visit.press('end-button');
    await visit.event('voice-end');
    await isNowhere(visit);
    await visit.close();
  });

  it('E18 has left the memory of the page while the call goes on', async () => {
    const visit = await marked();
    await visit.press('start-button');
    await visit.state('live speaking');
    await isForgotten(visit);
    await visit.close();
  });

  it('E18 is nowhere in a call over a WebSocket, which is opened with it, and is forgotten', async () => {
    const visit = await watched();
    let secret = '';
    site.answer = (response, request) => {
      void site.secret().then((answer) => {
        secret = answer.value;
        void says(200, answer)(response, request, 1);
      });
      return undefined;
    };
    await visit.page.evaluateOnNewDocument(() => {
      Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
    });
    const body = ELEMENT.replace('greeting', 'greeting fallback="websocket"');
    await visit.page.goto(site.page('/websocket', { body }));
    await visit.press('start-button');
    await visit.state('live speaking');
    expect(secret).toMatch(/^ek_\w{8}/);
    expect(await visit.open()).toMatchObject({ sockets: 1 });
    await isNowhere(visit, secret);
    await isForgotten(visit, secret);
    await visit.press('end-button');
    await visit.event('voice-end');
    await isNowhere(visit, secret);
    await visit.close();
  });

  it('E18 is found by this look-out where a page keeps it', async () => {
    const visit = await marked();
    await visit.page.evaluate(async () => {
      const answer = await fetch('/token', { method: 'POST', body: '{}' });
      const { value } = (await answer.json()) as { value: string };
      Object.assign(globalThis, { kept: { value } });
      localStorage.setItem('kept', value);
    });
    const { localStorage: stored } = await places(visit);
    expect(stored).toContain(MARK);
    expect(await memory(visit)).toContain(MARK);
    await visit.page.evaluate(() => {
      localStorage.clear();
    });
    await visit.close();
  });

  it.each([
    'calls-status:400',
    'calls-status:401',
    'calls-status:503',
    'answer-html',
    'answer-malformed',
    'bad-fingerprint',
    'no-session-created',
    'close-channel:700',
    'expire:700',
  ])('E18 is nowhere after the fault %s, nor in memory', async (fault) => {
    const url = site.page('/fault', { body: ELEMENT.replace('/token', `/token?fault=${fault}`) });
    const visit = await marked(url);
    await visit.press('start-button');
    await visit.event('voice-end', undefined, { ms: 40_000 });
    await isNowhere(visit);
    await isForgotten(visit);
    await visit.close();
  });

  it('E18 that a gateway quotes whenever it refuses one is nowhere', async () => {
    const visit = await marked(site.page('/'), true);
    const asked = site.asked;
    await visit.press('start-button');
    const { detail } = await visit.event('voice-error');
    expect(detail.error).toMatchObject({
      code: 'negotiation-rejected',
      message: expect.stringContaining('Nobody knows Bearer ….') as string,
    });
    expect(site.asked - asked).toBe(2);
    await visit.event('voice-end');
    await isNowhere(visit);
    await isForgotten(visit);
    await visit.close();
  });

  it('E18 is nowhere while a call recovers from the fault crash:300, nor after it', async () => {
    const url = site.page('/fault', { body: ELEMENT.replace('/token', '/token?fault=crash:300') });
    const visit = await marked(url);
    await visit.press('start-button');
    await visit.state('recovering', { ms: 30_000 });
    const from = visit.events.length;
    await visit.state('live listening', { from, ms: 30_000 });
    await isNowhere(visit);
    await isForgotten(visit);
    await visit.press('end-button');
    await visit.event('voice-end');
    await isNowhere(visit);
    await visit.close();
  });

  it.each<[string, HostAnswer]>([
    ['in half a JSON', says(200, `{"value":"ek_${MARK}`)],
    ['in an error', says(500, { detail: `ek_${MARK}` })],
    ['as a key', says(200, { value: `sk-${MARK}` })],
    ['with more than 16 kB', says(200, { value: `ek_${MARK}`, more: 'x'.repeat(20_000) })],
  ])('E18 that a broken host sends %s is nowhere', async (_, answer) => {
    const visit = await marked();
    site.answers(answer);
    await visit.press('start-button');
    await visit.event('voice-end');
    await isNowhere(visit);
    await visit.close();
  });
});
