/**
 * How quick the agent's answers are, as `voice-metrics` of a call. It listens to the call from
 * outside; a call does without it.
 */
import { onFirstSound } from '../media/first-sound.js';
import type { Call } from './call.js';
import { measure, type TurnMetrics } from './metrics.js';
import type { ServerEvent } from './protocol.js';

/** From now on the call tells about each answer, when it is first heard. */
export function attachTurnMetrics(call: Call): void {
  let clock = new TurnClock();
  let listening = new AbortController();
  call.addEventListener('voice-server-event', ({ detail: event }) => {
    const { meter } = call;
    if (!begins(clock, event) || !meter) return;
    // An answer that was stopped before it was heard is not waited for any more.
    listening.abort();
    listening = new AbortController();
    onFirstSound(meter, 1, listening.signal, (time) => {
      call.dispatch('voice-metrics', clock.heard(time));
    });
  });
  call.addEventListener('voice-end', () => {
    listening.abort();
    clock = new TurnClock();
  });
}

/** A malformed event begins nothing. */
function begins(clock: TurnClock, event: ServerEvent): boolean {
  try {
    return clock.observe(event);
  } catch {
    return false;
  }
}

/** Follows the turns of one call. */
class TurnClock {
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
