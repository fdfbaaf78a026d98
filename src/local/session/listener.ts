// Takes the visitor's sound apart into turns: by voice activity, or by hand when turn detection is
// off. It does not know what is answered.
import type { RealtimeAudioInputTurnDetection } from 'openai/resources/realtime/realtime';
import { concatSamples, FRAME_MS, FRAME_SAMPLES } from '../audio/pcm.js';
import type { Vad } from '../audio/vad.js';

/** The recognizer, fed while the visitor still speaks. */
export interface Ear {
  hear(samples: Int16Array): void;
  cancel(): void;
  finish(): Promise<string | undefined>;
}

export interface Turn {
  readonly itemId: string;
  readonly samples: Int16Array;
  readonly durationMs: number;
  /** What was said, once it is understood; undefined when it was no known sentence. */
  readonly heard: Promise<string | undefined>;
}

export interface ListenerEvents {
  onStarted(itemId: string, atMs: number): void;
  onStopped(turn: Turn, atMs: number): void;
  newItemId(): string;
}

type Detection = RealtimeAudioInputTurnDetection | null | undefined;

/** A turn keeps its last minute: nobody says more at once. */
const MAX_FRAMES = 60_000 / FRAME_MS;
/** Less than this is no turn. */
const MIN_COMMIT_MS = 100;
/** Sound goes to the recognizer in parts of 100 ms. */
const PART_FRAMES = 5;
/** The recognizer wants quiet before a word; who speaks as soon as the call begins leaves none. */
const LEAD_FRAMES = 22;

export class Listener {
  #vad: Vad;
  #ear: Ear;
  #events: ListenerEvents;
  #detection: Detection;
  #frames: Int16Array[] = [];
  #unheard: Int16Array[] = [];
  #itemId: string | undefined;

  constructor(vad: Vad, ear: Ear, events: ListenerEvents, detection: Detection) {
    this.#vad = vad;
    this.#ear = ear;
    this.#events = events;
    this.#detection = detection;
  }

  get speaking(): boolean {
    return this.#itemId !== undefined;
  }

  get heardMs(): number {
    return this.#vad.heardMs;
  }

  /** Changes how turns are found; a turn under way is forgotten when that goes to or from manual. */
  setDetection(detection: Detection): void {
    if (Boolean(detection) !== Boolean(this.#detection)) this.clear();
    this.#detection = detection;
  }

  /** One frame of 20 ms. */
  hear(frame: Int16Array): void {
    const detection = this.#detection;
    this.#frames.push(frame);
    const event = this.#vad.hear(frame, vadOptions(detection));
    if (!detection) {
      if (this.#frames.length > MAX_FRAMES) this.#frames.shift();
      return;
    }
    if (this.#itemId === undefined) {
      const prefixMs =
        detection.type === 'semantic_vad' ? 300 : (detection.prefix_padding_ms ?? 300);
      // The frames in which the start was noticed come on top of the padding before them.
      const keep = Math.ceil(prefixMs / FRAME_MS) + 7;
      while (this.#frames.length > keep) this.#frames.shift();
      if (event?.type !== 'started') return;
      this.#itemId = this.#events.newItemId();
      this.#unheard = [...quiet(LEAD_FRAMES - this.#frames.length), ...this.#frames];
      this.#events.onStarted(this.#itemId, Math.max(0, event.atMs - prefixMs));
      return;
    }
    if (this.#frames.length > MAX_FRAMES) this.#frames.shift();
    this.#unheard.push(frame);
    if (this.#unheard.length >= PART_FRAMES) this.#tellEar();
    if (event?.type === 'stopped') {
      const turn = this.#take(this.#itemId);
      this.#events.onStopped(turn, event.atMs);
    }
  }

  /** Ends the turn by hand. Undefined when there are less than 100 ms of sound. */
  commit(): Turn | undefined {
    if (this.#frames.length * FRAME_MS < MIN_COMMIT_MS) return undefined;
    if (this.#itemId === undefined) this.#unheard = trimQuiet(this.#frames);
    this.#vad.forget();
    return this.#take(this.#itemId ?? this.#events.newItemId());
  }

  clear(): void {
    this.#frames = [];
    this.#unheard = [];
    if (this.#itemId !== undefined) this.#ear.cancel();
    this.#itemId = undefined;
    this.#vad.forget();
  }

  #tellEar(): void {
    if (this.#unheard.length > 0) this.#ear.hear(concatSamples(this.#unheard));
    this.#unheard = [];
  }

  #take(itemId: string): Turn {
    this.#tellEar();
    const samples = concatSamples(this.#frames);
    const durationMs = this.#frames.length * FRAME_MS;
    this.#frames = [];
    this.#itemId = undefined;
    return { itemId, samples, durationMs, heard: this.#ear.finish() };
  }
}

function quiet(frames: number): Int16Array[] {
  return Array.from({ length: frames }, () => new Int16Array(FRAME_SAMPLES));
}

function vadOptions(detection: Detection): { threshold: number; silenceMs: number } {
  if (detection?.type === 'semantic_vad') {
    const silenceMs = { low: 1_200, medium: 700, auto: 700, high: 400 }[
      detection.eagerness ?? 'auto'
    ];
    return { threshold: 0.5, silenceMs };
  }
  return {
    threshold: detection?.threshold ?? 0.5,
    silenceMs: Math.max(FRAME_MS * 5, detection?.silence_duration_ms ?? 500),
  };
}

/** The recognizer has to look at all it gets: seconds of silence before a word only cost time. */
function trimQuiet(frames: readonly Int16Array[]): Int16Array[] {
  const isQuiet = (frame: Int16Array): boolean => !frame.some((sample) => Math.abs(sample) > 300);
  let start = 0;
  while (start < frames.length && isQuiet(frames[start] as Int16Array)) start++;
  let end = frames.length;
  while (end > start && isQuiet(frames[end - 1] as Int16Array)) end--;
  return frames.slice(Math.max(0, start - 10), end + 10);
}
