/** Every shape in which a host may send a client secret, and how long it is good for. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isFresh, parseClientSecret } from '../../src/core/client-secret.js';
import { VoiceError } from '../../src/core/voice-error.js';

const NOW = Date.UTC(2026, 10, 22);
const inSeconds = (seconds: number) => NOW / 1000 + seconds;

function refusalOf(answer: unknown): VoiceError {
  try {
    parseClientSecret(answer, NOW);
  } catch (error) {
    if (error instanceof VoiceError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('a client secret', () => {
  it.each([
    ['as OpenAI sends it', { value: 'ek_1', expires_at: inSeconds(60), session: {} }],
    ['as older services send it', { client_secret: { value: 'ek_1', expires_at: 1 }, id: 'x' }],
    ['with an empty client_secret beside it', { value: 'ek_1', client_secret: null }],
    ['as a string', 'ek_1'],
    ['as a string with a line end', 'ek_1\n'],
    ['with fields that nobody knows', { value: 'ek_1', future: [1, 2] }],
  ])('is found %s', (_how, answer) => {
    expect(parseClientSecret(answer, NOW).value).toBe('ek_1');
  });

  it('needs no known prefix', () => {
    expect(parseClientSecret({ value: 'eph-A.b~c+/==' }).value).toBe('eph-A.b~c+/==');
  });

  it('brings the address and the servers that the host names', () => {
    const iceServers = [{ urls: 'turn:turn.example' }];
    expect(
      parseClientSecret({
        value: 'ek_1',
        calls_url: 'https://service.example/calls',
        ice_servers: iceServers,
      }),
    ).toMatchObject({ callsUrl: 'https://service.example/calls', iceServers });
    const odd = parseClientSecret({ value: 'ek_1', calls_url: 5, ice_servers: 'none' });
    expect(odd).toMatchObject({ callsUrl: undefined, iceServers: undefined });
  });

  it('is the same when it is read again', () => {
    const read = parseClientSecret({
      value: 'ek_1',
      calls_url: 'https://service.example/calls',
      ice_servers: [{ urls: 'turn:turn.example' }],
    });
    expect(parseClientSecret(read)).toEqual(read);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['a list', ['ek_1']],
    ['an object without a value', { token: 'ek_1' }],
    ['an empty string', ''],
    ['an empty value', { value: '' }],
    ['a value that is no string', { value: { value: 'ek_1' } }],
    ['a header injection', { value: 'ek_1\r\nx-other: 1' }],
    ['two words', 'ek_1 ek_2'],
    ['letters beyond ASCII', { value: 'ek_ä' }],
    ['a page', '<!doctype><title>Sign-in</title>'],
    ['half a JSON', '{"value":"ek_1'],
  ])('is not found in %s', (_what, answer) => {
    expect(refusalOf(answer).code).toBe('token-invalid');
  });

  it.each([
    ['as a value', { value: 'sk-proj-canary' }],
    ['inside client_secret', { client_secret: { value: 'sk-proj-canary' } }],
    ['as a string', ' sk-proj-canary '],
  ])('is never a standard key, %s, and the key is not repeated', (_where, answer) => {
    const error = refusalOf(answer);
    expect(error.code).toBe('token-invalid');
    expect(error.message).toContain('API key ("sk-…")');
    expect(`${error.message} ${error.stack ?? ''} ${String(error.cause)}`).not.toContain('canary');
  });

  it('E15 is not taken from a polluted prototype', () => {
    const polluted: unknown = Object.create({
      value: 'ek_evil',
      client_secret: { value: 'ek_evil' },
    });
    expect(refusalOf(polluted).code).toBe('token-invalid');
    const dressed: unknown = JSON.parse('{"__proto__": {"value": "ek_evil"}}');
    expect(refusalOf(dressed).code).toBe('token-invalid');
  });

  it('is a secret or an error with a code, whatever is sent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.string(), fc.anything()), (answer) => {
        try {
          const { value } = parseClientSecret(answer, NOW);
          expect(value).toMatch(/^[\x21-\x7e]+$/);
          expect(value.startsWith('sk-')).toBe(false);
        } catch (error) {
          expect(error).toMatchObject({ code: 'token-invalid' });
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('the life of a client secret', () => {
  it.each([
    ['one minute', 60, true],
    ['three seconds', 3, true],
    ['one second, which is too short for an attempt', 1, false],
    ['none', 0, false],
    ['an hour ago', -3600, false],
  ])('by the host’s clock: %s', (_what, seconds, fresh) => {
    const answer = { value: 'ek_1', expires_at: inSeconds(seconds) };
    expect(isFresh(parseClientSecret(answer, NOW))).toBe(fresh);
  });

  it('B7 does not depend on the visitor’s clock', () => {
    const answer = { value: 'ek_1', expires_at: 0 };
    const { expiresAt } = parseClientSecret(answer);
    expect(expiresAt - performance.now()).toBeGreaterThan(29_000);
    expect(expiresAt - performance.now()).toBeLessThanOrEqual(30_000);
  });

  it('is half a minute where the host’s own time is no number', () => {
    vi.spyOn(performance, 'now').mockReturnValue(5_000);
    const { expiresAt } = parseClientSecret({ value: 'ek_1', expires_at: 'soon' }, NOW);
    vi.restoreAllMocks();
    expect(expiresAt).toBe(35_000);
  });

  it('has to be more than two seconds', () => {
    const secret = { value: 'ek_1', expiresAt: 10_000 };
    expect([isFresh(secret, 7_999), isFresh(secret, 8_000)]).toEqual([true, false]);
  });

  it('ends on the clock of the page', () => {
    const secret = parseClientSecret({ value: 'ek_1', expires_at: inSeconds(60) }, NOW);
    const now = performance.now();
    expect(isFresh(secret, now + 57_000)).toBe(true);
    expect(isFresh(secret, now + 59_000)).toBe(false);
  });
});
