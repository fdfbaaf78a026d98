// What every provider makes of every answer of its service, told once. Each test has an upstream of
// its own, so that they wait for second tries side by side.
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createTokenHost, type LogEntry, type Provider } from '../../src/host/index.js';
import {
  CANARY,
  deferred,
  json,
  mintedAnswer,
  problemOf,
  SHOP,
  startUpstream,
  tokenRequest,
  type Upstream,
} from './support.js';

export type MakeProvider = (url: string, options?: { timeoutMs?: number }) => Provider;

/** A host of that provider in front of an upstream that answers so, and what it logs. */
async function withHost(
  make: MakeProvider,
  answer: Upstream['answer'],
  story: (set: {
    host: ReturnType<typeof createTokenHost>;
    upstream: Upstream;
    entries: LogEntry[];
  }) => Promise<void>,
  options?: { timeoutMs?: number },
): Promise<void> {
  const upstream = await startUpstream();
  try {
    upstream.answer = answer;
    const entries: LogEntry[] = [];
    const host = createTokenHost({
      provider: make(upstream.url, options),
      allowedOrigins: [SHOP],
      log: (entry) => entries.push(entry),
      allowAnonymous: true,
    });
    await story({ host, upstream, entries });
  } finally {
    await upstream.close();
  }
}

async function textOf(response: Response): Promise<string> {
  const head = JSON.stringify([...response.headers]);
  return `${response.status} ${response.statusText} ${head} ${await response.text()}`;
}

// Services quote in their error texts the key that they refuse; so does this upstream, everywhere.
const leaky = { error: { message: `Incorrect key ${CANARY}`, type: CANARY, code: CANARY } };
const quota = { error: { message: CANARY, type: CANARY, code: 'insufficient_quota' } };
/** By name, for titles must not quote the key either. */
const refusals = { leaky, quota };

