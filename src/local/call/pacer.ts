// Sends one Opus packet every 20 ms for as long as it runs: what is queued, or silence. Silence
// between answers keeps the browser's jitter buffer ready, so that speech is heard at once and stops
// at once. It does not know whose words it sends.
import { FRAME_MS, FRAME_SAMPLES } from '../audio/pcm.js';
import { OPUS_SILENCE } from '../audio/opus.js';

export interface PacerPort {
  encode(frame: Int16Array): Buffer;
  send(packet: Buffer, marker: boolean): void;
  skip(packets: number): void;
}

/** What is queued: sound that belongs to someone, or a word to someone in its place in the row. */
type Entry = { readonly samples: Int16Array; readonly onFrame: () => void } | (() => void);

/** A process that was held up longer than this drops the time rather than rushing after it. */
const MAX_BEHIND_FRAMES = 10;

export class Pacer {
  #port: PacerPort;
  #queue: Entry[] = [];
  #offset = 0;
  #talking = false;
  #timer: NodeJS.Timeout | undefined;
  #next = 0;
  #mute: boolean;

  constructor(port: PacerPort, mute = false) {
    this.#port = port;
    this.#mute = mute;
  }

  start(): void {
    if (this.#timer) return;
    this.#next = performance.now();
    const tick = (): void => {
      const now = performance.now();
      const behind = Math.floor((now - this.#next) / FRAME_MS);
      if (behind > MAX_BEHIND_FRAMES) {
        this.#port.skip(behind);
        this.#next += behind * FRAME_MS;
      }
      while (this.#next <= now) {
        this.#sendOne();
        this.#next += FRAME_MS;
      }
      this.#timer = setTimeout(tick, Math.max(1, this.#next - performance.now()));
    };
    this.#timer = setTimeout(tick, 0);
  }

  /** Queues speech; `onFrame` is called with each 20 ms of it that leaves. */
  play(samples: Int16Array, onFrame: () => void): void {
    if (samples.length > 0) this.#queue.push({ samples, onFrame });
  }

  /** Calls `mark` when everything queued before it has left. */
  mark(mark: () => void): void {
    this.#queue.push(mark);
    if (this.#queue.length === 1) this.#runMarks();
  }

  get queuedMs(): number {
    const samples = this.#queue.reduce(
      (sum, entry) => sum + (typeof entry === 'function' ? 0 : entry.samples.length),
      -this.#offset,
    );
    return (samples / FRAME_SAMPLES) * FRAME_MS;
  }

  clear(): void {
    this.#queue = [];
    this.#offset = 0;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.clear();
  }

  #runMarks(): void {
    while (typeof this.#queue[0] === 'function') (this.#queue.shift() as () => void)();
  }

  #sendOne(): void {
    this.#runMarks();
    const entry = this.#queue[0];
    if (!entry || typeof entry === 'function') {
      this.#talking = false;
      this.#port.send(OPUS_SILENCE, false);
      return;
    }
    let frame = entry.samples.subarray(this.#offset, this.#offset + FRAME_SAMPLES);
    if (frame.length < FRAME_SAMPLES) {
      const padded = new Int16Array(FRAME_SAMPLES);
      padded.set(frame);
      frame = padded;
    }
    this.#port.send(this.#mute ? OPUS_SILENCE : this.#port.encode(frame), !this.#talking);
    this.#talking = true;
    this.#offset += FRAME_SAMPLES;
    if (this.#offset >= entry.samples.length) {
      this.#queue.shift();
      this.#offset = 0;
    }
    entry.onFrame();
    this.#runMarks();
  }
}
