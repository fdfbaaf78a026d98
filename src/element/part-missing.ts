/** Tells the page of a part of the element that did not load, for which no call has to end. */
import type { Call } from '../core/call.js';
import { VoiceError } from '../core/voice-error.js';

export function partMissing(call: Call, cause: unknown): void {
  const error = new VoiceError('network-blocked', 'A part of the widget did not load.', { cause });
  call.dispatch('voice-error', { error, fatal: false });
}
