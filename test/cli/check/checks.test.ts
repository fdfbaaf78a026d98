// Each check of `voice-agent check`: the right host passes all, each wrong one fails exactly its own.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkHost, type CheckOptions } from '../../../src/cli/check/check-host.js';
import { toNodeListener } from '../../../src/host/node.js';
import type { RunningServer } from '../../../src/host/node-server.js';
import { HostProblem, type TokenHost } from '../../../src/host/index.js';
import { SHOP } from '../../host/support.js';
import {
  asking,
  changing,
  fromShop,
  inSeconds,
  rightHost,
  SECRET,
  serve,
  withFields,
  withHeaders,
  withSecret,
  type AnyHost,
} from './support.js';

// Sockets are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

const opened: RunningServer[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close(0);
});

async function tryHost(host: AnyHost, options: Partial<CheckOptions> = {}) {
  const server = await serve(host);
  opened.push(server);
  const report = await checkHost({ url: `${server.url}/token`, origin: SHOP, ...options });
  const levels = Object.fromEntries([...report.verdicts].map(([name, { level }]) => [name, level]));
  const text = report.lines.join('\n');
  // Whatever a host does wrong, its secret stays out of a log.
  expect(text).not.toContain(SECRET);
  return { ...report, levels, text };
}

/** The checks that are not content. */
function complaints(levels: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(levels).filter(([, level]) => level === 'warn' || level === 'fail'),
  );
}

describe('a right host', () => {
  it('passes every check, for a page of another origin', async () => {
    const { levels, passed, lines } = await tryHost(rightHost());
    expect(new Set(Object.values(levels))).toEqual(new Set(['ok']));
    expect(passed).toBe(true);
    expect(lines).toHaveLength(19);
    expect(lines.at(-1)).toBe('18 ok, 0 warnings, 0 failed');
  });

  it('passes every check, for a page of its own', async () => {
    const server = await serve(rightHost());
    opened.push(server);
    const { lines } = await checkHost({ url: `${server.url}/token` });
    expect(lines.at(-1)).toBe('18 ok, 0 warnings, 0 failed');
  });

  it.each<[string, TokenHost]>([
    [
      'the older shape',
      withSecret(async (answer) => {
        const { value, expires_at } = (await answer.json()) as Record<string, unknown>;
        return Response.json({ client_secret: { value, expires_at } }, answer);
      }),
    ],
    [
      'a plain string, as JSON',
      withSecret(async (answer) => {
        const { value } = (await answer.json()) as { value: string };
        return Response.json(value, answer);
      }),
    ],
    ['no expires_at', withSecret((answer) => withFields(answer, { expires_at: undefined }))],
  ])('may send %s', async (_, host) => {
    const { levels } = await tryHost(host);
    expect(complaints(levels)).toEqual({});
  });

  it('need not answer a preflight for pages of its own', async () => {
    const host = changing((answer, { method }) =>
      method === 'OPTIONS' ? new Response(null, { status: 405 }) : answer,
    );
    const server = await serve(host);
    opened.push(server);
    const { verdicts } = await checkHost({ url: `${server.url}/token` });
    expect(verdicts.get('preflight')?.level).toBe('ok');
  });
});

const bodyOf = async (request: Request) => (await request.clone().json()) as object;

const refusedBy = (response: (answer: Response) => Response | Promise<Response>) =>
  changing((answer) => (answer.status >= 400 ? response(answer) : answer));

