// What can go wrong, and what the visitor then has: a sentence with a way forward, nothing left open,
// and a button that works. The faults are real answers of real servers.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { Stage } from '../support/stage.js';
import { NOTHING, Visit } from '../support/visit.js';

let stage: Stage;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  stage = await Stage.open();
  browser = await stage.browser();
});
afterAll(() => stage.close());
beforeEach(async () => {
  visit = await Visit.open(browser, stage.url);
});
afterEach(() => visit.close());

/** The call ended for this reason; the visitor reads this sentence, and nothing is left open. */
async function hasEnded(code: string, sentence: RegExp, ms?: number): Promise<void> {
  const end = await visit.event('voice-end', undefined, ms === undefined ? {} : { ms });
  expect(end.detail.error?.code, end.detail.error?.message).toBe(code);
  expect(end.open).toEqual(NOTHING);
  expect(
    visit.named('voice-error').map(({ detail }) => [detail.error?.code, detail.fatal]),
  ).toEqual([[code, true]]);
  expect(visit.named('voice-end')).toHaveLength(1);
  await visit.tells(sentence);
}

/** With the cause out of the way, the very same element makes a call. */
async function canStartAgain(label = 'Try again'): Promise<void> {
  const from = visit.events.length;
  await visit.set({ 'token-url': '/token' });
  expect(await visit.text('start-button')).toBe(label);
  await visit.press('start-button');
  await visit.state('live speaking', { from });
  expect(await visit.text('error')).toBe('');
  await visit.press('end-button');
  const end = await visit.event('voice-end', undefined, { from });
  expect(end.detail.reason).toBe('user');
  expect(end.open).toEqual(NOTHING);
}

