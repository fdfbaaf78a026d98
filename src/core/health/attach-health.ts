/**
 * Looks after the connection of a live call as one would by ear: is it good enough, does the service still
 * answer, is the agent heard? It looks from outside, and says what it sees in the call's own events.
 */
import { every } from '../abort.js';
import type { Call } from '../call.js';
import type { VoiceError } from '../voice-error.js';
import { whileLive } from '../while-live.js';
import { watchEvents } from './events.js';
import { watchQuality } from './quality.js';
import { watchSound } from './sound.js';
import { readerOf } from './statistics-reader.js';

const LOOK_EVERY_MS = 500;

/**
 * In this call and all to come.
 * @param onSilence the agent speaks and is not heard, which `voice-error` has told, too; nothing as soon
 *   as it is heard, or the call is live no more
 * @returns what the browser knew of its connection when it was last asked
 */
export function attachHealth(
  call: Call,
  onSilence?: (error?: VoiceError) => void,
): { readonly statistics: RTCStatsReport | undefined } {
  const reader = readerOf(call);
  whileLive(call, (signal) => {
    const lookAtEvents = watchEvents(call, signal);
    const lookAtQuality = watchQuality(call, signal);
    const listen = watchSound(call, signal, (error) => {
      onSilence?.(error);
      if (error) call.dispatch('voice-error', { error, fatal: false });
    });
    every(LOOK_EVERY_MS, signal, lookAtEvents);
    reader.add(lookAtQuality, signal);
    reader.add(listen, signal);
  });
  return {
    get statistics() {
      return reader.last;
    },
  };
}
