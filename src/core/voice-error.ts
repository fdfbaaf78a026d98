/**
 * The one error type of the product: a closed `code` that code can switch on, a sentence for a
 * developer, and the cause. The sentence for a visitor is looked up by `code` where things are drawn.
 */

/** Everything that can go wrong, as far as a page can tell it apart. */
export type VoiceErrorCode =
  | 'unsupported'
  | 'insecure-context'
  | 'gesture-required'
  | 'busy'
  | 'microphone-denied'
  | 'microphone-blocked-by-policy'
  | 'microphone-missing'
  | 'microphone-busy'
  | 'playback-blocked'
  | 'token-unreachable'
  | 'token-unauthorized'
  | 'token-rate-limited'
  | 'token-invalid'
  | 'negotiation-rejected'
  | 'network-blocked'
  | 'connection-lost'
  | 'session-expired'
  | 'quota-exceeded'
  | 'server-error'
  | 'tool-failed'
  | 'content-filtered';

export class VoiceError extends Error {
  override readonly name = 'VoiceError';
  readonly code: VoiceErrorCode;
  /** How long the other side asked us to wait before the next attempt, in ms, where it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: VoiceErrorCode,
    message: string,
    options?: { cause?: unknown; retryAfterMs?: number | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
  }

  /** Whatever was thrown, as a `VoiceError`; one that is already typed passes unchanged. */
  static from(thrown: unknown, code: VoiceErrorCode, message: string): VoiceError {
    // By name: code that loads apart has a class of its own.
    return (thrown as Error | undefined)?.name === 'VoiceError'
      ? (thrown as VoiceError)
      : new VoiceError(code, message, { cause: thrown });
  }
}
