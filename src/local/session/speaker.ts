// What the visitor hears, response by response: says when a response begins, ends or is cut off, and
// how much of it was heard. It does not know what is said.
import { FRAME_MS } from '../audio/pcm.js';
import type { Pacer } from '../call/pacer.js';

/** One response's sound, from its first frame to its last. */
export interface Playback {
  readonly responseId: string;
  readonly itemId: string;
  playedMs: number;
  queuedMs: number;
}

export interface SpeakerEvents {
  onStarted(playback: Playback): void;
  onStopped(playback: Playback): void;
  /** Cut off: only `playedMs` of it was heard. `begun` when the first frame had left. */
  onCleared(playback: Playback, begun: boolean): void;
}

/** Sound is made no further ahead than this, so that a long answer can be stopped while made. */
const AHEAD_MS = 3_000;

export class Speaker {
  #pacer: Pacer;
  #events: SpeakerEvents;
  #playbacks: Playback[] = [];
  #begun = false;
  #waiting: (() => void)[] = [];
  /** Who waits for the first frame of the playback that comes next. */
  #expecting: (() => void)[] = [];

  constructor(pacer: Pacer, events: SpeakerEvents) {
    this.#pacer = pacer;
    this.#events = events;
  }

  get speaking(): boolean {
    return this.#playbacks.length > 0;
  }

  begin(responseId: string, itemId: string): Playback {
    const playback: Playback = { responseId, itemId, playedMs: 0, queuedMs: 0 };
    this.#playbacks.push(playback);
    return playback;
  }

  /** Queues sound; does nothing when the playback was cut off. */
  play(playback: Playback, samples: Int16Array, durationMs: number): void {
    if (!this.#playbacks.includes(playback)) return;
    playback.queuedMs += durationMs;
    this.#pacer.play(samples, () => {
      if (playback.playedMs === 0 && this.#playbacks[0] === playback) {
        this.#begun = true;
        this.#events.onStarted(playback);
        for (const resolve of this.#expecting.splice(0)) resolve();
      }
      playback.playedMs = Math.min(playback.playedMs + FRAME_MS, playback.queuedMs);
      if (this.#pacer.queuedMs < AHEAD_MS) this.#release();
    });
  }

  /** Nothing more comes: after its last frame it has stopped. */
  finish(playback: Playback): void {
    if (!this.#playbacks.includes(playback)) return;
    this.#pacer.mark(() => {
      if (!this.#playbacks.includes(playback)) return;
      const begun = this.#begun && this.#playbacks[0] === playback;
      this.#playbacks = this.#playbacks.filter((other) => other !== playback);
      this.#begun = false;
      if (begun) this.#events.onStopped(playback);
    });
  }

  /** Resolves when the first frame of what was queued has left, or will not leave next. */
  hasBegun(playback: Playback): Promise<void> {
    const isNext = this.#playbacks[0] === playback && playback.queuedMs > 0;
    if (!isNext || playback.playedMs > 0) return Promise.resolve();
    return new Promise((resolve) => this.#expecting.push(resolve));
  }

  /** Resolves when more sound is wanted. */
  hasRoom(): Promise<void> {
    if (this.#pacer.queuedMs < AHEAD_MS) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Silence now. */
  clear(): void {
    const cut = this.#playbacks;
    const begun = this.#begun;
    this.#playbacks = [];
    this.#begun = false;
    this.#pacer.clear();
    this.#release();
    for (const resolve of this.#expecting.splice(0)) resolve();
    cut.forEach((playback, index) => this.#events.onCleared(playback, index === 0 && begun));
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
