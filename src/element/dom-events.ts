/** The DOM events of `<voice-agent>`, typed for `addEventListener` on any element or document. */
import type { CallEventDetails } from '../core/call-events.js';
import type { GuardrailEventDetails } from '../core/guardrails/guardrail-events.js';
import type { ToolEventDetails } from '../core/tools/tool-events.js';
import type { UsageEventDetails } from '../core/usage/usage-events.js';

/** All of them bubble and are composed. */
export interface VoiceAgentEventDetails
  extends CallEventDetails, ToolEventDetails, UsageEventDetails, GuardrailEventDetails {
  /** Before anything is requested; `preventDefault()` keeps the call from starting. */
  'voice-start': Readonly<Record<never, never>>;
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
