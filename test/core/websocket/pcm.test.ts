// Sound as a WebSocket carries it: what goes in comes out, at another rate, in the right order, and counted.
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../../../src/media/pcm/base64.js';
import { toFloat32, toInt16 } from '../../../src/media/pcm/format.js';
import { Playout, type PlayoutReport } from '../../../src/media/pcm/playout.js';
import { Resampler } from '../../../src/media/pcm/resampler.js';

/** One second of a sine, at 0.5. */
const sine = (frequency: number, rate: number): Float32Array =>
  Float32Array.from(
    { length: rate },
    (_, index) => 0.5 * Math.sin((2 * Math.PI * frequency * index) / rate),
  );

/** In pieces of 128, as an audio thread has them. */
function resampled(input: Float32Array, from: number, to: number): Float32Array {
  const resampler = new Resampler(from, to);
  const output: number[] = [];
  for (let at = 0; at < input.length; at += 128) {
    output.push(...resampler.process(input.subarray(at, at + 128)));
  }
  return Float32Array.from(output);
}

/** How much of `frequency` there is, 0 to 1, in the middle of a second. */
function amount(samples: Float32Array, frequency: number, rate: number): number {
  let [re, im] = [0, 0];
  const middle = samples.subarray(rate / 4, rate / 4 + rate / 2);
  middle.forEach((sample, index) => {
    re += sample * Math.cos((2 * Math.PI * frequency * index) / rate);
    im += sample * Math.sin((2 * Math.PI * frequency * index) / rate);
  });
  return (2 * Math.hypot(re, im)) / middle.length;
}

describe('The resampler', () => {
  it.each([
    [48_000, 24_000],
    [44_100, 24_000],
    [16_000, 24_000],
    [24_000, 48_000],
    [24_000, 44_100],
    [24_000, 24_000],
  ])('keeps a tone, from %i to %i Hz', (from, to) => {
    const output = resampled(sine(1_000, from), from, to);
    expect(Math.abs(output.length - to)).toBeLessThan(to / 100);
    expect(amount(output, 1_000, to)).toBeCloseTo(0.5, 2);
    // And nothing beside it: the whole is as loud as the tone.
    const middle = output.subarray(to / 4, (3 * to) / 4);
    const power = middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length;
    expect(Math.sqrt(2 * power)).toBeCloseTo(0.5, 2);
  });

  it('takes out what the lower rate cannot hold', () => {
    const output = resampled(sine(15_000, 48_000), 48_000, 24_000);
    expect(Math.max(...output.subarray(6_000, 18_000).map(Math.abs))).toBeLessThan(0.005);
  });
});

describe('PCM as text', () => {
  it('comes back as it was', () => {
    const samples = Int16Array.of(0, 1, -1, 32_767, -32_768, 12_345);
    expect(fromBase64(toBase64(samples))).toEqual(samples);
    expect(toBase64(Int16Array.of(1))).toBe('AQA=');
    expect(toInt16(toFloat32(samples))).toEqual(samples);
    expect(toInt16(Float32Array.of(3, -3))).toEqual(Int16Array.of(32_767, -32_768));
  });

  it.each([['not base64!'], [7], [undefined], ['']])('%j is no sound', (text) => {
    expect(fromBase64(text)).toHaveLength(0);
  });

  it('leaves half a sample out', () => {
    expect(fromBase64(btoa('\x01\x00\x02'))).toEqual(Int16Array.of(1));
  });
});

describe('The playout', () => {
  const ones = (length: number, value = 1) => new Float32Array(length).fill(value);

  function setUp({ ahead = 4, limit = 100 } = {}) {
    const reports: PlayoutReport[] = [];
    const playout = new Playout(ahead, limit, (report) => reports.push(report));
    const read = (length: number) => {
      const output = new Float32Array(length).fill(9);
      playout.read(output);
      return [...output];
    };
    return { playout, reports, read };
  }

  it('waits until enough is there, and again after it ran dry', () => {
    const { playout, read, reports } = setUp();
    playout.add(1, ones(3));
    expect(read(2)).toEqual([0, 0]);
    expect(reports).toEqual([]);
    playout.add(1, ones(3));
    expect(read(4)).toEqual([1, 1, 1, 1]);
    expect(read(4)).toEqual([1, 1, 0, 0]);
    playout.add(1, ones(2));
    expect(read(2)).toEqual([0, 0]);
    playout.add(1, ones(2));
    expect(read(2)).toEqual([1, 1]);
    expect(reports).toEqual([{ type: 'started', part: 1 }]);
  });

  it('does not wait for more of what is complete', () => {
    const { playout, read, reports } = setUp();
    playout.add(1, ones(2));
    playout.end(1);
    expect(read(3)).toEqual([1, 1, 0]);
    expect(reports.map(({ type }) => type)).toEqual(['started', 'finished']);
  });

  it('plays one part after the other, though nobody said that the first was complete', () => {
    const { playout, read, reports } = setUp();
    playout.add(1, ones(4));
    playout.add(2, ones(4, 2));
    expect(read(6)).toEqual([1, 1, 1, 1, 2, 2]);
    expect(reports).toEqual([
      { type: 'started', part: 1 },
      { type: 'finished', part: 1 },
      { type: 'started', part: 2 },
    ]);
  });

  it('says which part was played, and how much of it, when all is to be forgotten', () => {
    const { playout, read, reports } = setUp();
    playout.add(1, ones(8));
    read(5);
    playout.add(1, ones(20));
    playout.clear();
    expect(reports.at(-1)).toEqual({ type: 'cleared', part: 1, played: 5 });
    expect(read(4)).toEqual([0, 0, 0, 0]);
    playout.clear();
    expect(reports.at(-1)).toEqual({ type: 'cleared', part: undefined, played: 0 });
  });

  it('never keeps more than its limit', () => {
    const { playout, read } = setUp({ limit: 6 });
    playout.add(1, ones(4));
    playout.add(1, ones(4, 2));
    playout.add(1, ones(2, 3));
    expect(read(8)).toEqual([1, 1, 1, 1, 3, 3, 0, 0]);
  });
});