describe('A token host', () => {
  /** A host of the page's own origin could only say what the real one says; this one says anything. */
  let host: Server;
  let answer: { status: number; type: string; body: string; headers?: Record<string, string> };
  let hostUrl: string;

  beforeAll(async () => {
    host = createServer((request, response) => {
      const cors = {
        'access-control-allow-origin': request.headers.origin ?? '*',
        'access-control-allow-headers': 'content-type',
        'access-control-expose-headers': 'Retry-After',
      };
      const preflight = request.method === 'OPTIONS';
      const { status, type, body, headers } = preflight
        ? { status: 204, type: 'text/plain', body: '', headers: {} }
        : answer;
      response.writeHead(status, { 'content-type': type, ...cors, ...headers });
      response.end(body);
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    hostUrl = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`;
  });
  afterAll(() => new Promise((resolve) => host.close(resolve)));

  const json = (status: number, body: object) => ({
    status,
    type: 'application/json',
    body: JSON.stringify(body),
  });

  it.each([
    ['that does not know the visitor (401)', json(401, {}), 'token-unauthorized', /sign in/],
    ['that refuses the visitor (403)', json(403, {}), 'token-unauthorized', /sign in/],
    [
      'that is asked too often (429)',
      { ...json(429, {}), headers: { 'retry-after': '7' } },
      'token-rate-limited',
      /try again in a moment/,
    ],
    ['that is broken (500)', json(500, {}), 'token-unreachable', /try again in a moment/],
    [
      'that is a web page',
      { status: 200, type: 'text/html', body: '<!doctype html><h1>Welcome</h1>' },
      'token-invalid',
      /tell the owner/,
    ],
    ['that has no secret', json(200, { ok: true }), 'token-invalid', /tell the owner/],
    [
      'that gives the site’s own key away',
      json(200, { value: 'sk-proj-0123456789' }),
      'token-invalid',
      /tell the owner/,
    ],
  ])('%s ends the attempt in words', async (_, said, code, sentence) => {
    answer = said;
    await visit.set({ 'token-url': hostUrl });
    await visit.press('start-button');
    await hasEnded(code, sentence);
    // Neither a key nor anything else of the answer went on to the realtime service.
    expect(visit.requests.filter((request) => request.includes('/v1/realtime'))).toEqual([]);
    expect(JSON.stringify(visit.events)).not.toContain('sk-proj');
    await canStartAgain();
  });

  it('that is not there ends the attempt in words', async () => {
    await visit.set({ 'token-url': 'http://127.0.0.1:9/' });
    await visit.press('start-button');
    await hasEnded('token-unreachable', /try again in a moment/);
    await canStartAgain();
  });
});

describe('A realtime service', () => {
  it.each([
    [
      'C1 that refuses the call',
      'calls-status:503',
      'negotiation-rejected',
      /did not take the call/,
    ],
    ['that knows no such secret', 'calls-status:401', 'negotiation-rejected', /try again/],
    ['C2 that answers half an answer', 'answer-malformed', 'negotiation-rejected', /try again/],
    ['C2 that answers with a web page', 'answer-html', 'negotiation-rejected', /try again/],
    ['that opens no session', 'no-session-created', 'server-error', /try again/],
    ['that gives no secret', 'secret-status:500', 'token-unreachable', /try again in a moment/],
    ['C8 that is not the one it says', 'bad-fingerprint', 'network-blocked', /network/],
  ])('%s ends the attempt in words', async (_, fault, code, sentence) => {
    await visit.set({ 'token-url': `/token?fault=${fault}` });
    await visit.press('start-button');
    await hasEnded(code, sentence);
    expect(visit.states()).not.toContain('live listening');
    await canStartAgain();
  });

  it.each([
    ['C9 closes the channel', 'close-channel:700'],
    ['C10 closes the connection', 'close-peer:700'],
  ])('that %s ends the call at once', async (_, fault) => {
    await visit.page.evaluate(() => {
      // The moment in which the browser itself notices, on whichever channel comes first.
      const create = RTCPeerConnection.prototype.createDataChannel;
      RTCPeerConnection.prototype.createDataChannel = function (...args) {
        const channel = create.apply(this, args);
        channel.addEventListener('closing', () => performance.mark('channel-closed'));
        channel.addEventListener('close', () => performance.mark('channel-closed'));
        return channel;
      };
    });
    await visit.set({ 'token-url': `/token?fault=${fault}` });
    await visit.press('start-button');
    await visit.state('live listening');
    await hasEnded('connection-lost', /connection was lost.*try again/);
    const end = visit.named('voice-end')[0]!;
    const noticed = await visit.page.evaluate(
      () => performance.getEntriesByName('channel-closed')[0]?.startTime,
    );
    expect(end.at - (noticed ?? 0)).toBeLessThan(200);
    await canStartAgain();
  });

  it('C11 whose process dies without a word is called again', async () => {
    await visit.set({ 'token-url': '/token?fault=crash:700' });
    await visit.press('start-button');
    await visit.state('live listening');
    // Chromium needs 15 to 18 seconds to be sure; until then the visitor sees that something is wrong.
    const poor = await visit.event(
      'voice-state-change',
      ({ state }) => state.quality === 'poor' || state.status === 'ended',
    );
    if (poor.detail.state.status === 'live') {
      expect(await visit.text('status')).toContain('The network is unstable');
    }
    const from = visit.events.length;
    await visit.state('recovering', { from, ms: 30_000 });
    await visit.state('live listening', { from });
    expect(visit.requests.filter((request) => request.includes('/token'))).toHaveLength(2);
    await visit.press('end-button');
    const end = await visit.event('voice-end');
    expect(end.detail.reason).toBe('user');
    expect(end.open).toEqual(NOTHING);
    await canStartAgain('Talk again');
  });

  it('D6 whose session expires says that it was the time limit', async () => {
    await visit.set({ 'token-url': '/token?fault=expire:700' });
    await visit.press('start-button');
    await visit.state('live listening');
    await hasEnded('session-expired', /time limit.*another/);
    await canStartAgain();
  });

  it('D7 that is out of quota says so, and the call goes on', async () => {
    await visit.set({ 'token-url': '/token?fault=quota' });
    await visit.press('start-button');
    const { detail } = await visit.event('voice-error');
    expect([detail.error?.code, detail.fatal]).toEqual(['quota-exceeded', false]);
    await visit.tells(/try again later/);
    expect(await visit.open()).toMatchObject({ microphones: 1, connections: 1 });
    expect(visit.named('voice-end')).toEqual([]);
    await visit.press('end-button');
    const end = await visit.event('voice-end');
    expect(end.detail).toMatchObject({ reason: 'user' });
    expect(end.open).toEqual(NOTHING);
    await canStartAgain('Talk again');
  });

  it.each(['malformed-event:300', 'unknown-event:300', 'flood:300'])(
    'D1 D2 that sends nonsense (%s) does not disturb the call',
    async (fault) => {
      await visit.set({ 'token-url': `/token?fault=${fault}` });
      await visit.press('start-button');
      await visit.said('agent', /How can I help you/);
      await visit.serverEvent('output_audio_buffer.stopped');
      expect(visit.named('voice-error')).toEqual([]);
      expect(visit.complaints).toEqual([]);
    },
  );
});

describe('A microphone', () => {
  it('A1 that the visitor does not allow is explained', async () => {
    visit = await stage.visit({ microphone: 'denied' });
    await visit.press('start-button');
    await hasEnded('microphone-denied', /Allow it in your browser/);
  });

  it('A1 that is not allowed can be reported: what the button copies is in the clipboard', async () => {
    visit = await stage.visit({ microphone: 'denied' });
    const devtools = await visit.page.createCDPSession();
    const permissions = ['clipboardReadWrite', 'clipboardSanitizedWrite'] as const;
    await devtools.send('Browser.grantPermissions', {
      origin: new URL(stage.url).origin,
      permissions: [...permissions],
    });
    await visit.page.bringToFront();
    await visit.press('start-button');
    await visit.event('voice-end');
    await visit.press('report-button');
    const copied = await visit.page.waitForFunction(() => navigator.clipboard.readText());
    const report = JSON.parse(await copied.jsonValue()) as {
      error: { code: string };
      timeline: { status?: string }[];
    };
    expect(report.error.code).toBe('microphone-denied');
    expect(report.timeline.flatMap(({ status }) => status ?? [])).toEqual(['connecting', 'ended']);
  });

  it('A5 that is not there is explained', async () => {
    visit = await stage.visit({ microphone: 'missing' });
    await visit.press('start-button');
    await hasEnded('microphone-missing', /connect one, then try again/);
  });
});
