// Bodies that nobody would write: whatever a page sends, the service gets one of the declared agents
// with declared values in it, or nothing.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTokenHost } from '../../src/host/index.js';
import { CANARY, countingProvider, problemOf, SHOP, tokenRequest } from './support.js';

const RUNS = 5_000;
const CODES = new Set([
  'minted',
  'agent-unknown',
  'variable-invalid',
  'body-unknown-key',
  'body-not-json',
  'body-too-large',
]);

const name = fc.oneof(
  fc.constantFrom('support', 'constructor', 'default', '__proto__', 'toString', 'prototype'),
  fc.string({ unit: 'binary' }),
);
const variable = fc.oneof(
  fc.constantFrom('customer_name', 'constructor', 'points', '__proto__', 'valueOf'),
  fc.string(),
);
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('{{points}}', '$&', 'a\nb', '\u2028', 'x'.repeat(21)),
  fc.double(),
  fc.boolean(),
  fc.jsonValue({ maxDepth: 2 }),
);
const variables = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(variable, value, { maxKeys: 3 }) },
  fc.jsonValue({ maxDepth: 1 }),
);
const body = fc.oneof(
  { weight: 6, arbitrary: fc.record({ agent: name, variables }, { requiredKeys: [] }) },
  { weight: 2, arbitrary: fc.record({ agent: fc.constantFrom('support', 'default'), variables }) },
  fc.record({ agent: fc.jsonValue({ maxDepth: 1 }), variables, [CANARY]: fc.constant(1) }),
  fc.jsonValue(),
);

const MARK = 'name:';

it(`only declared agents and values come through (${RUNS} bodies)`, async () => {
  const provider = countingProvider();
  const host = createTokenHost({
    provider,
    allowedOrigins: [SHOP],
    agents: {
      support: {
        instructions: `Points:{{points}};${MARK}{{customer_name}}`,
        variables: {
          customer_name: { type: 'string', maxLength: 20 },
          points: { type: 'number' },
        },
      },
      default: {
        instructions: `${MARK}{{constructor}}`,
        variables: { constructor: { type: 'string' as const, maxLength: 20 } },
      },
      constructor: { voice: 'cedar' },
    },
  });
  const seen = new Set<string>();
  const property = fc.asyncProperty(body, async (sent) => {
    provider.requests.length = 0;
    const text = JSON.stringify(sent);
    const response = await host(tokenRequest({ body: text }));
    const code = response.status === 200 ? 'minted' : (await problemOf(response)).code;
    seen.add(code);
    expect(CODES).toContain(code);
    expect(provider.requests).toHaveLength(code === 'minted' ? 1 : 0);
    if (code !== 'minted') return;

    const session = provider.requests[0]?.session;
    const { agent = 'default', variables = {} } = JSON.parse(text) as {
      agent?: string;
      variables?: Record<string, unknown>;
    };
    if (agent === 'constructor') {
      expect(session).toEqual({ audio: { output: { voice: 'cedar' } } });
      return;
    }
    expect(Object.keys(session ?? {})).toEqual(['instructions']);
    const instructions = session?.instructions ?? '';
    const given = new Map(Object.entries(variables));
    const start =
      agent === 'support' ? `Points:${(given.get('points') ?? '') as string};${MARK}` : MARK;
    expect(instructions.startsWith(start)).toBe(true);
    const put = instructions.slice(start.length);
    const wanted = given.get(agent === 'support' ? 'customer_name' : 'constructor') ?? '';
    // The visible characters are the visitor's, in one line; nothing else came or went.
    const visible = (shown: string) => shown.replace(/[\p{C}\p{Z}]/gu, '');
    expect(visible(put)).toBe(visible(wanted as string));
    expect(put).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(Array.from(put).length).toBeLessThanOrEqual(20);
  });
  await fc.assert(property, { numRuns: RUNS });
  // A fuzz that only ever hits one branch shows nothing.
  expect([...seen]).toEqual(
    expect.arrayContaining(['minted', 'agent-unknown', 'variable-invalid', 'body-unknown-key']),
  );
}, 60_000);
