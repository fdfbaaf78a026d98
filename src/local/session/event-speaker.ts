// Sound that goes to the client within events, faster than it is played: the client keeps it, plays it
// and, when it stops, says by `conversation.item.truncate` how much of it was heard.
import { CALL_RATE, resample } from '../audio/pcm.js';
import { EVENT_RATE } from '../audio/event-sound.js';
import type { Playback, Speaker, SpeakerHost } from './speaker.js';

interface EventPlayback extends Playback {
  readonly queue: Int16Array[];
  /** Performance time of the first sound. */
  startedAt: number | undefined;
  sentMs: number;
  timer: NodeJS.Timeout | undefined;
  /** Who waits for the queue to become short, and for what length in milliseconds. */
  waiting: { readonly ms: number; readonly resolve: () => void }[];
}

/** Sound of one event. */
const CHUNK_MS = 200;
const CHUNK_SAMPLES = (CALL_RATE * CHUNK_MS) / 1000;
/** How much faster than it is played; a long answer can still be stopped while it is made. */
const PACE = 4;
/** No more sound than this waits to be sent. */
const AHEAD_MS = 3_000;

export class EventSpeaker implements Speaker {
  #host: SpeakerHost;
  #mute: boolean;
  #playbacks = new Set<EventPlayback>();
  /** When a client that began at once has played all it has, and who notices. */
  #playsUntil = 0;
  #quiet: NodeJS.Timeout | undefined;

  constructor(host: SpeakerHost, mute = false) {
    this.#host = host;
    this.#mute = mute;
  }

  get speaking(): boolean {
    return this.#playbacks.size > 0 || this.#quiet !== undefined;
  }

  begin(responseId: string, itemId: string): EventPlayback {
    const playback: EventPlayback = {
      responseId,
      itemId,
      queue: [],
      startedAt: undefined,
      sentMs: 0,
      timer: undefined,
      waiting: [],
    };
    this.#playbacks.add(playback);
    return playback;
  }

  play(playback: EventPlayback, samples: Int16Array): void {
    if (!this.#playbacks.has(playback)) return;
    for (let at = 0; at < samples.length; at += CHUNK_SAMPLES) {
      playback.queue.push(samples.subarray(at, at + CHUNK_SAMPLES));
    }
    if (playback.timer === undefined) this.#send(playback);
  }

  /** What is not sent yet is not sent any more: the response was cut off. */
  finish(playback: EventPlayback): void {
    if (!this.#playbacks.has(playback)) return;
    this.#drop(playback);
    this.#quietLater();
  }

  hasRoom(playback: EventPlayback): Promise<void> {
    return this.#shorterThan(playback, AHEAD_MS);
  }

  /** All of it is sent. */
  settled(playback: EventPlayback): Promise<void> {
    return this.#shorterThan(playback, 1);
  }

  clear(): void {
    const spoke = this.speaking;
    for (const playback of this.#playbacks) this.#drop(playback);
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this.#playsUntil = 0;
    if (spoke) this.#host.onQuiet();
  }

  #send(playback: EventPlayback): void {
    playback.timer = undefined;
    const startedAt = (playback.startedAt ??= performance.now());
    while (playback.sentMs <= (performance.now() - startedAt) * PACE) {
      const samples = playback.queue.shift();
      if (!samples) break;
      this.#emit(playback, samples);
    }
    playback.waiting = playback.waiting.filter(({ ms, resolve }) => {
      const wait = queuedMs(playback) >= ms;
      if (!wait) resolve();
      return wait;
    });
    if (playback.queue.length > 0) {
      playback.timer = setTimeout(() => this.#send(playback), CHUNK_MS / PACE);
    }
  }

  #emit(playback: EventPlayback, samples: Int16Array): void {
    const { responseId, itemId } = playback;
    const durationMs = (samples.length / CALL_RATE) * 1000;
    if (playback.sentMs === 0) this.#host.onBegun();
    playback.sentMs += durationMs;
    this.#playsUntil = Math.max(this.#playsUntil, performance.now()) + durationMs;
    this.#host.items.spoke(itemId, playback.sentMs);
    const sound = resample({ samples, sampleRate: CALL_RATE }, EVENT_RATE).samples;
    if (this.#mute) sound.fill(0);
    this.#host.emit({
      type: 'response.output_audio.delta',
      response_id: responseId,
      item_id: itemId,
      output_index: 0,
      content_index: 0,
      delta: Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength).toString('base64'),
    });
  }

  #shorterThan(playback: EventPlayback, ms: number): Promise<void> {
    if (!this.#playbacks.has(playback) || queuedMs(playback) < ms) return Promise.resolve();
    return new Promise((resolve) => playback.waiting.push({ ms, resolve }));
  }

  #drop(playback: EventPlayback): void {
    this.#playbacks.delete(playback);
    clearTimeout(playback.timer);
    for (const { resolve } of playback.waiting.splice(0)) resolve();
  }

  #quietLater(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(
      () => {
        this.#quiet = undefined;
        this.#host.onQuiet();
      },
      Math.max(0, this.#playsUntil - performance.now()),
    );
  }
}

const queuedMs = ({ queue }: EventPlayback): number => queue.length * CHUNK_MS;
