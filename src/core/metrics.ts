/**
 * How long things took, as details of `voice-metrics` and as User Timing entries. It only does sums:
 * others tell it when something happened.
 */
import type { ServerEvent } from './protocol.js';

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

/** One answer, in milliseconds. */
export interface TurnMetrics {
  readonly kind: 'turn';
  /** The silence that told the service that the visitor was done; only where the session says it. */
  readonly silence?: number | undefined;
  /** From then until the service began an answer. */
  readonly thinking?: number;
  /** From there until the answer was audible. */
  readonly sound: number;
  /** From the visitor's last word to the agent's first: the sum of the three. */
  readonly total?: number | undefined;
}

export type ConnectMilestone = Exclude<keyof ConnectMetrics, 'kind' | 'live'>;

/** Shown in the browser's performance panel and found with `performance.getEntriesByType`. */
function measure(name: string, start: number, end: number): number {
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

/** Follows the turns of one call. */
export class TurnClock {
  #silence: number | undefined;
  #stopped: number | undefined;
  #created: number | undefined;

  /** @returns whether an answer has begun whose first sound is still to come */
  observe(event: ServerEvent): boolean {
    switch (event.type) {
      case 'session.created':
      case 'session.updated': {
        const { session } = event;
        const detection = 'output_modalities' in session && session.audio?.input?.turn_detection;
        this.#silence =
          detection && detection.type === 'server_vad' ? detection.silence_duration_ms : undefined;
        break;
      }
      case 'input_audio_buffer.speech_started':
        this.#stopped = this.#created = undefined;
        break;
      case 'input_audio_buffer.speech_stopped':
        this.#stopped = performance.now();
        break;
      case 'response.created':
        this.#created = performance.now();
        break;
      case 'output_audio_buffer.started':
        return this.#created !== undefined;
    }
    return false;
  }

  /** The answer was first heard at `time`. */
  heard(time: number): TurnMetrics {
    const [stopped, created] = [this.#stopped, this.#created ?? time];
    this.#stopped = this.#created = undefined;
    const sound = measure('sound', created, time);
    if (stopped === undefined) return { kind: 'turn', sound };
    const silence = this.#silence;
    const thinking = measure('thinking', stopped, created);
    return {
      kind: 'turn',
      silence,
      total: silence === undefined ? undefined : measure('turn', stopped - silence, time),
      thinking,
      sound,
    };
  }
}
