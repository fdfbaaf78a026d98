/** The DOM events of `<voice-agent>`, typed for `addEventListener` on any element or document. */
import type { CallEventDetails } from '../core/call-events.js';
import type { GuardrailEventDetails } from '../core/guardrails/guardrail-events.js';
import type { ToolEventDetails } from '../core/tools/tool-events.js';
import type { UsageEventDetails } from '../core/usage/usage-events.js';

/** The visitor has agreed to what the page has put into the slot `consent`. */
export interface VoiceConsentDetail {
  /** The page's `consent-key`. */
  readonly key?: string;
}

/** What a visitor says of a call that is over. */
export interface VoiceFeedbackDetail {
  readonly rating: 'good' | 'bad';
  /** What the visitor has added. */
  readonly text?: string;
  /** The service's id of the call, where it reveals one. */
  readonly callId?: string;
}

/** All of them bubble and are composed. */
export interface VoiceAgentEventDetails
  extends
    Omit<CallEventDetails, 'voice-milestone'>,
    ToolEventDetails,
    UsageEventDetails,
    GuardrailEventDetails {
  /** Before anything is requested; `preventDefault()` keeps the call from starting. */
  'voice-start': Readonly<Record<never, never>>;
  'voice-consent': VoiceConsentDetail;
  /** With the rating, and again with each change of it and with the text; the last one counts. */
  'voice-feedback': VoiceFeedbackDetail;
}

export type VoiceAgentEventMap = {
  [K in keyof VoiceAgentEventDetails]: CustomEvent<VoiceAgentEventDetails[K]>;
};

/** Those that a call sends and that need nothing but to be passed on. */
export const CALL_EVENTS = [
  'voice-transcript',
  'voice-error',
  'voice-metrics',
  'voice-server-event',
  'voice-tool-call',
  'voice-tool-result',
  'voice-approval-request',
  'voice-handoff',
  'voice-usage',
  'voice-guardrail',
] as const satisfies (keyof VoiceAgentEventDetails)[];

declare global {
  // Every event reaches every ancestor, so listeners anywhere know the type.
  interface GlobalEventHandlersEventMap extends VoiceAgentEventMap {}
}
