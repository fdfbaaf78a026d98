// Sound as events carry it: base64 of PCM16, little-endian, 24 kHz mono. Cuts it into the frames of a
// call. It knows no event.
import { CALL_RATE, concatSamples, FRAME_MS, resample } from './pcm.js';

export const EVENT_RATE = 24_000;
/** Samples of 20 ms. */
const EVENT_FRAME = (EVENT_RATE * FRAME_MS) / 1000;

/** Undefined for what is no base64 of whole samples. */
export function readEventSound(text: string): Int16Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 2 !== 0) return undefined;
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

export class FrameCutter {
  #rest = new Int16Array(0);

  /** The frames that are whole with `samples`; what is left waits for the next. */
  cut(samples: Int16Array): Int16Array[] {
    const all = this.#rest.length === 0 ? samples : concatSamples([this.#rest, samples]);
    const frames: Int16Array[] = [];
    let at = 0;
    for (; at + EVENT_FRAME <= all.length; at += EVENT_FRAME) {
      const frame = { samples: all.subarray(at, at + EVENT_FRAME), sampleRate: EVENT_RATE };
      frames.push(resample(frame, CALL_RATE).samples);
    }
    this.#rest = all.slice(at);
    return frames;
  }

  clear(): void {
    this.#rest = new Int16Array(0);
  }
}
