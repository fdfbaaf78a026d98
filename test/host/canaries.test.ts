// That the look-out for canaries sees them: each way in which one could get out, taken on purpose.
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigurationError, createTokenHost, HostProblem } from '../../src/host/index.js';
import { run } from '../cli/support.js';
import { takeLeaks } from '../support/canaries.js';
import {
  CANARY,
  CANARY_COOKIE,
  CANARY_TOKEN,
  countingProvider,
  SHOP,
  tokenRequest,
} from './support.js';

// What these tests let out must not fail this file, but what they do not expect fails them.
afterEach(() => void takeLeaks());

/** A host whose provider gives pages that value, and whose log nobody reads. */
async function ask(value: string, name = 'careless') {
  const provider = {
    ...countingProvider(),
    name,
    mint: () => Promise.resolve({ value, calls_url: 'https://a.example' }),
  };
  const host = createTokenHost({ provider, allowedOrigins: [SHOP], log: () => undefined });
  await host(tokenRequest());
}

const leaks: [what: string, leak: () => unknown][] = [
  ['the key in what was written', () => process.stdout.write(`${CANARY}\n`)],
  ['the cookie in what was written', () => process.stderr.write(`${CANARY_COOKIE}\n`)],
  ['the token in what was printed', () => console.warn('token:', CANARY_TOKEN)],
  ['the key in what was printed', () => console.log({ deep: { down: [{ in: CANARY }] } })],
  ['the key in an answer', () => ask(CANARY)],
  ['the key in an error', () => new ConfigurationError('apiKey', `is not ${CANARY}.`)],
  ['the token in an error', () => new HostProblem('internal', { limit: CANARY_TOKEN })],
  [
    'the cookie in an error',
    () => Object.assign(new HostProblem('internal'), { cause: new Error(CANARY_COOKIE) }),
  ],
  ['the key in stderr of voice-agent dev', () => run(['dev', CANARY]).ended],
];

describe('a canary that gets out is seen:', () => {
  it.each(leaks)('%s', async (what, leak) => {
    await leak();
    expect(takeLeaks()).toEqual([what]);
  });

  it('the token in a log entry, and in the answer beside it', async () => {
    await ask('ek_1', CANARY_TOKEN);
    expect(takeLeaks().sort()).toEqual(['the token in a log entry', 'the token in an answer']);
  });

  it('but not one that stays where it belongs', async () => {
    await ask('ek_1');
    expect(takeLeaks()).toEqual([]);
  });
});
