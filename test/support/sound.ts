// Compares and recognises recorded sound. It knows nothing of where it was recorded.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loudness, resample, trimSilence, type Pcm } from '../../src/local/audio/pcm.js';
import { run } from './run.js';
import { writeWav } from './speech.js';

/** Enough for speech below 4 kHz, and quick to correlate. */
const RATE = 8_000;
const FRAME = RATE / 50;
const WINDOW = RATE / 4;
/** A receiver may stretch or shrink the gaps between words by so much. */
const DRIFT = RATE / 8;

/** Loudness of each 20 ms. */
function envelope(samples: Int16Array): Float64Array {
  return Float64Array.from({ length: Math.floor(samples.length / FRAME) }, (_, index) =>
    loudness(samples.subarray(index * FRAME, (index + 1) * FRAME)),
  );
}

/**
 * Correlation of `length` values of `a`, from `from` on, with those of `b` that are `offset` further,
 * −1 to 1. Beyond its ends `b` is silent.
 */
function correlation(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  offset: number,
  from = 0,
  length = a.length,
): number {
  let [sumA, sumB, ab, aa, bb] = [0, 0, 0, 0, 0];
  for (let index = from; index < from + length; index++) {
    const x = a[index] ?? 0;
    const y = b[index + offset] ?? 0;
    sumA += x;
    sumB += y;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  const spread = (aa - (sumA * sumA) / length) * (bb - (sumB * sumB) / length);
  return spread > 0 ? (ab - (sumA * sumB) / length) / Math.sqrt(spread) : 0;
}

/**
 * How much `recorded` sounds like `original`, 0 to 1: the waveforms of each quarter of a second of
 * the original are laid over the recording where they fit best, near the place where the loudness of
 * the whole fits best. The same words come to 0.8 and more through Opus, other words to 0.4.
 */
export function similarity(recorded: Pcm, original: Pcm): number {
  const a = resample(trimSilence(original), RATE).samples;
  const b = resample(recorded, RATE).samples;
  const [envelopeA, envelopeB] = [envelope(a), envelope(b)];
  let start = 0;
  let best = -1;
  for (let offset = 0; offset <= Math.max(0, envelopeB.length - envelopeA.length / 2); offset++) {
    const value = correlation(envelopeA, envelopeB, offset);
    if (value > best) [best, start] = [value, offset * FRAME];
  }
  let [sum, weights] = [0, 0];
  for (let from = 0; from + WINDOW <= a.length; from += WINDOW) {
    const weight = loudness(a.subarray(from, from + WINDOW));
    let fit = 0;
    for (let drift = -DRIFT; drift <= DRIFT; drift++) {
      fit = Math.max(fit, correlation(a, b, start + drift, from, WINDOW));
    }
    sum += fit * weight;
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

/** Words that a general recognizer (no grammar, 130,000 words) hears. */
export async function recognize(recorded: Pcm): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'voice-agent-'));
  try {
    const { samples } = resample(recorded, 16_000);
    const file = join(folder, 'recorded.wav');
    writeWav(file, samples, 16_000);
    const args = ['-infile', file, '-logfn', '/dev/null'];
    return wordsOf(await run('pocketsphinx_continuous', args, { ms: 60_000 }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z']+/g) ?? [];
}

/** The part of `expected` that is in `heard`, in the same order, 0 to 1. */
export function wordsInCommon(heard: readonly string[], expected: readonly string[]): number {
  let row = new Array<number>(heard.length + 1).fill(0);
  for (const word of expected) {
    const next = [0];
    heard.forEach((other, index) => {
      next.push(
        other === word
          ? (row[index] as number) + 1
          : Math.max(row[index + 1] as number, next[index] as number),
      );
    });
    row = next;
  }
  return (row.at(-1) as number) / expected.length;
}
