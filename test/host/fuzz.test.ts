// Thousands of requests that nobody would write: the host answers all of them, from a fixed set of
// statuses, and mints only for a listed origin with an identity and an empty wish, and never more
// than its limits allow.
import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenHost } from '../../src/host/index.js';
import { CANARY, payingProvider, SHOP } from './support.js';

const STATUSES = new Set([200, 204, 400, 401, 403, 405, 413, 415, 429]);
const RUNS = 50_000;
/** Then comes a new host: else all requests but the first few would be over its limits. */
const REQUESTS_PER_HOST = 500;
const limits = {
  visitorPerMinute: 6,
  visitorPerDay: 5,
  addressPerMinute: 3,
  originPerMinute: 4,
  totalPerMinute: 9,
  dailyBudget: 8,
};
const BUDGETS = { visitor: 5, address: 3, origin: 4, total: 8 };

const ascii = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
});
const origin = fc.oneof(
  fc.constantFrom(
    SHOP,
    'null',
    '*',
    'https://evil.example',
    'https://host.example',
    `${SHOP}.evil`,
  ),
  fc.webUrl(),
  ascii,
);
const headers = fc.record(
  {
    origin,
    'sec-fetch-site': fc.constantFrom('same-origin', 'same-site', 'cross-site', 'none', 'x'),
    'content-type': fc.oneof(fc.constantFrom('application/json', 'text/plain', ''), ascii),
    'content-encoding': fc.constantFrom('gzip', 'identity', 'br'),
    'content-length': fc.oneof(fc.nat().map(String), ascii),
    'x-user': fc.constantFrom('ada', 'bob', 'eve', ''),
    'x-forwarded-for': fc.oneof(fc.constantFrom('203.0.113.7', '192.0.2.1, 203.0.113.7'), ascii),
    cookie: ascii,
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  fc.constantFrom('{}', '', ' ', '{"a":1}', 'null'),
  fc.json(),
  fc.uint8Array({ maxLength: 4_096 }),
);
const method = fc.constantFrom(
  'POST',
  'POST',
  'POST',
  'OPTIONS',
  'GET',
  'HEAD',
  'PUT',
  'DELETE',
  'X',
);
const path = fc.oneof(
  fc.constantFrom('/token', '/health', '/token?agent=echo&fault=x'),
  fc.webPath(),
);

const wild = fc.tuple(method, path, headers, body);
/** Almost what a browser sends: by chance alone hardly one in a thousand would come so far. */
const tame = fc.tuple(
  fc.constant('POST'),
  fc.constant('/token'),
  fc.record({
    origin: fc.constantFrom(SHOP, 'https://host.example'),
    'content-type': fc.constant('application/json'),
    'x-user': fc.constantFrom('ada', 'bob', 'eve'),
    'x-forwarded-for': fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('203.0.113.7', '192.0.2.1')),
  }),
  fc.constantFrom('{}', ''),
);

type Wild = typeof wild extends fc.Arbitrary<infer Parts> ? Parts : never;

describe('any request', () => {
  it(`is answered (${RUNS} of them)`, async () => {
    const provider = payingProvider();
    const newHost = () =>
      createTokenHost({
        provider,
        allowedOrigins: [SHOP],
        authorize: (request) => request.headers.get('x-user'),
        trustedProxies: 1,
        limits,
      });
    let host = newHost();
    let asked = 0;
    /** What this host has minted, for whom. */
    const counts = new Map<string, number>();
    const seen = new Set<number>();
    const statuses = fc.asyncProperty(
      fc.oneof({ weight: 9, arbitrary: wild }, { weight: 1, arbitrary: tame }),
      async ([method, path, headers, body]: Wild) => {
        if ((asked += 1) % REQUESTS_PER_HOST === 0) {
          host = newHost();
          counts.clear();
          provider.requests.length = 0;
        }
        const before = provider.requests.length;
        const withBody = method !== 'GET' && method !== 'HEAD';
        const request = new Request(
          `https://host.example${path.startsWith('/') ? path : `/${path}`}`,
          {
            method,
            headers: { ...headers, authorization: `Bearer ${CANARY}` },
            ...(withBody && { body: body as BodyInit }),
          },
        );
        const response = await host(request, { address: '10.0.0.1' });
        seen.add(response.status);
        expect(STATUSES).toContain(response.status);
        expect(response.headers.get('cache-control')).toBe('no-store');
        const text = JSON.stringify([...response.headers]) + (await response.text());
        expect(text).not.toContain(CANARY);
        expect(response.headers.get('access-control-allow-origin') ?? SHOP).toBe(SHOP);

        const minted = provider.requests.length - before;
        const sameOrigin =
          headers.origin === 'https://host.example' ||
          (headers['sec-fetch-site'] === 'same-origin' && headers.origin !== undefined);
        const mayAsk = headers.origin !== 'null' && (headers.origin === SHOP || sameOrigin);
        expect(minted).toBe(response.status === 200 && method === 'POST' ? 1 : 0);
        if (!minted) return;
        expect(mayAsk).toBe(true);
        expect(['ada', 'bob', 'eve']).toContain(headers['x-user']);
        const last = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
        const kept: [keyof typeof BUDGETS, string][] = [
          ['visitor', headers['x-user'] ?? ''],
          // What is no address leaves the connection's own, of which there is one.
          ['address', isIP(last ?? '') ? last! : 'the connection'],
          ['origin', headers.origin === SHOP ? SHOP : 'own'],
          ['total', ''],
        ];
        for (const [scope, key] of kept) {
          const count = (counts.get(`${scope} ${key}`) ?? 0) + 1;
          counts.set(`${scope} ${key}`, count);
          expect(count).toBeLessThanOrEqual(BUDGETS[scope]);
        }
      },
    );
    await fc.assert(statuses, { numRuns: RUNS });
    // A fuzz that only ever hits one branch shows nothing.
    expect([...seen].sort()).toEqual([...STATUSES].sort());
  }, 300_000);
});
