/** The event of who counts tokens, and what is counted. It knows no prices and no service. */

/** Tokens of the three kinds of input. */
export interface InputTokens {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
}

/**
 * What was used, as the service reports it. Cached tokens are a part of `input`, not more of it.
 * Transcription of the visitor's words is billed apart, by tokens or by the length of the sound.
 */
export interface TokenUsage {
  readonly input: InputTokens;
  readonly cached: InputTokens;
  readonly output: { readonly text: number; readonly audio: number };
  readonly transcription: {
    readonly input: number;
    readonly output: number;
    /** Length of sound, in seconds. */
    readonly seconds: number;
  };
  /** An estimate in the currency of the prices; there when there are prices. */
  readonly cost?: number | undefined;
}

/** `voice-usage`: once per response that carries usage, and once per transcription. */
export interface VoiceUsageDetail {
  /** What this one response, or transcription, has used. */
  readonly turn: TokenUsage;
  /** The sum of all turns since the call started. */
  readonly total: TokenUsage;
}

export interface UsageEventDetails {
  'voice-usage': VoiceUsageDetail;
}

declare module '../call-events.js' {
  // A call sends them, too, once it has what this file is about.
  interface CallEventDetails extends UsageEventDetails {}
}
