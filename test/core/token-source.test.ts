/** The token host as a page meets it: over HTTP, in every mood. */
import { json as readJson } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { endpoint } from '../../src/core/token-source.js';
import { failureOf } from './failure.js';
import { json, tokenHosts, type Answer } from './token-host.js';

const host = tokenHosts();

afterEach(() => {
  vi.restoreAllMocks();
});

/** Node 20 has no Promise.withResolvers. */
function deferred() {
  let resolve: (value: undefined) => void = () => undefined;
  const promise = new Promise<undefined>((done) => (resolve = done));
  return { promise, resolve };
}

const never = () => new AbortController().signal;

async function ask(answer: Answer) {
  const { url } = await host(answer);
  return endpoint(url)(never());
}

describe('a token host that keeps the contract', () => {
  it.each<[how: string, answer: Answer]>([
    ['the provider’s answer', json({ value: 'ek_1', expires_at: 2e9, session: { id: 's' } })],
    ['the older shape', json({ client_secret: { value: 'ek_1' } })],
    ['a JSON string', json('"ek_1"')],
    ['a bare string', json('ek_1\n', { 'content-type': 'text/plain; charset=utf-8' })],
    ['JSON that calls itself text', json({ value: 'ek_1' }, { 'content-type': 'text/plain' })],
    ['JSON with a byte order mark', json('\ufeff{"value":"ek_1"}')],
    ['JSON without a type', (response) => response.end('{"value":"ek_1"}')],
    ['201', json({ value: 'ek_1' }, {}, 201)],
    [
      'an answer in pieces',
      (response) => {
        response.write('{"val');
        setImmediate(() => response.end('ue":"ek_1"}'));
      },
    ],
  ])('is understood: %s', async (_how, answer) => {
    await expect(ask(answer)).resolves.toMatchObject({ value: 'ek_1' });
  });

  it('is asked with a POST of JSON that no cache keeps', async () => {
    const seen: unknown[] = [];
    await ask((response, request) => {
      const { method, url, headers } = request;
      seen.push(method, url, headers['content-type'], headers['cache-control']);
      json({ value: 'ek_1' })(response, request);
    });
    expect(seen).toEqual(['POST', '/token', 'application/json', 'no-cache']);
  });

  it('is told which agent the page wishes for, and what its variables are', async () => {
    const bodies: unknown[] = [];
    const { url } = await host((response, request) => {
      void readJson(request).then((body) => {
        bodies.push(body);
        json({ value: 'ek_1' })(response, request);
      });
    });
    await endpoint(url)(never());
    await endpoint(url, { agent: 'support', variables: { name: 'Ann', age: 40 } })(never());
    expect(bodies).toEqual([{}, { agent: 'support', variables: { name: 'Ann', age: 40 } }]);
  });

  it('says with its own clock how long the secret lives', async () => {
    const date = new Date(Date.UTC(2020, 0, 1));
    const secret = await ask(
      json({ value: 'ek_1', expires_at: date.getTime() / 1000 + 60 }, { date: date.toUTCString() }),
    );
    expect(secret.expiresAt - performance.now()).toBeGreaterThan(58_000);
    expect(secret.expiresAt - performance.now()).toBeLessThanOrEqual(60_000);
  });

  it('gets the headers and the credentials that the page wants', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(() => Promise.resolve(Response.json('ek_1')));
    const options = { headers: { 'x-shop': '1' }, credentials: 'include', fetch } as const;
    await endpoint('https://shop.example/token', options)(never());
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({
      credentials: 'include',
      redirect: 'error',
      headers: { 'x-shop': '1' },
    });
    await endpoint('https://shop.example/token', { fetch })(never());
    expect(fetch.mock.calls[1]?.[1]).toMatchObject({ credentials: 'same-origin' });
  });
});

