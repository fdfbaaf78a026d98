/**
 * When a session will be over, and when another one should be got ready. It does sums and keeps one
 * timer; how a session is changed for another it does not know.
 */
import type { ServerEvent } from '../protocol.js';

/** Services say 60 minutes; a visitor's clock that is wrong says anything. */
const LONGEST_MS = 3_600_000;

/** So long before the end there is time for a moment in which nobody speaks. */
const AHEAD_MS = 60_000;

export interface Limit {
  /** Another session should be got ready at this time, and this one is over at that, in ms from now. */
  readonly prepareIn: number;
  readonly endsIn: number;
}

/** @param now epoch ms. @returns nothing for an event that does not say it */
export function limitOf(event: ServerEvent, now = Date.now()): Limit | undefined {
  if (event.type !== 'session.created') return undefined;
  const { expires_at } = event.session as { expires_at?: unknown };
  if (typeof expires_at !== 'number' || expires_at <= 0) return undefined;
  const left = expires_at * 1000 - now;
  const endsIn = left > 0 ? Math.min(left, LONGEST_MS) : LONGEST_MS;
  return { endsIn, prepareIn: endsIn - Math.min(AHEAD_MS, endsIn / 2) };
}
