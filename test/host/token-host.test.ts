// How the token host judges a request, before any realtime service is asked.
import { describe, expect, it, vi } from 'vitest';
import { createTokenHost, HostProblem, type LogEntry } from '../../src/host/index.js';
import { CANARY, countingProvider, HOST, problemOf, SHOP, tokenRequest } from './support.js';

const allowedOrigins = [SHOP];

function setUp(options: Partial<Parameters<typeof createTokenHost>[0]> = {}) {
  const provider = countingProvider();
  return { provider, host: createTokenHost({ provider, allowedOrigins, ...options }) };
}

describe('a page that is allowed', () => {
  it('gets the secret, its end, where to call, and nothing else', async () => {
    const { host } = setUp();
    const response = await host(tokenRequest());
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      value: 'ek_1',
      expires_at: 1_790_000_000,
      calls_url: 'https://a.example',
      provider: 'counting',
    });
  });

  it('gets an answer that no cache keeps and no page may frame or sniff', async () => {
    const { headers } = await setUp().host(tokenRequest());
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('vary')).toBe('Origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('access-control-expose-headers')).toBe('Date, Retry-After');
    expect(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now())).toBeLessThan(5_000);
  });

  it('gets a new secret each time', async () => {
    const { host, provider } = setUp();
    await host(tokenRequest());
    const second = (await (await host(tokenRequest())).json()) as { value: string };
    expect(second.value).toBe('ek_2');
    expect(provider.requests).toHaveLength(2);
  });

  it('may send cookies from another origin only where the host says so', async () => {
    const { headers } = await setUp({ allowCredentials: true }).host(tokenRequest());
    expect(headers.get('access-control-allow-credentials')).toBe('true');
  });

  it('may ask beforehand', async () => {
    const { host, provider } = setUp();
    const response = await host(
      new Request(HOST, {
        method: 'OPTIONS',
        headers: { origin: SHOP, 'access-control-request-method': 'POST' },
      }),
    );
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(response.headers.get('access-control-allow-methods')).toBe('POST');
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'Authorization, Content-Type',
    );
    expect(response.headers.get('access-control-max-age')).toBe('600');
    expect(provider.requests).toHaveLength(0);
  });
});

