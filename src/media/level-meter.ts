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
  /** Missing before the first reading; empty after `close`. */
  #analysers: readonly AnalyserNode[] | undefined;

  /** @param tracks the sides to be measured; `read` names them by index */
  constructor(...tracks: MediaStreamTrack[]) {
    this.#tracks = tracks;
  }

  /**
   * What side `index` sounds like now: the loudness of equal parts of the speech range, lowest first,
   * each 0 (−65 dBFS or less, not audible) to 255 (−20 dBFS). All zero without sound, and after `close`.
   */
  read(index: number): Uint8Array {
    this.#analysers ??= this.#open();
    const levels = new Uint8Array(SPEECH_BINS);
    this.#analysers[index]?.getByteFrequencyData(levels);
    return levels;
  }

  /** Since the first reading, as long as the system lets the page process sound. */
  get isRunning(): boolean {
    return this.#context?.state === 'running';
  }

  /** For good. Resolves when the audio context is closed; tracks are left alone. */
  async close(): Promise<void> {
    this.#analysers = [];
    if (this.#context?.state !== 'closed') await this.#context?.close();
  }

  #open(): AnalyserNode[] {
    const context = (this.#context = new AudioContext());
    return this.#tracks.map((track) => {
      const analyser = new AnalyserNode(context, {
        fftSize: FFT_SIZE,
        smoothingTimeConstant: 0.6,
        minDecibels: -65,
        maxDecibels: -20,
      });
      const mediaStream = new MediaStream([track]);
      new MediaStreamAudioSourceNode(context, { mediaStream }).connect(analyser);
      return analyser;
    });
  }
}
