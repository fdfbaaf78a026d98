/**
 * How long things took, as details of `voice-metrics` and as User Timing entries. `connect-metrics.ts`
 * follows the start of a call, `turn-metrics.ts` its answers, and `health/quality.ts` its connection.
 */
import type { Quality } from './call-state.js';

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
  /** In place of the three before it, where the call goes over a WebSocket. */
  readonly socket?: number;
  /** The visitor can speak. */
  readonly live: number;
}

/** One answer, in milliseconds. */
export interface TurnMetrics {
  readonly kind: 'turn';
  /** The silence that told the service that the visitor was done; only where the session says it. */
  readonly silence?: number | undefined;
  /** From then until the service began an answer; behind a filter, until something came of it. */
  readonly thinking?: number;
  /** From there until the answer was audible. */
  readonly sound: number;
  /** From the visitor's last word to the agent's first: the sum of the three. */
  readonly total?: number | undefined;
}

/** The connection has become poor, or good again, by these figures of the last two seconds. */
export interface QualityMetrics {
  readonly kind: 'quality';
  readonly quality: Quality;
  /** From a packet to its answer, in ms. */
  readonly roundTrip?: number | undefined;
  /** By how much the times of the agent's packets differ, in ms. */
  readonly jitter?: number | undefined;
  /** The fraction of packets that did not arrive, of the two directions the worse one. */
  readonly loss?: number | undefined;
}

/** Shown in the browser's performance panel and found with `performance.getEntriesByType`. */
export function measure(name: string, start: number, end: number): number {
  performance.measure(`voice-agent:${name}`, { start, end });
  return end - start;
}