describe('a page of the host’s own origin', () => {
  it.each([
    ['by the name under which it asked', { origin: 'https://host.example' }],
    ['by the browser’s word, behind a proxy', { origin: SHOP, 'sec-fetch-site': 'same-origin' }],
  ])('is allowed %s, without CORS headers', async (_, headers) => {
    const { host } = setUp({ allowedOrigins: [] });
    const response = await host(tokenRequest({ headers }));
    expect(response.status).toBe(200);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('is not the host in another scheme or port', async () => {
    for (const origin of ['http://host.example', 'https://host.example:8443']) {
      expect((await setUp().host(tokenRequest({ headers: { origin } }))).status).toBe(403);
    }
  });
});

describe('a page that is not allowed', () => {
  it.each([
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['null', { origin: 'null' }],
    ['null that claims to be the same origin', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    [
      'a foreign one on the same site',
      { origin: 'https://a.example', 'sec-fetch-site': 'same-site' },
    ],
  ])('is refused with no CORS header: %s', async (_, headers) => {
    const { host, provider } = setUp();
    for (const method of ['POST', 'OPTIONS']) {
      const body = method === 'POST' ? '{}' : null;
      const response = await host(tokenRequest({ method, body, headers }));
      expect(response.status).toBe(403);
      expect(response.headers.has('access-control-allow-origin')).toBe(false);
      expect(await problemOf(response)).toMatchObject({ status: 403, code: 'origin-not-allowed' });
    }
    expect(provider.requests).toHaveLength(0);
  });

  it('is refused when it says no origin at all', async () => {
    const { host } = setUp();
    expect((await host(new Request(HOST, { method: 'POST' }))).status).toBe(403);
  });
});

describe('authorize', () => {
  it('names the visitor to the provider', async () => {
    const { host, provider } = setUp({ authorize: (request) => request.headers.get('x-user') });
    await host(tokenRequest({ headers: { 'x-user': 'ada' } }));
    expect(provider.requests[0]?.identity).toBe('ada');
  });

  it.each([[null], [''], [undefined as unknown as null]])('refuses with %j', async (identity) => {
    const { host, provider } = setUp({ authorize: () => identity });
    const response = await host(tokenRequest());
    expect(response.status).toBe(401);
    expect((await problemOf(response)).code).toBe('unauthorized');
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(provider.requests).toHaveLength(0);
  });

  it('that fails never lets anybody in, and its words stay inside', async () => {
    const failing = [
      () => {
        throw new Error('database password hunter2');
      },
      () => Promise.reject(new Error('database password hunter2')),
    ];
    for (const authorize of failing) {
      const { host, provider } = setUp({ authorize });
      const response = await host(tokenRequest());
      expect(response.status).toBe(503);
      expect(await response.text()).not.toContain('hunter2');
      expect(provider.requests).toHaveLength(0);
    }
  });

  it('that never answers is given five seconds', async () => {
    vi.useFakeTimers();
    try {
      const { host } = setUp({ authorize: () => new Promise<string>(() => undefined) });
      const response = host(tokenRequest());
      await vi.advanceTimersByTimeAsync(5_000);
      expect((await problemOf(await response)).code).toBe('authorize-failed');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the method', () => {
  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('%s gets 405', async (method) => {
    const response = await setUp().host(tokenRequest({ method, body: null }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
  });

  it.each(['GET', 'HEAD'])('%s of …/health says that the host runs', async (method) => {
    const response = await setUp().host(new Request('https://host.example/api/health', { method }));
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('POST of …/health mints nothing', async () => {
    const { host, provider } = setUp();
    const response = await host(tokenRequest({}, 'https://host.example/health'));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(provider.requests).toHaveLength(0);
  });
});

describe('the body', () => {
  const deep = '['.repeat(900) + ']'.repeat(900);
  it.each([
    ['an object', '{}', 200],
    ['an object with room around it', ' {\n} ', 200],
    ['nothing', '', 200],
    ['as much as is allowed', `{${' '.repeat(2046)}}`, 200],
    ['one byte more', `{${' '.repeat(2047)}}`, 413],
    ['a model', '{"model":"gpt-dearest"}', 400],
    ['a prototype', '{"__proto__":{"model":"x"}}', 400],
    ['an array', '[]', 400],
    ['null', 'null', 400],
    ['a string', '"{}"', 400],
    ['half an object', '{"a":', 400],
    ['a deep array', deep, 400],
    ['bytes that are no text', new Uint8Array([0x7b, 0xff, 0x7d]), 400],
  ])('%s', async (_, body, status) => {
    const { host, provider } = setUp();
    const response = await host(tokenRequest({ body }));
    expect(response.status).toBe(status);
    expect(provider.requests).toHaveLength(status === 200 ? 1 : 0);
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/json-patch' }, 415],
    [{ 'content-encoding': 'gzip' }, 415],
    [{ 'content-type': 'Application/JSON; charset=utf-8' }, 200],
    [{ 'content-length': '5000' }, 413],
  ])('with %j gets %i', async (headers, status) => {
    expect((await setUp().host(tokenRequest({ headers }))).status).toBe(status);
  });

  it('needs no type when there is none', async () => {
    const headers = { origin: SHOP };
    expect((await setUp().host(new Request(HOST, { method: 'POST', headers }))).status).toBe(200);
  });

  it('that never ends is given five seconds', async () => {
    vi.useFakeTimers();
    try {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{')),
      });
      const response = setUp().host(tokenRequest({ body, duplex: 'half' } as RequestInit));
      await vi.advanceTimersByTimeAsync(5_000);
      expect((await problemOf(await response)).code).toBe('body-timeout');
    } finally {
      vi.useRealTimers();
    }
  });

  it('that never ends in size is cut off at two kilobytes', async () => {
    let sent = 0;
    let cancelled = false;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1_024;
        controller.enqueue(new Uint8Array(1_024));
      },
      cancel: () => void (cancelled = true),
    });
    const response = await setUp().host(tokenRequest({ body, duplex: 'half' } as RequestInit));
    expect(response.status).toBe(413);
    expect(cancelled).toBe(true);
    expect(sent).toBeLessThan(8_192);
  });
});

describe('a provider', () => {
  it('that never answers is given seven seconds, and told', async () => {
    vi.useFakeTimers();
    try {
      const told = vi.fn();
      const provider = {
        name: 'slow',
        free: true,
        mint: ({ signal }: { signal: AbortSignal }) => {
          signal.addEventListener('abort', told);
          return new Promise<never>(() => undefined);
        },
      };
      const response = createTokenHost({ provider, allowedOrigins })(tokenRequest());
      await vi.advanceTimersByTimeAsync(7_000);
      expect((await problemOf(await response)).code).toBe('provider-timeout');
      expect(told).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });

  it('that is broken is a 500 whose words stay inside', async () => {
    const provider = {
      name: 'broken',
      free: true,
      mint: () => Promise.reject(new TypeError(`${CANARY} is not a function`)),
    };
    const entries: LogEntry[] = [];
    const host = createTokenHost({ provider, allowedOrigins, log: (entry) => entries.push(entry) });
    const response = await host(tokenRequest());
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('sk-');
    expect(entries[0]).toMatchObject({ outcome: 'internal', error: 'TypeError' });
    expect(JSON.stringify(entries)).not.toContain('sk-');
  });

  it('of one’s own can refuse with the same codes', async () => {
    const mint = () => Promise.reject(new HostProblem('rate-limited', { retryAfter: 7 }));
    const provider = { name: 'own', free: true, mint };
    const response = await createTokenHost({ provider, allowedOrigins })(tokenRequest());
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('the log', () => {
  it('has one entry per request, and none for health checks', async () => {
    const entries: LogEntry[] = [];
    const { host } = setUp({ log: (entry) => entries.push(entry) });
    await host(tokenRequest());
    await host(tokenRequest({ method: 'OPTIONS', body: null }));
    await host(tokenRequest({ headers: { origin: 'https://evil.example' } }));
    await host(new Request('https://host.example/health'));
    expect(entries.map(({ outcome }) => outcome)).toEqual([
      'minted',
      'preflight',
      'origin-not-allowed',
    ]);
    expect(JSON.stringify(entries)).not.toContain('ek_');
  });

  it('names the agent that was chosen, also where nothing came of it, and no name that a page made up', async () => {
    const entries: LogEntry[] = [];
    const log = (entry: LogEntry) => entries.push(entry);
    const { host } = setUp({
      log,
      agents: { default: {}, support: {} },
      limits: { originPerMinute: 2 },
    });
    await host(tokenRequest());
    await host(tokenRequest({ body: '{"agent":"support"}' }));
    await host(tokenRequest({ body: '{"agent":"support"}' }));
    await host(tokenRequest({ body: '{"agent":"ada@example.org"}' }));
    await setUp({ log }).host(tokenRequest());
    expect(entries.map(({ outcome, agent }) => [outcome, agent])).toEqual([
      ['minted', 'default'],
      ['minted', 'support'],
      ['rate-limited', 'support'],
      ['agent-unknown', undefined],
      ['minted', undefined],
    ]);
  });

  it('that throws costs nobody a call', async () => {
    const { host } = setUp({
      log: () => {
        throw new Error('disk full');
      },
    });
    expect((await host(tokenRequest())).status).toBe(200);
  });
});
