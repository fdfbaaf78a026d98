// Thousands of requests that nobody would write: the host answers all of them, from a fixed set of
// statuses, and mints only for a listed origin with an identity and an empty wish.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenHost } from '../../src/host/index.js';
import { CANARY, countingProvider, SHOP } from './support.js';

const STATUSES = new Set([200, 204, 400, 401, 403, 405, 413, 415]);
const RUNS = 5_000;

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
    'x-user': fc.constantFrom('ada', ''),
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

describe('any request', () => {
  it(`is answered (${RUNS} of them)`, async () => {
    const provider = countingProvider();
    const host = createTokenHost({
      provider: { ...provider, free: false },
      allowedOrigins: [SHOP],
      authorize: (request) => request.headers.get('x-user'),
    });
    const seen = new Set<number>();
    const statuses = fc.asyncProperty(
      method,
      path,
      headers,
      body,
      async (method, path, headers, body) => {
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
        const response = await host(request);
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
        if (minted) expect([mayAsk, headers['x-user']]).toEqual([true, 'ada']);
      },
    );
    await fc.assert(statuses, { numRuns: RUNS });
    // A fuzz that only ever hits one branch shows nothing.
    expect([...seen].sort()).toEqual([...STATUSES].sort());
  }, 60_000);
});
