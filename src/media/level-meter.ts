/**
 * Measures how loud the two sides of a call are. It reads only when asked, so it costs nothing while
 * nobody looks, and it makes its audio context with the first reading.
 */

/** Loudness in `bands` equal parts of the speech range, each 0 (silence) to 1 (loud). */
export type Spectrum = Float32Array;

/** 256 samples at 48 kHz are 5 ms: quick enough for the eye, fine enough to tell bands apart. */
const FFT_SIZE = 256;

/** Speech lives below about 6 kHz; what is above would leave bars that never move. */
const TOP_HZ = 6_000;

export class LevelMeter {
  readonly #tracks: readonly MediaStreamTrack[];
  #context: AudioContext | undefined;
  #closed = false;
  #analysers: AnalyserNode[] = [];
  readonly #bytes = new Uint8Array(FFT_SIZE / 2);
  readonly #samples = new Float32Array(FFT_SIZE);

  /** @param tracks the sides to be measured; `read` names them by index */
  constructor(...tracks: MediaStreamTrack[]) {
    this.#tracks = tracks;
  }

  /** Fills `spectrum` with what side `index` sounds like now, and returns it. */
  read(index: number, spectrum: Spectrum): Spectrum {
    const analyser = this.#analyser(index);
    if (!analyser) return spectrum.fill(0);
    analyser.getByteFrequencyData(this.#bytes);
    const usable = Math.ceil((TOP_HZ * FFT_SIZE) / analyser.context.sampleRate);
    const width = usable / spectrum.length;
    for (let band = 0; band < spectrum.length; band++) {
      const from = Math.floor(band * width);
      const bins = this.#bytes.subarray(from, Math.max(from + 1, Math.floor(from + width)));
      spectrum[band] = Math.max(...bins) / 255;
    }
    return spectrum;
  }

  /** The loudest sample of side `index` in the last 5 ms, 0 to 1. */
  peak(index: number): number {
    const analyser = this.#analyser(index);
    if (!analyser) return 0;
    analyser.getFloatTimeDomainData(this.#samples);
    return this.#samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  }

  /** For good. Resolves when the audio context is closed; tracks are left alone. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#analysers = [];
    if (this.#context?.state !== 'closed') await this.#context?.close();
  }

  #analyser(index: number): AnalyserNode | undefined {
    if (!this.#closed && !this.#context) this.#open();
    return this.#analysers[index];
  }

  #open(): void {
    const context = (this.#context = new AudioContext({ latencyHint: 'interactive' }));
    this.#analysers = this.#tracks.map((track) => {
      const analyser = new AnalyserNode(context, {
        fftSize: FFT_SIZE,
        smoothingTimeConstant: 0.6,
        minDecibels: -80,
        maxDecibels: -20,
      });
      const mediaStream = new MediaStream([track]);
      new MediaStreamAudioSourceNode(context, { mediaStream }).connect(analyser);
      return analyser;
    });
  }
}
