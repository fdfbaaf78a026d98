/**
 * Notices that nothing comes any more before the browser says so, by the statistics of the route, and
 * tells when a call should look for another one. It opens nothing.
 */
import type { Call } from '../call.js';
import { readerOf } from '../health/statistics-reader.js';
import { whileLive } from '../while-live.js';

/** Browsers that never give up by themselves have given up by now. */
const LOST_AFTER_MS = 20_000;

/** After the network came back, or the machine woke up, a route that works shows in this time. */
const BACK_WITHIN_MS = 2_000;

/** Timers of hidden pages tick once a second; of a machine that sleeps, not at all. */
const ASLEEP_MS = 30_000;

/**
 * From now on, and in all calls to come, a live call gives up a connection over which nothing arrives.
 * @returns when something last arrived, on the clock of `performance.now()`
 */
export function watchNetwork(call: Call): () => number {
  let lastHeard = 0;
  whileLive(call, (signal) => {
    lastHeard = performance.now();
    // By the clock on the wall: the other one may rest with the machine.
    let tickedAt = Date.now();
    /** By then something must have come. */
    let due = Infinity;
    let received: number | undefined;
    readerOf(call).add((statistics, now, connection) => {
      const total = statistics.received;
      if (Date.now() - tickedAt > ASLEEP_MS) due = now + BACK_WITHIN_MS;
      tickedAt = Date.now();
      // A browser that does not count cannot be asked.
      if (total === undefined) return;
      if (total !== received) {
        received = total;
        lastHeard = now;
        due = Infinity;
        return;
      }
      const isLost = now - lastHeard > LOST_AFTER_MS || now > due;
      if (isLost && navigator.onLine) connection.giveUp('nothing came any more');
    }, signal);
    globalThis.addEventListener(
      'online',
      () => {
        due = performance.now() + BACK_WITHIN_MS;
      },
      { signal },
    );
  });
  return () => lastHeard;
}