describe('a token host that refuses', () => {
  it.each([
    [400, 'token-invalid'],
    [401, 'token-unauthorized'],
    [403, 'token-unauthorized'],
    [404, 'token-invalid'],
    [429, 'token-rate-limited'],
    [500, 'token-unreachable'],
    [502, 'token-unreachable'],
    [503, 'token-unreachable'],
  ])('with %i is %s', async (status, code) => {
    const error = await failureOf(ask(json({ error: 'canary' }, {}, status)));
    expect(error.code).toBe(code);
    expect(error.message).toContain(String(status));
    expect(error.message).not.toContain('canary');
  });

  const inAMinute = () => new Date(Date.now() + 60_000).toUTCString();
  it.each<[header: string, from: number, to: number]>([
    ['7', 7_000, 7_000],
    [' 7 ', 7_000, 7_000],
    ['0', 0, 0],
    [inAMinute(), 50_000, 60_000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0, 0],
    ['99999999999', 99_999_999_999_000, 99_999_999_999_000],
  ])('says when to ask again: %s', async (header, from, to) => {
    const error = await failureOf(ask(json('', { 'retry-after': header }, 429)));
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(from);
    expect(error.retryAfterMs).toBeLessThanOrEqual(to);
  });

  it.each([
    ['Tue, 24 Nov 2026 20:00:05 +0000', 5_000],
    ['2026-11-24T20:00:05Z', 5_000],
  ])('says when to ask again, with a date of another kind: %s', async (header, wait) => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 10, 24, 20));
    const error = await failureOf(ask(json('', { 'retry-after': header }, 429)));
    vi.restoreAllMocks();
    expect(error.retryAfterMs).toBe(wait);
  });

  it('may do so without a word', async () => {
    const fetch = () => Promise.resolve(new Response(null, { status: 401 }));
    const error = await failureOf(endpoint('https://shop.example/token', { fetch })(never()));
    expect(error.code).toBe('token-unauthorized');
  });

  it.each(['soon', '9'.repeat(400)])('does not say when: %s', async (header) => {
    const error = await failureOf(ask(json('', { 'retry-after': header }, 429)));
    expect(error).toMatchObject({ code: 'token-rate-limited', retryAfterMs: undefined });
  });

  it('never says anything but a time to come, whatever the header', async () => {
    const header = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String));
    await fc.assert(
      fc.asyncProperty(header, async (value) => {
        const headers = { 'retry-after': value.replaceAll(/[^\x20-\x7e]/g, '') };
        const fetch = () => Promise.resolve(new Response('', { status: 429, headers }));
        const asking = endpoint('https://shop.example/token', { fetch })(never());
        const { retryAfterMs = 0 } = await failureOf(asking);
        expect(Number.isFinite(retryAfterMs) && retryAfterMs >= 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a token host that answers nonsense', () => {
  it.each<[what: string, answer: Answer]>([
    ['a page', json('<!doctype html><title>canary</title>', { 'content-type': 'text/html' })],
    ['nothing', json('')],
    ['truncated JSON', json('{"value":"ek_canary')],
    ['truncated JSON as text', json('{"value":"ek_canary', { 'content-type': 'text/plain' })],
    ['the wrong types', json({ value: ['ek_canary'] })],
    ['bytes that are no text', json(Buffer.from([0xff, 0xfe, 0, 1]))],
    ['a prototype', json('{"__proto__": {"value": "ek_canary"}}')],
    ['17 kB', json({ value: 'ek_canary', padding: 'x'.repeat(17_000) })],
  ])('sends %s, which is not repeated', async (_what, answer) => {
    const error = await failureOf(ask(answer));
    expect(error.code).toBe('token-invalid');
    expect(`${error.message} ${String(error.cause)}`).not.toContain('canary');
  });

  it('sends an answer without a body', async () => {
    const fetch = () => Promise.resolve(new Response(null));
    const error = await failureOf(endpoint('https://shop.example/token', { fetch })(never()));
    expect(error).toMatchObject({
      code: 'token-invalid',
      message: 'The token host sent no client secret.',
    });
  });

  it('sends 16 kB, which is not too much', async () => {
    const empty = JSON.stringify({ value: 'ek_1', padding: '' });
    const padding = 'x'.repeat(16_384 - empty.length);
    await expect(ask(json({ value: 'ek_1', padding }))).resolves.toMatchObject({ value: 'ek_1' });
    const error = await failureOf(ask(json({ value: 'ek_1', padding: `${padding}x` })));
    expect(error.message).toContain('16 kB');
  });

  it('sends a letter in two pieces, which is whole again', async () => {
    const bytes = Buffer.from(JSON.stringify({ value: 'ek_1', session: { name: 'é' } }));
    const middle = bytes.indexOf(0xc3) + 1;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.subarray(0, middle));
        controller.enqueue(bytes.subarray(middle));
        controller.close();
      },
    });
    const fetch = () => Promise.resolve(new Response(body));
    const secret = await endpoint('https://shop.example/token', { fetch })(never());
    expect(secret.session).toEqual({ name: 'é' });
  });

  it('B6 sends a standard key, which is refused and not repeated', async () => {
    for (const type of ['application/json', 'text/plain']) {
      for (const body of ['{"value":"sk-canary"}', '"sk-canary"']) {
        const error = await failureOf(ask(json(body, { 'content-type': type })));
        expect(error.message).toContain('API key ("sk-…")');
        expect(`${error.message} ${error.stack ?? ''}`).not.toContain('sk-canary');
      }
    }
  });

  it('B5 sends 50 MB, of which only the beginning is read', async () => {
    let written = 0;
    const closed = deferred();
    const error = await failureOf(
      ask((response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const chunk = Buffer.alloc(65_536, 'x');
        const write = () => {
          while (written < 50e6 && !response.destroyed) {
            written += chunk.length;
            if (!response.write(chunk)) return;
          }
        };
        response.on('drain', write).on('close', () => {
          closed.resolve(undefined);
        });
        write();
      }),
    );
    expect(error.message).toContain('16 kB');
    await closed.promise;
    expect(written).toBeLessThan(10e6);
  });

  it('sends the page elsewhere, where it does not go', async () => {
    const elsewhere = await host(json({ value: 'ek_1' }));
    for (const status of [302, 307]) {
      const error = await failureOf(ask(json('', { location: elsewhere.url }, status)));
      expect(error.code).toBe('token-unreachable');
    }
    expect(elsewhere.asked()).toBe(0);
  });
});

