/**
 * Notices that nothing comes any more before the browser says so, by the statistics of the route, and
 * tells when a call should look for another one. It opens nothing.
 */
import { every } from '../abort.js';
import type { Call } from '../call.js';
import type { Transport } from '../transport.js';
import { whileLive } from '../while-live.js';

const INTERVAL_MS = 500;

/** Browsers ask each other every 2.5 seconds whether they are there, also in silence. */
const SILENT_AFTER_MS = 3_900;

/** Browsers that never give up by themselves have given up by now. */
const LOST_AFTER_MS = 20_000;

/** After the network came back, or the machine woke up, a route that works shows in this time. */
const BACK_WITHIN_MS = 2_000;

/** Timers of hidden pages tick once a second; of a machine that sleeps, not at all. */
const ASLEEP_MS = 30_000;

/** The parts of the statistics that are looked at. */
interface Statistics {
  readonly type: string;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly selectedCandidatePairId?: string;
  readonly bytesReceived?: number;
  readonly responsesReceived?: number;
  readonly requestsReceived?: number;
}

/**
 * From now on, and in all calls to come, the quality of a live call follows what arrives.
 * @returns when something last arrived, on the clock of `performance.now()`
 */
export function watchNetwork(call: Call): () => number {
  let lastHeard = 0;
  whileLive(call, (signal) => {
    lastHeard = performance.now();
    // By the clock on the wall: the other one may rest with the machine.
    let tickedAt = Date.now();
    /** What comes before that was on its way. */
    let countsFrom = 0;
    /** By then something must have come. */
    let due = Infinity;
    let received: number | undefined;
    const look = async (connection: Transport) => {
      const total = await receivedBy(connection);
      const now = performance.now();
      if (Date.now() - tickedAt > ASLEEP_MS) due = now + BACK_WITHIN_MS;
      tickedAt = Date.now();
      // A browser that does not count cannot be asked.
      if (total === undefined || signal.aborted) return;
      if (total !== received) {
        received = total;
        lastHeard = now;
        due = Infinity;
        if (now > countsFrom) call.change({ quality: 'good' });
        return;
      }
      if (now - lastHeard > SILENT_AFTER_MS) call.change({ quality: 'poor' });
      const isLost = now - lastHeard > LOST_AFTER_MS || now > due;
      if (isLost && navigator.onLine) connection.giveUp('nothing came any more');
    };
    every(INTERVAL_MS, signal, () => {
      const { connection } = call.attempt?.line ?? {};
      if (connection) look(connection).catch(() => undefined);
    });
    globalThis.addEventListener(
      'offline',
      () => {
        countsFrom = performance.now() + BACK_WITHIN_MS;
        call.change({ quality: 'poor' });
      },
      { signal },
    );
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

/** Everything that came over the chosen route, checks whether it works included. */
async function receivedBy(connection: Transport): Promise<number | undefined> {
  const all = (await connection.stats()) as unknown as Map<string, Statistics>;
  const list = [...all.values()];
  const chosen = list.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  const pair =
    all.get(chosen ?? '') ??
    list.find(({ state, nominated }) => nominated && state === 'succeeded');
  if (pair?.responsesReceived === undefined) return undefined;
  return pair.responsesReceived + (pair.requestsReceived ?? 0) + (pair.bytesReceived ?? 0);
}
