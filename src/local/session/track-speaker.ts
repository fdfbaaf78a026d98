// What the visitor hears over a media track, response by response: says when a response begins, ends
// or is cut off, and how much of it was heard. It does not know what is said.
import { FRAME_MS } from '../audio/pcm.js';
import type { Pacer } from '../call/pacer.js';
import type { Playback, Speaker, SpeakerHost } from './speaker.js';

/** From its first frame to its last. */
interface TrackPlayback extends Playback {
  playedMs: number;
  queuedMs: number;
}

/** Sound is made no further ahead than this, so that a long answer can be stopped while made. */
const AHEAD_MS = 3_000;

export class TrackSpeaker implements Speaker {
  #pacer: Pacer;
  #host: SpeakerHost;
  #playbacks: TrackPlayback[] = [];
  #begun = false;
  #waiting: (() => void)[] = [];
  /** Who waits for the first frame of the playback that comes next. */
  #expecting: (() => void)[] = [];

  constructor(pacer: Pacer, host: SpeakerHost) {
    this.#pacer = pacer;
    this.#host = host;
  }

  get speaking(): boolean {
    return this.#playbacks.length > 0;
  }

  begin(responseId: string, itemId: string): TrackPlayback {
    const playback: TrackPlayback = { responseId, itemId, playedMs: 0, queuedMs: 0 };
    this.#playbacks.push(playback);
    return playback;
  }

  play(playback: TrackPlayback, samples: Int16Array, durationMs: number): void {
    if (!this.#playbacks.includes(playback)) return;
    playback.queuedMs += durationMs;
    this.#pacer.play(samples, () => {
      if (playback.playedMs === 0 && this.#playbacks[0] === playback) {
        this.#begun = true;
        this.#host.onBegun();
        const { responseId } = playback;
        this.#host.emit({ type: 'output_audio_buffer.started', response_id: responseId });
        for (const resolve of this.#expecting.splice(0)) resolve();
      }
      playback.playedMs = Math.min(playback.playedMs + FRAME_MS, playback.queuedMs);
      if (this.#pacer.queuedMs < AHEAD_MS) this.#release();
    });
  }

  /** After its last frame it has stopped. */
  finish(playback: TrackPlayback): void {
    if (!this.#playbacks.includes(playback)) return;
    this.#pacer.mark(() => {
      if (!this.#playbacks.includes(playback)) return;
      const begun = this.#begun && this.#playbacks[0] === playback;
      this.#playbacks = this.#playbacks.filter((other) => other !== playback);
      this.#begun = false;
      if (begun) this.#stopped(playback);
    });
  }

  /** The sound begins before the response is done, unless it is not its turn yet. */
  settled(playback: TrackPlayback): Promise<void> {
    const isNext = this.#playbacks[0] === playback && playback.queuedMs > 0;
    if (!isNext || playback.playedMs > 0) return Promise.resolve();
    return new Promise((resolve) => this.#expecting.push(resolve));
  }

  hasRoom(): Promise<void> {
    if (this.#pacer.queuedMs < AHEAD_MS) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  clear(): void {
    const cut = this.#playbacks;
    const begun = this.#begun;
    this.#playbacks = [];
    this.#begun = false;
    this.#pacer.clear();
    this.#release();
    for (const resolve of this.#expecting.splice(0)) resolve();
    cut.forEach((playback, index) => this.#cleared(playback, index === 0 && begun));
  }

  #stopped(playback: TrackPlayback): void {
    const { emit, items } = this.#host;
    items.spoke(playback.itemId, playback.playedMs);
    emit({ type: 'output_audio_buffer.stopped', response_id: playback.responseId });
    this.#host.onQuiet();
  }

  /** Only `playedMs` of it was heard. `begun` when the first frame had left. */
  #cleared(playback: TrackPlayback, begun: boolean): void {
    const { emit, items } = this.#host;
    if (begun) emit({ type: 'output_audio_buffer.cleared', response_id: playback.responseId });
    if (playback.playedMs < playback.queuedMs) items.cut(playback.itemId, playback.playedMs);
    this.#host.onQuiet();
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
