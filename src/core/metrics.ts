/**
 * How long connecting took, as a detail of `voice-metrics` and as User Timing entries. It only does
 * sums: others tell it when something happened.
 */

/** Milliseconds since `start()` at which each step was done. */
export interface ConnectMetrics {
  readonly kind: 'connect';
  /** The client secret was there. 0 or nearly so when it was fetched ahead of the click. */
  readonly token?: number;
  readonly microphone?: number;
  readonly offer?: number;
  readonly answer?: number;
  readonly ice?: number;
  readonly dtls?: number;
  readonly channel?: number;
  /** The visitor can speak. */
  readonly live: number;
}

export type ConnectMilestone = Exclude<keyof ConnectMetrics, 'kind' | 'live'>;

/** Shown in the browser's performance panel and found with `performance.getEntriesByType`. */
export function measure(name: string, start: number, end: number): number {
  performance.measure(`voice-agent:${name}`, { start, end });
  return end - start;
}

/** Collects the milestones of one attempt. */
export class ConnectClock {
  readonly #start = performance.now();
  readonly #done: Partial<Record<ConnectMilestone, number>> = {};
  #live: number | undefined;

  /** How long the call has been live. */
  get durationMs(): number {
    return this.#live === undefined ? 0 : performance.now() - this.#live;
  }

  mark(step: ConnectMilestone): void {
    this.#done[step] ??= measure(step, this.#start, performance.now());
  }

  live(): ConnectMetrics {
    this.#live = performance.now();
    return { kind: 'connect', ...this.#done, live: measure('connect', this.#start, this.#live) };
  }
}
