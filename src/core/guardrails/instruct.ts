/** Speaks to the agent and to the page about a hit. It does not know what was looked at. */
import type { Call } from '../call.js';
import type { VoiceGuardrailDetail } from './guardrail-events.js';

/** @returns whether the page leaves it to us what to do about it */
export function announce(call: Pick<Call, 'dispatchEvent'>, detail: VoiceGuardrailDetail): boolean {
  const event = new CustomEvent('voice-guardrail', {
    detail: Object.freeze(detail),
    cancelable: true,
  });
  return call.dispatchEvent(event);
}

/** Tells the agent something that the visitor neither said nor hears. It asks for no answer. */
export function instruct(call: Pick<Call, 'send'>, text: string): void {
  try {
    call.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'system', content: [{ type: 'input_text', text }] },
    });
  } catch {
    // Whoever heard of it has ended the call.
  }
}
