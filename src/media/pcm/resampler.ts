/**
 * Turns sound of one sample rate into another, chunk by chunk and without a click between two. On the way
 * down, what the lower rate cannot hold is taken out first, so that it does not come back as a whistle.
 */

/** Zero crossings of the sinc on each side: quiet enough for speech, and cheap enough for a phone. */
const LOBES = 12;

/** Of half the lower rate: room for the filter's slope. */
const CUTOFF = 0.92;

export class Resampler {
  /** Samples of input for so many of output, without a common divisor. */
  readonly #from: number;
  readonly #to: number;
  /** How far the filter reaches on each side, in samples of input. */
  readonly #reach: number;
  /** The filter for each place that a sample of output can have between two of input. */
  readonly #filters: readonly Float32Array[];
  /** Input that is still needed, `#reach` samples of the past included. */
  #input: Float32Array;
  /** The sample of `#input` before the next one of output, and the place after it, in `#to` parts. */
  #at: number;
  #place = 0;

  /** @param from, to in Hz */
  constructor(from: number, to: number) {
    const divisor = commonDivisor(from, to);
    this.#from = from / divisor;
    this.#to = to / divisor;
    const cutoff = CUTOFF * Math.min(1, to / from);
    this.#reach = Math.ceil(LOBES / cutoff);
    this.#filters = Array.from({ length: this.#to }, (_, place) =>
      filter(place / this.#to, this.#reach, cutoff),
    );
    this.#at = this.#reach;
    this.#input = new Float32Array(this.#reach);
  }

  /** What can be said after `chunk`; the last few samples wait for the next. */
  process(chunk: Float32Array): Float32Array {
    if (this.#from === this.#to) return chunk;
    const reach = this.#reach;
    const input = new Float32Array(this.#input.length + chunk.length);
    input.set(this.#input);
    input.set(chunk, this.#input.length);
    const output: number[] = [];
    while (this.#at + reach < input.length) {
      const weights = this.#filters[this.#place] as Float32Array;
      let sample = 0;
      for (let index = 0; index < weights.length; index++) {
        sample += (input[this.#at - reach + 1 + index] as number) * (weights[index] as number);
      }
      output.push(sample);
      this.#place += this.#from;
      this.#at += Math.floor(this.#place / this.#to);
      this.#place %= this.#to;
    }
    const done = Math.min(input.length, this.#at - reach);
    this.#input = input.slice(done);
    this.#at -= done;
    return Float32Array.from(output);
  }
}

/** A sinc under a Hann window, for a sample `place` behind the one in its middle. */
function filter(place: number, reach: number, cutoff: number): Float32Array {
  const weights = Float32Array.from({ length: 2 * reach }, (_, index) => {
    const distance = index - reach + 1 - place;
    const x = Math.PI * distance * cutoff;
    const sinc = x === 0 ? 1 : Math.sin(x) / x;
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