describe('a token host that keeps one waiting', () => {
  /** The eight seconds of the product, without the wait. */
  const hurry = () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    return vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 80));
  };

  it('is given eight seconds', async () => {
    const timeout = hurry();
    await ask(json({ value: 'ek_1' }));
    expect(timeout).toHaveBeenCalledWith(8_000);
  });

  it('with its first word', async () => {
    hurry();
    const error = await failureOf(ask(() => undefined));
    expect(error.code).toBe('token-unreachable');
    expect(error.message).toContain('in time');
  });

  it('with word after word', async () => {
    hurry();
    const timers: NodeJS.Timeout[] = [];
    const error = await failureOf(
      ask((response) => {
        response.write('{');
        timers.push(setInterval(() => response.write(' '), 5));
      }),
    );
    timers.forEach(clearInterval);
    expect(error.code).toBe('token-unreachable');
  });

  it('is left at once when the visitor goes', async () => {
    const controller = new AbortController();
    const gone = deferred();
    const { url } = await host((response) => {
      response.on('close', () => {
        gone.resolve(undefined);
      });
      controller.abort(new DOMException('enough', 'AbortError'));
    });
    await expect(endpoint(url)(controller.signal)).rejects.toThrow('enough');
    await gone.promise;
  });

  it('is not asked at all by somebody who has gone', async () => {
    const { url, asked } = await host(json({ value: 'ek_1' }));
    await expect(endpoint(url)(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked()).toBe(0);
  });
});

describe('a token host that is not there', () => {
  it('is unreachable when nobody listens', async () => {
    const { url, close } = await host(json({}));
    await close();
    await expect(failureOf(endpoint(url)(never()))).resolves.toMatchObject({
      code: 'token-unreachable',
      message: `The token host ${url} is down, or does not allow this page’s origin (CORS).`,
    });
  });

  it('is unreachable when it hangs up', async () => {
    const asking = ask((response) => response.destroy());
    await expect(failureOf(asking)).resolves.toMatchObject({ code: 'token-unreachable' });
  });

  it.each([
    'javascript:alert(1)',
    'data:application/json,{"value":"ek_1"}',
    'http://shop.example/token',
    'http://localhost.evil.example/token',
    'http://127.0.0.1.evil.example/token',
    'ftp://shop.example/token',
    'blob:https://shop.example/1',
    '/token',
    '',
    'https://',
  ])('B12 is not even asked at %j', async (url) => {
    const fetch = vi.fn<typeof globalThis.fetch>();
    const error = await failureOf(endpoint(url, { fetch })(never()));
    expect(error.code).toBe('token-invalid');
    expect(error.message).toBe(`The host (token-url) needs an https address, not "${url}".`);
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each([
    'https://shop.example/token',
    'http://localhost:1/',
    'http://[::1]:1/',
    'http://a.localhost/',
    'http://shop.localhost:3000/token',
  ])('is asked at %s', async (url) => {
    const fetch = vi.fn<typeof globalThis.fetch>(() => Promise.resolve(Response.json('ek_1')));
    await endpoint(url, { fetch })(never());
    expect(fetch).toHaveBeenCalledOnce();
  });
});
