/** Until when a call waits for a host that is busy. It does not know who waits, or why. */
import type { Call } from '../core/call.js';

interface Wait {
  /** On the clock of `performance.now()`. */
  readonly until: number;
  readonly seconds: number;
}

const waits = new WeakMap<Call, Wait>();

const secondsTo = (at: number): number => Math.max(0, Math.ceil((at - performance.now()) / 1000));

/** @param until when the host is asked again, on the clock of `performance.now()` */
export function waitForBusyHost(call: Call, until: number): void {
  waits.set(call, { until, seconds: secondsTo(until) });
}

/** Seconds until a busy host is asked again, now and when that began, as long as a call waits for it. */
export function secondsToNextTry(
  call: Call | undefined,
): { readonly left: number; readonly ofAll: number } | undefined {
  const wait = call?.state.status === 'connecting' ? waits.get(call) : undefined;
  const left = secondsTo(wait?.until ?? 0);
  return wait && left > 0 ? { left, ofAll: wait.seconds } : undefined;
}