/** What is wrong with the host → the one check that says so, and how loudly. */
const wrongHosts: [string, string, 'warn' | 'fail', AnyHost][] = [
  [
    'redirects',
    'redirect',
    'fail',
    withSecret(() => new Response(null, { status: 307, headers: { location: '/elsewhere' } })),
  ],
  [
    'sends 20 kB',
    'size',
    'fail',
    withSecret((answer) => withFields(answer, { session: 'x'.repeat(20_000) })),
  ],
  [
    'sends a web page',
    'secret',
    'fail',
    withSecret(
      () => new Response('<!doctype html><p>Hello', { headers: { 'content-type': 'text/html' } }),
    ),
  ],
  [
    'sends a secret in quotes in quotes',
    'secret',
    'fail',
    withSecret((answer) => withFields(answer, { value: '"ek_1"' })),
  ],
  ['answers 500', 'secret', 'fail', withSecret(() => new Response(null, { status: 500 }))],
  [
    'answers 201',
    'secret',
    'warn',
    withSecret((answer) => new Response(answer.body, { status: 201, headers: answer.headers })),
  ],
  [
    'calls its JSON text',
    'secret',
    'warn',
    withSecret((answer) => withHeaders(answer, { 'content-type': 'text/plain' })),
  ],
  [
    'hands out its API key',
    'standard key',
    'fail',
    (() => {
      let keys = 0;
      return withSecret((answer) => withFields(answer, { value: `sk-${SECRET}${(keys += 1)}` }));
    })(),
  ],
  [
    'sends a secret that has expired',
    'lifetime',
    'fail',
    withSecret((answer) => withFields(answer, { expires_at: inSeconds(-10) })),
  ],
  [
    'sends a secret for 3 s',
    'lifetime',
    'fail',
    withSecret((answer) => withFields(answer, { expires_at: inSeconds(3) })),
  ],
  [
    'sends a secret for ten minutes',
    'lifetime',
    'warn',
    withSecret((answer) => withFields(answer, { expires_at: inSeconds(600) })),
  ],
  [
    'counts in milliseconds',
    'lifetime',
    'fail',
    withSecret((answer) => withFields(answer, { expires_at: Date.now() + 30_000 })),
  ],
  [
    'writes its date in words',
    'lifetime',
    'fail',
    withSecret((answer) => withFields(answer, { expires_at: new Date().toISOString() })),
  ],
  [
    'sends no Date',
    'lifetime',
    'warn',
    (() => {
      const host = toNodeListener(withSecret((answer) => withHeaders(answer, { date: null })));
      return {
        listener: (incoming: IncomingMessage, outgoing: ServerResponse) => {
          outgoing.sendDate = false;
          host(incoming, outgoing);
        },
      };
    })(),
  ],
  [
    'lets its answer be cached',
    'caching',
    'fail',
    withSecret((answer) => withHeaders(answer, { 'cache-control': 'private, max-age=60' })),
  ],
  [
    'says nothing of caches',
    'caching',
    'fail',
    withSecret((answer) => withHeaders(answer, { 'cache-control': null })),
  ],
  [
    'gives everybody the same secret',
    'new each time',
    'fail',
    withSecret((answer) => withFields(answer, { value: SECRET })),
  ],
  [
    'lets every page read the secret',
    'page origin',
    'warn',
    withSecret((answer) => withHeaders(answer, { 'access-control-allow-origin': '*' })),
  ],
  [
    'lets every page read it, with cookies',
    'page origin',
    'fail',
    withSecret((answer) =>
      withHeaders(answer, {
        'access-control-allow-origin': '*',
        'access-control-allow-credentials': 'true',
      }),
    ),
  ],
  [
    'writes the page’s origin with a slash',
    'page origin',
    'fail',
    withSecret((answer) => withHeaders(answer, { 'access-control-allow-origin': `${SHOP}/` })),
  ],
  [
    'knows no preflight',
    'preflight',
    'fail',
    changing((answer, { method }) =>
      method === 'OPTIONS' ? new Response(null, { status: 405 }) : answer,
    ),
  ],
  [
    'does not let a page send JSON',
    'preflight',
    'fail',
    changing((answer) => withHeaders(answer, { 'access-control-allow-headers': null })),
  ],
  [
    'hides its clock',
    'exposed headers',
    'warn',
    changing((answer) => withHeaders(answer, { 'access-control-expose-headers': null })),
  ],
  [
    'exposes every header',
    'exposed headers',
    'warn',
    withSecret((answer) => withHeaders(answer, { 'access-control-expose-headers': '*' })),
  ],
  [
    'mints for a foreign page',
    'foreign origin',
    'fail',
    asking((request) =>
      request.method === 'POST' && request.headers.get('origin') === 'https://foreign.example'
        ? fromShop(request)
        : request,
    ),
  ],
  [
    'lets a foreign page read its refusals',
    'foreign CORS',
    'fail',
    changing((answer, { headers }) =>
      headers.get('origin') === 'https://foreign.example'
        ? withHeaders(answer, { 'access-control-allow-origin': 'https://foreign.example' })
        : answer,
    ),
  ],
  [
    'mints for a page that hides its origin',
    'origin null',
    'fail',
    asking((request) => (request.headers.get('origin') === 'null' ? fromShop(request) : request)),
  ],
  [
    'mints on GET',
    'GET',
    'fail',
    asking((request) => (request.method === 'GET' ? fromShop(request) : request)),
  ],
  [
    'greets on GET',
    'GET',
    'fail',
    changing((answer, { method }) => (method === 'GET' ? new Response('hello') : answer)),
  ],
  [
    'lets a page choose its session',
    'body',
    'warn',
    (() => {
      const host = rightHost();
      return async (request: Request) => {
        const wishes = request.method === 'POST' ? await bodyOf(request) : {};
        if (!('session' in wishes)) return await host(request);
        return await withFields(await host(fromShop(request)), wishes);
      };
    })(),
  ],
  [
    'lets a page choose how long a secret lives',
    'body',
    'warn',
    (() => {
      const host = rightHost();
      return async (request: Request) => {
        const wishes = request.method === 'POST' ? await bodyOf(request) : {};
        if (!('expires_after' in wishes)) return await host(request);
        return await withFields(await host(fromShop(request)), { expires_at: inSeconds(7_200) });
      };
    })(),
  ],
  [
    'breaks on what a page sends',
    'body',
    'warn',
    changing((answer) => (answer.status === 400 ? withStatus(answer, 502) : answer)),
  ],
  [
    'refuses in HTML',
    'errors',
    'warn',
    refusedBy(
      ({ status }) => new Response('<p>No', { status, headers: { 'content-type': 'text/html' } }),
    ),
  ],
  [
    'refuses without a code',
    'errors',
    'warn',
    refusedBy((answer) => withFields(answer, { code: undefined })),
  ],
  [
    'refuses with a code of its own',
    'errors',
    'warn',
    refusedBy((answer) => withFields(answer, { code: 'nope' })),
  ],
];