/** @param make the provider, asking at that address, with CANARY as its credential */
export function judgesAnswers(make: MakeProvider): void {
  describe.concurrent('a refusal of the service', () => {
    it.each<
      [
        status: number,
        refusal: keyof typeof refusals,
        headers: Record<string, string>,
        expected: number,
        code: string,
        tries: number,
      ]
    >([
      [400, 'leaky', {}, 502, 'provider-refused', 1],
      [401, 'leaky', {}, 502, 'provider-credentials', 1],
      [403, 'leaky', {}, 502, 'provider-credentials', 1],
      [404, 'leaky', {}, 502, 'provider-refused', 1],
      [408, 'leaky', {}, 504, 'provider-timeout', 2],
      [409, 'leaky', {}, 502, 'provider-refused', 2],
      [422, 'leaky', {}, 502, 'provider-refused', 1],
      [429, 'leaky', {}, 429, 'rate-limited', 1],
      [429, 'quota', { 'retry-after': '5' }, 429, 'quota-exceeded', 1],
      [500, 'leaky', {}, 502, 'provider-error', 2],
      [503, 'leaky', { 'retry-after': '30' }, 503, 'provider-unavailable', 1],
      [504, 'leaky', {}, 504, 'provider-timeout', 2],
      [302, 'leaky', { location: 'http://127.0.0.1:9/' }, 502, 'provider-refused', 1],
    ])('%i %s %j becomes %i %s', async (status, refusal, headers, expected, code, tries) => {
      const answer = json(status, refusals[refusal], { 'x-request-id': CANARY, ...headers });
      await withHost(make, answer, async ({ host, upstream, entries }) => {
        const response = await host(tokenRequest());
        expect(response.headers.get('content-type')).toBe('application/problem+json');
        expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
        const text = await textOf(response);
        expect(text).not.toContain(CANARY);
        expect(text).toContain(`"code":"${code}"`);
        expect(response.status).toBe(expected);
        expect(upstream.requests).toHaveLength(tries);
        expect(entries).toMatchObject([{ outcome: code, upstream: { status } }]);
        expect(JSON.stringify(entries)).not.toContain(CANARY);
      });
    });

    it.each([
      [{ 'retry-after': '12' }, '12'],
      [{ 'retry-after': '0' }, '1'],
      [{ 'retry-after': '9999999' }, '86400'],
      [{ 'retry-after-ms': '1500' }, '2'],
      [{ 'retry-after-ms': '2500', 'retry-after': '60' }, '3'],
      [{ 'retry-after': 'soon' }, null],
      [{}, null],
    ])('429 with %j tells the visitor %s seconds, at once', async (headers, seconds) => {
      await withHost(make, json(429, leaky, headers), async ({ host, upstream }) => {
        const response = await host(tokenRequest());
        expect(response.status).toBe(429);
        expect(response.headers.get('retry-after')).toBe(seconds);
        expect(upstream.requests).toHaveLength(1);
      });
    });

    it('429 with a date tells the seconds until then', async () => {
      const date = new Date(Date.now() + 20_000).toUTCString();
      await withHost(make, json(429, leaky, { 'retry-after': date }), async ({ host }) => {
        const seconds = Number((await host(tokenRequest())).headers.get('retry-after'));
        expect(seconds).toBeGreaterThanOrEqual(18);
        expect(seconds).toBeLessThanOrEqual(20);
      });
    });
  });

  describe.concurrent('an answer that is no secret', () => {
    const html = (status: number) => (outgoing: ServerResponse) =>
      void outgoing.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Hello</h1>');

    it.each([
      ['a web page', html(200), 'provider-invalid'],
      ['a web page with an error', html(500), 'provider-error'],
      ['an empty object', json(200, {}), 'provider-invalid'],
      ['null', json(200, null), 'provider-invalid'],
      ['a number as value', json(200, { value: 7 }), 'provider-invalid'],
      ['an empty value', json(200, { value: '' }), 'provider-invalid'],
      ['a value with a line break', json(200, { value: 'ek_1\r\nx: y' }), 'provider-invalid'],
      ['a standard key', json(200, { value: 'sk-other' }), 'provider-invalid'],
      ['one inside', json(200, { client_secret: { value: 'sk-other' } }), 'provider-invalid'],
      [
        'one beside a secret',
        json(200, { value: 'sk-other', client_secret: { value: 'ek_1' } }),
        'provider-invalid',
      ],
      ['nothing inside', json(200, { client_secret: null }), 'provider-invalid'],
      [
        'the host’s own key in a wrapping',
        json(200, { value: `ek_${CANARY}` }),
        'provider-invalid',
      ],
      [
        'a secret in more than anybody sends with one',
        json(200, { value: 'ek_1', session: { instructions: 'x'.repeat(1_000_000) } }),
        'provider-invalid',
      ],
      [
        'half of its JSON',
        (outgoing: ServerResponse) =>
          void outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"value": "ek'),
        'provider-invalid',
      ],
    ])('%s', async (_, answer, code) => {
      await withHost(make, answer, async ({ host }) => {
        const text = await textOf(await host(tokenRequest()));
        expect(text).toContain(`"code":"${code}"`);
        expect(text).not.toContain(CANARY);
      });
    });
  });

  describe.concurrent('a service that fails', () => {
    it('resets the connection twice', async () => {
      await withHost(
        make,
        (outgoing) => outgoing.destroy(),
        async ({ host, upstream }) => {
          const response = await host(tokenRequest());
          expect(response.status).toBe(502);
          expect((await problemOf(response)).code).toBe('provider-unreachable');
          expect(upstream.requests).toHaveLength(2);
        },
      );
    });

    it('resets the connection once: the second try is the visitor’s', async () => {
      const answer: Upstream['answer'] = (outgoing, attempt) => {
        if (attempt === 1) outgoing.destroy();
        else json(200, mintedAnswer)(outgoing);
      };
      await withHost(make, answer, async ({ host }) => {
        expect((await host(tokenRequest())).status).toBe(200);
      });
    });

    it('never answers: two tries of the time that is set', async () => {
      const story: Parameters<typeof withHost>[2] = async ({ host, upstream }) => {
        const response = await host(tokenRequest());
        expect(response.status).toBe(504);
        expect((await problemOf(response)).code).toBe('provider-timeout');
        expect(upstream.requests).toHaveLength(2);
      };
      await withHost(make, () => undefined, story, { timeoutMs: 50 });
    });

    it('trickles its answer: it is dropped when the visitor leaves', async () => {
      const leaving = new AbortController();
      const { promise: closed, resolve } = deferred<unknown>();
      const answer: Upstream['answer'] = (outgoing) => {
        outgoing.once('close', () => resolve('closed'));
        outgoing.writeHead(200, { 'content-type': 'application/json' });
        outgoing.write('{');
        leaving.abort();
      };
      await withHost(make, answer, async ({ host }) => {
        const response = await host(tokenRequest({ signal: leaving.signal }));
        expect(response.status).toBe(504);
        await closed;
      });
    });
  });
}
