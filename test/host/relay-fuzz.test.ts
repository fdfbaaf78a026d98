// Thousands of requests that nobody would write: the relay host answers all of them, places a call
// only for an offer from a listed origin with an identity, and ends a call only for its visitor.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRelayHost } from '../../src/host/index.js';
import { callingProvider, CANARY, OFFER, SHOP } from './support.js';

const STATUSES = new Set([200, 201, 204, 400, 401, 403, 404, 405, 413, 415, 503]);
const RUNS = 20_000;

const origin = fc.constantFrom(SHOP, SHOP, SHOP, 'null', 'https://evil.example', undefined);
const visitor = fc.constantFrom('ada', 'bob', 'eve', '');
const type = fc.constantFrom(
  'application/sdp',
  'application/sdp',
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
);
const body = fc.oneof(
  fc.constantFrom(OFFER, OFFER, OFFER, `${OFFER}a=\0`, '', 'v=1\r\n', '{}', '[]'),
  fc.constantFrom(
    JSON.stringify({ sdp: OFFER }),
    JSON.stringify({ sdp: OFFER, session: {} }),
    JSON.stringify({ sdp: OFFER, agent: 'x' }),
  ),
  fc.json(),
  fc.uint8Array({ maxLength: 100 }),
  fc.constant('v=0\r\n'.repeat(20_000)),
);
const method = fc.constantFrom('POST', 'POST', 'DELETE', 'DELETE', 'OPTIONS', 'GET', 'PUT');
/** Calls that there may be by now, and others. */
const path = fc.oneof(
  fc.constantFrom('/session', '/session', '/health'),
  fc.nat(400).map((n) => `/session/rtc_${n}`),
  fc.webPath().map((each) => `/session${each}`),
);
const encoding = fc.constantFrom(undefined, undefined, undefined, 'identity', 'gzip');
const request = fc.tuple(method, path, origin, visitor, type, encoding, body);

describe('any request', () => {
  it(`is answered (${RUNS} of them)`, async () => {
    const provider = callingProvider();
    const logged: string[] = [];
    const host = createRelayHost({
      provider,
      allowedOrigins: [SHOP],
      authorize: ({ headers }) => headers.get('x-visitor'),
      limits: false,
      concurrentPerVisitor: 3,
      concurrentTotal: 8,
      log: (entry) => logged.push(JSON.stringify(entry)),
    });
    /** Who began which call. */
    const owners = new Map<string, string>();
    const seen = new Set<number>();
    const property = fc.asyncProperty(
      request,
      async ([how, where, from, who, kind, packed, what]) => {
        const [created, ended] = [provider.created.length, provider.ended.length];
        const withBody = how !== 'GET';
        const response = await host.handle(
          new Request(`https://host.example${where}`, {
            method: how,
            headers: {
              'content-type': kind,
              'x-visitor': who,
              authorization: `Bearer ${CANARY}`,
              ...(from !== undefined && { origin: from }),
              ...(packed !== undefined && { 'content-encoding': packed }),
            },
            ...(withBody && { body: what as BodyInit }),
          }),
        );
        seen.add(response.status);
        expect(STATUSES).toContain(response.status);
        const text = JSON.stringify([...response.headers]) + (await response.text());
        expect(text).not.toContain(CANARY);
        expect(response.headers.get('cache-control')).toBe('no-store');

        const placed = provider.created.slice(created);
        expect(placed).toHaveLength(response.status === 201 ? 1 : 0);
        for (const { sdp, identity } of placed) {
          expect([how, from, identity, packed ?? 'identity']).toEqual([
            'POST',
            SHOP,
            who,
            'identity',
          ]);
          expect(sdp).toMatch(/^v=0\r\n/);
          expect(who).not.toBe('');
          owners.set(`rtc_${provider.created.length}`, who);
        }
        for (const id of provider.ended.slice(ended)) {
          expect([from, owners.get(id)]).toEqual([SHOP, who]);
        }
        if (how === 'DELETE' && response.status === 204)
          expect(owners.get(where.slice(9))).toBe(who);
      },
    );
    await fc.assert(property, { numRuns: RUNS });
    await host.close();
    // Nothing was ended twice, and nothing was left.
    expect(new Set(provider.ended).size).toBe(provider.ended.length);
    expect(provider.ended).toHaveLength(provider.created.length);
    expect(logged.join('\n')).not.toContain(CANARY);
    expect([...seen].sort()).toEqual([...STATUSES].sort());
  }, 120_000);
});