function withStatus(answer: Response, status: number): Response {
  return new Response(answer.body, { status, headers: answer.headers });
}

describe('a host that', () => {
  it.each(wrongHosts)('%s fails "%s" (%s)', async (_, check, level, host) => {
    const { levels, passed, text } = await tryHost(host);
    expect(complaints(levels), text).toEqual({ [check]: level });
    expect(passed).toBe(level === 'warn');
  });
});

describe('what cannot be asked', () => {
  it('is a host that never answers', async () => {
    const { levels, lines } = await tryHost(() => new Promise(() => undefined), { timeoutMs: 200 });
    expect(levels).toEqual({ https: 'ok', answer: 'fail' });
    expect(lines[1]).toContain('FAIL  answer: no answer within 0.2 s.');
  });

  it('is a host that never ends its answer', async () => {
    const { levels } = await tryHost(
      { listener: (_, outgoing) => void outgoing.write('{') },
      { timeoutMs: 200 },
    );
    expect(levels).toEqual({ https: 'ok', answer: 'fail' });
  });

  it('is a host that is not there', async () => {
    const server = await serve(rightHost());
    await server.close(0);
    const { lines, passed } = await checkHost({ url: server.url });
    expect(lines[1]).toContain('FAIL  answer: ECONNREFUSED.');
    expect(lines[2]).toBe('1 ok, 0 warnings, 1 failed');
    expect(passed).toBe(false);
  });

  it('is a host whose answers anybody on the way could read', async () => {
    const { lines } = await checkHost({ url: 'http://shop.example/token' });
    expect(lines[0]).toContain('FAIL  https: "http://shop.example" is plain http.');
    expect(lines).toHaveLength(2);
  });
});

describe('a host with a login', () => {
  const host: TokenHost = (() => {
    const right = rightHost();
    return (request) =>
      request.method === 'POST' && request.headers.get('authorization') !== 'Bearer me'
        ? Promise.resolve(new Response(null, { status: 401 }))
        : right(request);
  })();

  it('is tried with the header that it needs', async () => {
    const headers = new Headers({ authorization: 'Bearer me' });
    const { levels } = await tryHost(host, { headers });
    expect(complaints(levels)).toEqual({});
  });

  it('says without it what is missing', async () => {
    const { levels, text } = await tryHost(host);
    expect(levels['secret']).toBe('fail');
    expect(text).toContain('--header');
  });
});

describe('a host that is right, but fails now', () => {
  it('says why in a code of the contract', async () => {
    const host = withSecret(() => new HostProblem('provider-credentials').toResponse());
    const { levels, text } = await tryHost(host);
    expect(complaints(levels)).toEqual({ secret: 'fail' });
    expect(text).toContain('FAIL  secret: HTTP 502 (provider-credentials).');
    expect(levels['caching']).toBe('skip');
  });

  it('is not believed to have a code when it has none', async () => {
    const host = withSecret(() => Response.json({ code: `x ${SECRET}` }, { status: 500 }));
    expect((await tryHost(host)).text).toContain('FAIL  secret: HTTP 500.');
  });
});

