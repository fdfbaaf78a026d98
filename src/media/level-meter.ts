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
  #bytes = new Uint8Array(FFT_SIZE / 2);

  /** @param tracks the sides to be measured; `read` names them by index */
  constructor(...tracks: MediaStreamTrack[]) {
    this.#tracks = tracks;
  }

  /** Fills `spectrum` with what side `index` sounds like now, and returns it. */
  read(index: number, spectrum: Spectrum): Spectrum {
    const context = this.#closed ? undefined : this.#open();
    const analyser = this.#analysers[index];
    if (!context || !analyser) return spectrum.fill(0);
    analyser.getByteFrequencyData(this.#bytes);
    const usable = Math.min(
      this.#bytes.length,
      Math.ceil((TOP_HZ / (context.sampleRate / 2)) * this.#bytes.length),
    );
    for (let band = 0; band < spectrum.length; band++) {
      const from = Math.floor((band * usable) / spectrum.length);
      const to = Math.max(from + 1, Math.floor(((band + 1) * usable) / spectrum.length));
      let peak = 0;
      for (let bin = from; bin < to; bin++) peak = Math.max(peak, this.#bytes[bin] ?? 0);
      spectrum[band] = peak / 255;
    }
    return spectrum;
  }

  /** For good. Resolves when the audio context is closed; tracks are left alone. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#analysers = [];
    if (this.#context?.state !== 'closed') await this.#context?.close();
  }

  #open(): AudioContext {
    if (this.#context) return this.#context;
    const context = (this.#context = new AudioContext({ latencyHint: 'interactive' }));
    this.#analysers = this.#tracks.map((track) => {
      const analyser = new AnalyserNode(context, { fftSize: FFT_SIZE, smoothingTimeConstant: 0.7 });
      new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) }).connect(
        analyser,
      );
      return analyser;
    });
    return context;
  }
}
