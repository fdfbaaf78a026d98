/**
 * Asks the connection of a call for its statistics, from the first step of connecting on, once for all who
 * look at them, and keeps what it was told last. It judges nothing.
 */
import { every } from '../abort.js';
import type { Attempt } from '../attempt.js';
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
  #attempt: Attempt | undefined;

  constructor(call: Call) {
    this.#call = call;
    call.addEventListener('voice-state-change', this.#follow);
    this.#follow();
  }

  /** Tells `look` of all that is asked. @param signal aborts when the call is live no more */
  add(look: Look, signal: AbortSignal): void {
    this.#looks.add(look);
    signal.addEventListener('abort', () => this.#looks.delete(look));
  }

  /** Asks again and again, until the end: a connection that is closed knows nothing. */
  readonly #follow = (): void => {
    const { attempt } = this.#call;
    if (!attempt || attempt === this.#attempt) return;
    this.#attempt = attempt;
    this.last = undefined;
    every(ASK_EVERY_MS, attempt.signal, () => {
      this.#ask(attempt).catch(() => undefined);
    });
  };

  async #ask({ line: { connection }, signal }: Attempt): Promise<void> {
    const asked = performance.now();
    const report = await connection?.stats();
    if (!report || !connection || signal.aborted) return;
    // One that was lost is closed.
    if (this.#call.state.status !== 'recovering') this.last = report;
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