describe('a host that serves every page and every wish, until its limit', () => {
  it.each<[string, () => Response | Promise<never>]>([
    [
      'which says when to come back',
      () => new HostProblem('rate-limited', { retryAfter: 30 }).toResponse(),
    ],
    ['which hangs up', () => Promise.reject(new Error('hangs up'))],
  ])('is not taken for one that refuses them, by a limit %s', async (_, hold) => {
    const open = asking((request) => (request.method === 'POST' ? fromShop(request) : request));
    let served = 0;
    const host: TokenHost = async (request) =>
      request.method === 'POST' && (served += 1) > 2 ? await hold() : await open(request);
    const { levels, text } = await tryHost(host);
    expect(complaints(levels)).toEqual({
      'foreign origin': 'warn',
      'origin null': 'warn',
      body: 'warn',
    });
    expect(text).toMatch(/^warn {2}foreign origin: cannot be judged by [A-Z_ 0-9]+\./m);
  });
});

describe('the limit', () => {
  /** Serves what the other checks ask, and then one more. */
  const limited = (headers: Record<string, string>, code = 'rate-limited'): TokenHost => {
    const host = rightHost();
    let asked = 0;
    return async (request) => {
      if (request.method !== 'POST' || (asked += 1) <= 6) return await host(request);
      const type = { 'content-type': 'application/problem+json' };
      return new Response(JSON.stringify({ code }), {
        status: 429,
        headers: { ...type, ...headers },
      });
    };
  };

  it('is not tried unless asked for, since each request may cost a secret', async () => {
    let asked = 0;
    const host = changing((answer) => {
      asked += 1;
      return answer;
    });
    expect((await tryHost(host)).levels).not.toHaveProperty('limit');
    expect(asked).toBe(8);
    expect((await tryHost(host, { limit: true })).levels).toHaveProperty('limit');
    expect(asked).toBe(8 + 28);
  });

  it('is missed where 20 requests pass', async () => {
    const { levels, text } = await tryHost(rightHost(), { limit: true });
    expect(complaints(levels)).toEqual({ limit: 'warn' });
    expect(text).toContain('no limit seen in 20 requests');
  });

  it('says when to come back', async () => {
    const { levels } = await tryHost(limited({ 'retry-after': '30' }), { limit: true });
    expect(complaints(levels)).toEqual({});
  });

  it('is incomplete where it does not', async () => {
    const { levels } = await tryHost(limited({}), { limit: true });
    expect(complaints(levels)).toEqual({ limit: 'fail' });
  });

  it('need not say so for an account that is empty', async () => {
    const { levels } = await tryHost(limited({}, 'quota-exceeded'), { limit: true });
    expect(complaints(levels)).toEqual({});
  });
});

describe('the report', () => {
  it('shows of a secret no more than how it begins and how long it is', async () => {
    const { text } = await tryHost(rightHost());
    expect(text).toContain('secret: ek_…, 15 characters.');
  });

  it('repeats no secret that a host put elsewhere', async () => {
    const host = withSecret(async (answer) => {
      const { value } = (await answer.clone().json()) as { value: string };
      return withHeaders(answer, { 'cache-control': `a, ${value}` });
    });
    const { text } = await tryHost(host);
    expect(text).toContain('Cache-Control: "a, ek_…, 15 characters".');
  });

  it('repeats no part of one, either', async () => {
    const long = `${SECRET}.${'x'.repeat(80)}`;
    const host = withSecret(async (answer) =>
      withHeaders(await withFields(answer, { value: long }), { 'cache-control': `a, ${long}` }),
    );
    const { text, verdicts } = await tryHost(host);
    expect(text).not.toContain('xxx');
    expect(verdicts.get('caching')?.found).toBe('Cache-Control: "a, ek_…, 95 characters…"');
  });

  it('holds no byte that moves a cursor', async () => {
    const host = withSecret((answer) => withHeaders(answer, { 'cache-control': 'a\u009b2J' }));
    const { text } = await tryHost(host);
    expect(text).toContain('Cache-Control: "a?2J".');
  });
});
