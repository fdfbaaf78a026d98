/**
 * Asks the connection of a live call for its statistics, once for all who look at them, and keeps what it
 * was told last. It judges nothing.
 */
import { every } from '../abort.js';
import type { Call } from '../call.js';
import type { Transport } from '../transport.js';
import { read, type Statistics } from './statistics.js';

const ASK_EVERY_MS = 500;

type Look = (statistics: Statistics, asked: number, connection: Transport) => void;

class StatisticsReader {
  /** Of the present call, or the last one. */
  last: RTCStatsReport | undefined;
  readonly #call: Call;
  readonly #looks = new Set<Look>();
  /** Aborted while nobody is asked. */
  #asking = AbortSignal.abort();

  constructor(call: Call) {
    this.#call = call;
    call.addEventListener('voice-state-change', ({ detail: { state } }) => {
      if (state.status === 'connecting') this.last = undefined;
    });
  }

  /** Tells `look` of all that is asked. @param signal aborts when the call is live no more */
  add(look: Look, signal: AbortSignal): void {
    this.#looks.add(look);
    signal.addEventListener('abort', () => this.#looks.delete(look));
    this.keep(signal);
  }

  /** Asks again and again: a connection that is closed knows nothing. @param signal as above */
  keep(signal: AbortSignal): void {
    if (!this.#asking.aborted) return;
    this.#asking = signal;
    every(ASK_EVERY_MS, signal, () => {
      this.#ask(signal).catch(() => undefined);
    });
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { connection } = this.#call.attempt?.line ?? {};
    const asked = performance.now();
    const report = await connection?.stats();
    if (!report || !connection || signal.aborted) return;
    this.last = report;
    const statistics = read(report);
    for (const look of this.#looks) look(statistics, asked, connection);
  }
}

const readers = new WeakMap<Call, StatisticsReader>();

/** The one reader of a call. */
export function readerOf(call: Call): StatisticsReader {
  const reader = readers.get(call) ?? new StatisticsReader(call);
  readers.set(call, reader);
  return reader;
}
