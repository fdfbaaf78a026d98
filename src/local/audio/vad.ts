// Finds speech in a stream of 20 ms frames: WebRTC's detector AND an energy gate above the room's
// own noise, since the detector alone takes noise for speech and energy alone takes a slammed door.
// It knows no session; it reports starts and ends, in milliseconds of all sound heard.
import createFvad from '@echogarden/fvad-wasm';
import { CALL_RATE, FRAME_MS, FRAME_SAMPLES, loudness } from './pcm.js';

export interface VadOptions {
  /** 0…1, as the session's `threshold`: how loud speech must be. */
  readonly threshold: number;
  readonly silenceMs: number;
}

export type VadEvent =
  | { readonly type: 'started'; readonly atMs: number }
  | { readonly type: 'stopped'; readonly atMs: number };

const WINDOW = 7;
const NEEDED = 5;
/** Quieter than this is never speech: about -56 dBFS at the usual threshold. */
const FLOOR = 0.0016;

interface FvadModule {
  _fvad_new(): number;
  _fvad_free(instance: number): void;
  _fvad_reset(instance: number): void;
  _fvad_set_mode(instance: number, mode: number): number;
  _fvad_set_sample_rate(instance: number, rate: number): number;
  _fvad_process(instance: number, samples: number, length: number): number;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  readonly HEAP16: Int16Array;
}

export class Vad {
  #module: FvadModule;
  #instance: number;
  #buffer: number;
  #recent: boolean[] = [];
  #speaking = false;
  #quietMs = 0;
  #heardMs = 0;
  #noise = FLOOR;

  private constructor(module: FvadModule) {
    this.#module = module;
    this.#instance = module._fvad_new();
    this.#buffer = module._malloc(FRAME_SAMPLES * 2);
    this.reset();
  }

  static async load(): Promise<Vad> {
    return new Vad((await createFvad()) as FvadModule);
  }

  get speaking(): boolean {
    return this.#speaking;
  }

  /** All sound heard since the last reset. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Forgets everything, for the next call. */
  reset(): void {
    this.#module._fvad_reset(this.#instance);
    // After a reset the mode and the rate are the detector's defaults again.
    this.#module._fvad_set_mode(this.#instance, 3);
    this.#module._fvad_set_sample_rate(this.#instance, CALL_RATE);
    this.#recent = [];
    this.#speaking = false;
    this.#quietMs = 0;
    this.#heardMs = 0;
    this.#noise = FLOOR;
  }

  /** Ends the current speech without an event: the turn was committed or cleared by hand. */
  forget(): void {
    this.#speaking = false;
    this.#recent = [];
    this.#quietMs = 0;
  }

  /** Looks at one frame of 320 samples. */
  hear(frame: Int16Array, { threshold, silenceMs }: VadOptions): VadEvent | undefined {
    this.#heardMs += FRAME_MS;
    const voiced = this.#isVoiced(frame, threshold);
    this.#recent.push(voiced);
    if (this.#recent.length > WINDOW) this.#recent.shift();
    if (!this.#speaking) {
      if (this.#recent.filter(Boolean).length < NEEDED) return undefined;
      this.#speaking = true;
      this.#quietMs = 0;
      return { type: 'started', atMs: Math.max(0, this.#heardMs - this.#recent.length * FRAME_MS) };
    }
    this.#quietMs = voiced ? 0 : this.#quietMs + FRAME_MS;
    if (this.#quietMs < silenceMs) return undefined;
    this.forget();
    return { type: 'stopped', atMs: this.#heardMs };
  }

  #isVoiced(frame: Int16Array, threshold: number): boolean {
    const level = loudness(frame);
    // 0.5 asks for 9 dB above the noise, 1 for 18 dB.
    const gate = Math.max(FLOOR, this.#noise * 10 ** ((threshold * 18) / 20));
    const loud = level > gate;
    // The noise follows quickly down and slowly up, and hardly at all while something is loud.
    const rate = level < this.#noise ? 0.2 : loud ? 0.001 : 0.03;
    this.#noise += (level - this.#noise) * rate;
    this.#module.HEAP16.set(frame, this.#buffer >> 1);
    const detected = this.#module._fvad_process(this.#instance, this.#buffer, frame.length) === 1;
    return loud && detected;
  }

  close(): void {
    this.#module._fvad_free(this.#instance);
    this.#module._free(this.#buffer);
  }
}
