/** How long a call still waits for a host that is busy. It does not know who waits, or why. */
import type { Call } from '../core/call.js';

/** In seconds: what is left of it, and how long it was when it began. */
export interface Wait {
  readonly left: number;
  readonly ofAll: number;
}

const waits = new WeakMap<Call, Wait | undefined>();

/** @param wait `undefined`: it is over */
export function waitForBusyHost(call: Call, wait: Wait | undefined): void {
  waits.set(call, wait);
}

/** As long as the call waits. */
export function waitOf(call: Call | undefined): Wait | undefined {
  return call?.state.status === 'connecting' ? waits.get(call) : undefined;
}
