/** The event of a guardrail that has found something. It does not know who looks at what. */

/**
 * `voice-guardrail`: once per turn, before anything is done about it. `preventDefault()` keeps the call
 * as it is, for a page that only wants to know: the agent's words go on, or the visitor's are answered.
 */
export interface VoiceGuardrailDetail {
  /** The item's id in the session, as in `voice-transcript`. */
  readonly id: string;
  readonly role: 'user' | 'agent';
  /** The name of the function that found it. */
  readonly guardrail: string;
  readonly reason: string;
  /** What it looked at. */
  readonly text: string;
}

export interface GuardrailEventDetails {
  'voice-guardrail': VoiceGuardrailDetail;
}

declare module '../call-events.js' {
  // A call sends them, too, once it has what this file is about.
  interface CallEventDetails extends GuardrailEventDetails {}
}
