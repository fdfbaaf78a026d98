/** Until when a call waits for a host that is busy. It does not know who waits, or why. */
import type { Call } from '../core/call.js';

/** On the clock of `performance.now()`. */
export const busyUntil = new WeakMap<Call, number>();

/** Seconds until a busy host is asked again, as long as a call waits for that. */
export function secondsToNextTry(call: Call | undefined): number {
  const at = call?.state.status === 'connecting' ? (busyUntil.get(call) ?? 0) : 0;
  return Math.max(0, Math.ceil((at - performance.now()) / 1000));
}
