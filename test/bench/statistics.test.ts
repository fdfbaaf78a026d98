import { describe, expect, it } from 'vitest';
import { answerReport } from './answer-report.js';
import { connectReport, type ConnectRun } from './connect-report.js';
import { median, medianDifference, quantile, seededRandom, shuffled, table } from './statistics.js';

describe('the sums behind the benchmarks', () => {
  it('finds quantiles between the values', () => {
    expect(median([30, 10, 20])).toBe(20);
    expect(median([40, 10, 20, 30])).toBe(25);
    expect(quantile([10, 20, 30, 40, 50], 0.25)).toBe(20);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
    expect(median([])).toBeNaN();
  });

  it('says how sure a difference of medians is', () => {
    const close = (around: number): number[] =>
      Array.from({ length: 30 }, (_, i) => around + i / 10);
    const apart = medianDifference(close(110), close(100));
    expect(apart.value).toBeCloseTo(10);
    expect(apart.low).toBeGreaterThan(8);
    expect(apart.high).toBeLessThan(12);
  });

  it('shuffles everything and loses nothing, the same way for the same seed', () => {
    const values = Array.from({ length: 50 }, (_, index) => index);
    const mixed = shuffled(values, seededRandom(7));
    expect(mixed).not.toEqual(values);
    expect(mixed.toSorted((a, b) => a - b)).toEqual(values);
    expect(shuffled(values, seededRandom(7))).toEqual(mixed);
  });

  it('lays out a table', () => {
    expect(
      table([
        ['', 'ms'],
        ['ours', '12'],
      ]),
    ).toBe('|  | ms |\n| --- | ---: |\n| ours | 12 |');
  });

  it('tells the critical path from what the element itself takes', () => {
    const run = (contestant: ConnectRun['contestant'], live: number): ConnectRun => ({
      contestant,
      delayMs: 100,
      timeline: {
        click: 1_000,
        microphoneAsked: 1_010,
        microphone: 1_060,
        tokenAsked: 1_010,
        token: 1_110,
        offerSent: 1_115,
        answer: 1_215,
        channel: 1_275,
        session: 1_280,
        live,
      },
    });
    const runs = [run('element, cold', 1_292), run('agents', 1_400), run('openai', 1_365)];
    const report = connectReport(runs, [100]).join('\n');
    expect(report).toContain('| 292 | 292 to 292 | 292 to 292 | 0.73 | 0.80 |');
    // 100 for the token, 100 for the answer, 60 for the transport, 5 for the first event.
    expect(report).toContain('| 100 | 100 | 60 | 5 | 265 | 292 | 1.10 |');
  });

  it('compares each answer with those to the same question', () => {
    const report = answerReport({
      element: [
        [1_004, 2_005],
        [1_004, 2_005],
      ],
      bare: [
        [1_000, 2_001],
        [1_000, 2_001],
      ],
    }).join('\n');
    expect(report).toContain('The element adds 4.0 ms');
  });
});
