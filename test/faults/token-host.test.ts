// B: a visitor of a site whose token host refuses, fails, hangs, lies, or is not there.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Visit } from '../support/visit.js';
import { hasEnded, startsAgain } from './support/endings.js';
import { ELEMENT, helps, says, Site } from './support/site.js';

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await Site.open();
});
afterAll(() => site.close());
beforeEach(async () => {
  site.answers(helps);
  visit = await Visit.open(site.browser, site.page('/'));
});
afterEach(() => visit.close());

const offers = () => visit.requests.filter((request) => request.includes('/v1/realtime'));

describe('A visitor of a token host', () => {
  it.each([
    ['B1 that asks for a login (401)', 401],
    ['B1 that refuses them (403)', 403],
  ])('%s is told so, and it is asked once', async (_, status) => {
    site.answers(says(status, { code: 'canary-word' }));
    await visit.press('start-button');
    const { message } = await hasEnded(visit, 'token-unauthorized', /sign in/);
    expect(message).not.toContain('canary-word');
    expect(site.asked).toBe(1);
    site.answers(helps);
    await startsAgain(visit);
  });

  it('B2 that is busy for a moment sees a countdown, and then talks', async () => {
    const busy = says(429, {}, { 'retry-after': '3' });
    site.answers(busy, busy, helps);
    await visit.press('start-button');
    const status = () => visit.text('status');
    const seconds: string[] = [];
    await visit.until('the second request', () => site.asked >= 1);
    while (site.asked < 3) {
      const [, shown] = /The assistant is busy.* (\d) s/.exec(await status()) ?? [];
      if (shown && shown !== seconds.at(-1)) seconds.push(shown);
      await visit.page.evaluate(() => new Promise(requestAnimationFrame));
    }
    expect(seconds).toEqual(['3', '2', '1', '3', '2', '1']);
    await visit.state('live speaking');
    expect(visit.named('voice-error')).toEqual([]);
  });

  it.each([
    ['B2 that is busy for an hour', '3600', 1],
    ['B2 that is busy without end', '0', 3],
    ['B2 that is busy and does not say for how long', '', 1],
    ['B2 that is busy until some day', 'someday', 1],
    ['B2 that was busy in the past', 'Wed, 21 Oct 2015 07:28:00 GMT', 3],
  ])('%s is told to come back', async (_, header, asked) => {
    site.answers(says(429, {}, header ? { 'retry-after': header } : {}));
    await visit.press('start-button');
    await hasEnded(visit, 'token-rate-limited', /busy.*try again/);
    expect(site.asked).toBe(asked);
    site.answers(helps);
    await startsAgain(visit);
  });

  it.each([500, 502, 503, 504])('B3 that fails twice with %i notices nothing', async (status) => {
    site.answers(says(status), says(status), helps);
    await visit.press('start-button');
    await visit.state('live speaking');
    expect(site.asked).toBe(3);
    expect(visit.named('voice-error')).toEqual([]);
  });

  it('B3 that fails for good reads so, after three tries', async () => {
    site.answers(says(500, 'canary-word'));
    await visit.press('start-button');
    const { message } = await hasEnded(visit, 'token-unreachable', /cannot be reached/);
    expect(message).not.toContain('canary-word');
    expect(site.asked).toBe(3);
    site.answers(helps);
    await startsAgain(visit);
  });

  it.each([
    ['B4 that never answers', false],
    ['B4 that stops in the middle of its answer', true],
  ])('%s is asked again after 8 seconds', async (_, begins) => {
    site.answers((response) => {
      if (begins) response.writeHead(200, { 'content-type': 'application/json' }).write('{"val');
      return undefined;
    }, helps);
    await visit.press('start-button');
    await visit.event('voice-start');
    await visit.until('the second request', () => site.asked === 2, 12_000);
    const start = visit.named('voice-start')[0]!.at;
    const now = await visit.now();
    expect(now - start).toBeGreaterThan(7_900);
    expect(now - start).toBeLessThan(10_500);
    await visit.state('live speaking');
  });

  it('B4 that never answers at all reads so within 25 seconds', async () => {
    site.answers(() => undefined);
    await visit.press('start-button');
    await hasEnded(visit, 'token-unreachable', /cannot be reached/);
    const [start, end] = [visit.named('voice-start')[0]!, visit.named('voice-end')[0]!];
    expect(end.at - start.at).toBeLessThan(26_000);
  });

  it.each<[string, string | object]>([
    ['B5 that is a web page', '<!doctype html><title>canary-word</title>'],
    ['B5 that says nothing', ''],
    ['B5 that is cut off', '{"value":"ek_canary-word'],
    ['B5 that has another type', { value: ['ek_canary-word'] }],
    ['B5 that sends a prototype', '{"__proto__":{"value":"ek_canary-word"}}'],
    ['B5 that sends 50 MB', `{"value":"ek_canary-word","x":"${'x'.repeat(50e6)}"}`],
    ['B6 that has no secret', { ok: true }],
    ['B6 that gives a number', { value: 12 }],
    ['B6 that gives the site’s own key away', { value: 'sk-proj-canary-word' }],
  ])('%s reads that the site is not set up', async (_, body) => {
    site.answers(says(200, body));
    await visit.press('start-button');
    await hasEnded(visit, 'token-invalid', /tell the owner/);
    expect(offers()).toEqual([]);
    expect(site.asked).toBe(1);
    expect(JSON.stringify(visit.events) + visit.complaints.join()).not.toContain('canary-word');
    site.answers(helps);
    await startsAgain(visit);
  });

  it('B5 with a byte-order mark, or the same key twice, talks', async () => {
    const { value, calls_url } = await site.secret();
    const text = `\ufeff{"value":"other","value":"${value}","calls_url":"${calls_url}"}`;
    site.answers(says(200, text));
    await visit.press('start-button');
    await visit.state('live speaking');
  });

  it('B7 whose first secret is over gets another', async () => {
    const now = Math.floor(Date.now() / 1000);
    site.answers(says(200, { value: 'ek_old', expires_at: now + 1 }), helps);
    await visit.press('start-button');
    await visit.state('live speaking');
    expect(site.asked).toBe(2);
  });

  it.each([
    ['B7 whose clock is ten minutes ahead', 600],
    ['B7 whose clock is ten minutes behind', -600],
  ])('%s notices nothing', async (_, skew) => {
    site.answer = (response, request) => {
      const host = Date.now() + skew * 1000;
      void site.secret().then((answer) => {
        const body = { ...answer, expires_at: Math.floor(host / 1000) + 30 };
        void says(200, body, { date: new Date(host).toUTCString() })(response, request, 1);
      });
      return undefined;
    };
    await visit.press('start-button');
    await visit.state('live speaking');
    expect(site.asked).toBe(1);
  });

  it('B8 that nobody runs reads so', async () => {
    await visit.set({ 'token-url': 'http://127.0.0.1:9/' });
    await visit.press('start-button');
    await hasEnded(visit, 'token-unreachable', /cannot be reached/);
    await visit.set({ 'token-url': '/token' });
    await startsAgain(visit);
  });

  it('B8 that hangs up reads so', async () => {
    const rude = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
    const { port } = rude.address() as AddressInfo;
    await visit.set({ 'token-url': `http://127.0.0.1:${port}/` });
    await visit.press('start-button');
    await hasEnded(visit, 'token-unreachable', /cannot be reached/);
    await new Promise((resolve) => rude.close(resolve));
  });

  it('B8 that does not know this origin reads so', async () => {
    await visit.set({ 'token-url': site.url('/token', '127.0.0.1') });
    await visit.press('start-button');
    const { message } = await hasEnded(visit, 'token-unreachable', /cannot be reached/);
    expect(message).toContain('CORS');
  });

  it('B8 that the page’s own policy forbids reads so, and its developer why', async () => {
    const other = site.url('/token', '127.0.0.1');
    const policy = "connect-src 'self'";
    const page = { body: ELEMENT.replace('"/token"', `"${other}"`) };
    const url = site.page('/own-policy', {
      ...page,
      headers: { 'content-security-policy': policy },
    });
    await visit.page.goto(url);
    await visit.press('start-button');
    const { message } = await hasEnded(visit, 'token-unreachable', /cannot be reached/);
    expect(message).toContain('connect-src');
    // Asking a third time could not help.
    expect(visit.named('securitypolicyviolation').length).toBeLessThanOrEqual(2);
  });

  it('B9 that sends them elsewhere does not make them follow', async () => {
    site.answers(says(302, '', { location: site.url('/elsewhere', '127.0.0.1') }));
    await visit.press('start-button');
    await hasEnded(visit, 'token-unreachable', /cannot be reached/);
    expect(site.unknown).not.toContain('/elsewhere');
  });

  it('B10 that is slow can be left at once', async () => {
    let gone = false;
    site.answers((response) => {
      response.on('close', () => (gone = true));
      return undefined;
    });
    await visit.press('start-button');
    await visit.until('a request', () => site.asked > 0);
    await visit.button('end-button');
    // Before the page comes to its next task, however busy it is.
    const status = await visit.page.evaluate(async () => {
      const element = document.querySelector('voice-agent')!;
      void element.end();
      await new Promise((resolve) => setTimeout(resolve));
      return element.state.status;
    });
    expect(status).toBe('ended');
    const end = await visit.event('voice-end');
    expect(end.detail.reason).toBe('user');
    await expect.poll(() => gone).toBe(true);
  });

  it('B11 who clicks again and again has one call', async () => {
    const button = await visit.button('start-button');
    await button.click({ count: 2 });
    await visit.event('voice-start');
    expect(site.asked).toBeLessThanOrEqual(1);
    expect(visit.named('voice-start')).toHaveLength(1);
  });

  it.each([
    'javascript:fetch("/stolen")',
    'data:application/json,{"value":"ek_1"}',
    'http://shop.example/token',
    'http://localhost.evil.example/token',
    'blob:null/1',
    'ftp://127.0.0.1/token',
    'file:///token',
  ])('B12 at the address %s reads that the site is not set up', async (address) => {
    await visit.set({ 'token-url': address });
    const before = visit.requests.length;
    await visit.press('start-button');
    await hasEnded(visit, 'token-invalid', /tell the owner/);
    const asked = visit.requests.slice(before).filter((request) => !request.includes('/dist/'));
    expect(asked).toEqual([]);
  });
});
