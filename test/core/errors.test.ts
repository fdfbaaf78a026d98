/** What the errors of the service and of the microphone mean for a call. */
import { describe, expect, it } from 'vitest';
import { microphoneError } from '../../src/core/microphone-error.js';
import { meaningOf, serverError } from '../../src/core/server-error.js';
import { VoiceError } from '../../src/core/voice-error.js';

describe('an error of the service', () => {
  it.each([
    ['conversation_already_has_active_response', undefined],
    ['response_cancel_not_active', undefined],
    ['input_audio_buffer_commit_empty', undefined],
    ['session_expired', { code: 'session-expired', fatal: true }],
    ['rate_limit_exceeded', { code: 'quota-exceeded', fatal: false }],
    ['insufficient_quota', { code: 'quota-exceeded', fatal: false }],
    ['cannot_update_voice', { code: 'server-error', fatal: false }],
    ['invalid_value', { code: 'server-error', fatal: false }],
    ['__proto__', { code: 'server-error', fatal: false }],
    [null, { code: 'server-error', fatal: false }],
    [undefined, { code: 'server-error', fatal: false }],
  ])('%s means %o', (code, meaning) => {
    expect(meaningOf(code)).toEqual(meaning);
  });

  it('is told in the service’s own words, at a bearable length', () => {
    const meaning = { code: 'server-error', fatal: false } as const;
    const said = { message: 'x'.repeat(10_000) };
    const error = serverError(meaning, said);
    expect(error.code).toBe('server-error');
    expect(error.message.length).toBeLessThan(600);
    expect(error.cause).toBe(said);
    expect(serverError(meaning, { code: 'odd' }).message).toContain('odd');
    expect(serverError(meaning, {}).message).toContain('server-error');
  });
});

describe('a microphone that does not open', () => {
  it.each([
    ['NotAllowedError', true, 'microphone-denied'],
    ['NotAllowedError', false, 'microphone-blocked-by-policy'],
    ['SecurityError', true, 'microphone-blocked-by-policy'],
    ['NotFoundError', true, 'microphone-missing'],
    ['OverconstrainedError', true, 'microphone-missing'],
    ['NotReadableError', true, 'microphone-busy'],
    ['AbortError', true, 'microphone-busy'],
    ['SomethingNew', true, 'microphone-busy'],
  ])('%s (allowed by the page: %s) is %s', (name, allowed, code) => {
    const thrown = new DOMException('no', name);
    const error = microphoneError(thrown, allowed);
    expect(error).toBeInstanceOf(VoiceError);
    expect(error.code).toBe(code);
    expect(error.cause).toBe(thrown);
  });
});

describe('an error of the product', () => {
  it('passes unchanged when it already has a code', () => {
    const error = new VoiceError('token-invalid', 'no');
    expect(VoiceError.from(error, 'server-error', 'other')).toBe(error);
  });

  it('keeps what was thrown as its cause', () => {
    const thrown = new TypeError('fetch failed');
    expect(VoiceError.from(thrown, 'network-blocked', 'other')).toMatchObject({
      name: 'VoiceError',
      code: 'network-blocked',
      message: 'other',
      cause: thrown,
    });
  });
});
