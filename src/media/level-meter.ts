/**
 * Measures how loud the two sides of a call are. It reads only when asked, so it costs nothing while
 * nobody looks, and it makes its audio context with the first reading.
 */

/** 256 samples at 48 kHz are 5 ms: quick enough for the eye, fine enough to tell bands apart. */
const FFT_SIZE = 256;

/** The lower quarter of the spectrum, about 6 kHz: above it speech has little to show. */
const SPEECH_BINS = FFT_SIZE / 8;

export class LevelMeter {
  readonly #tracks: readonly MediaStreamTrack[];
  #context: AudioContext | undefined;
  /** What each side sounds like now. Missing before the first reading; empty after `close`. */
  #sides: readonly (() => Uint8Array)[] | undefined;

  /** @param tracks the sides to be measured; `read` names them by index */
  constructor(...tracks: MediaStreamTrack[]) {
    this.#tracks = tracks;
  }

  /**
   * What side `index` sounds like now: the loudness of equal parts of the speech range, lowest first,
   * each 0 (−65 dBFS or less, not audible) to 255 (−20 dBFS). All zero without sound, and after `close`.
   * The next reading of this side writes into the same array.
   */
  read(index: number): Uint8Array {
    this.#sides ??= this.#open();
    return this.#sides[index]?.() ?? new Uint8Array(SPEECH_BINS);
  }

  /** Since the first reading, as long as the system lets the page process sound. */
  get isRunning(): boolean {
    return this.#context?.state === 'running';
  }

  /** For good. Resolves when the audio context is closed; tracks are left alone. */
  async close(): Promise<void> {
    this.#sides = [];
    if (this.#context?.state !== 'closed') await this.#context?.close();
  }

  #open(): (() => Uint8Array)[] {
    const context = (this.#context = new AudioContext());
    return this.#tracks.map((track) => {
      const analyser = new AnalyserNode(context, {
        fftSize: FFT_SIZE,
        smoothingTimeConstant: 0.6,
        minDecibels: -65,
        maxDecibels: -20,
      });
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      const levels = new Uint8Array(SPEECH_BINS);
      return () => {
        analyser.getByteFrequencyData(levels);
        return levels;
      };
    });
  }
}
