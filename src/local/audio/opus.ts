// Opus, both ways, 16 kHz mono in 20 ms frames. It knows no RTP.
import OpusScript from 'opusscript';
import { CALL_RATE, FRAME_SAMPLES } from './pcm.js';

/** One frame of digital silence, 20 ms. */
export const OPUS_SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);

const SET_COMPLEXITY = 4010;

export class OpusCodec {
  // One instance holds an encoder and a decoder; the library takes no more than 79 in a process.
  #codec = new OpusScript(CALL_RATE, 1, OpusScript.Application.VOIP);

  constructor() {
    this.#codec.setBitrate(32_000);
    // Complexity 5 is four times quicker than 10, and speech does not sound different.
    this.#codec.encoderCTL(SET_COMPLEXITY, 5);
  }

  encode(frame: Int16Array): Buffer {
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    return this.#codec.encode(bytes, FRAME_SAMPLES);
  }

  /** Undefined for a packet that is no Opus. */
  decode(packet: Buffer): Int16Array | undefined {
    if (packet.length === 0 || packet.length > 1500) return undefined;
    try {
      const bytes = this.#codec.decode(packet);
      return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.#codec.delete();
  }
}
