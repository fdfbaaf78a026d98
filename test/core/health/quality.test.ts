/** When a connection is called poor, and when good again. */
import { describe, expect, it } from 'vitest';
import { figuresOf, judge, type Figures } from '../../../src/core/health/quality.js';
import { read, type Statistics } from '../../../src/core/health/statistics.js';

const FINE: Figures = { roundTrip: 40, jitter: 8, loss: 0 };

/** What is said of samples in order: `g` for a fine one, `b` for one with these figures. */
function said(samples: string, bad: Figures): string {
  const judgeNext = judge();
  return Array.from(samples, (one) =>
    judgeNext(one === 'b' ? bad : FINE) === 'poor' ? 'P' : '-',
  ).join('');
}

describe('a connection', () => {
  it.each([
    ['that loses a fifth', { ...FINE, loss: 0.2 }],
    ['with half a second to and fro', { ...FINE, roundTrip: 500 }],
    ['whose packets come in heaps', { ...FINE, jitter: 150 }],
  ])('%s is poor with the third sample of five, and good again after five', (_, bad) => {
    expect(said('bbb', bad)).toBe('--P');
    expect(said('bgbgb', bad)).toBe('----P');
    expect(said('bbggggg', bad)).toBe('-------');
    expect(said('bbbgggggg', bad)).toBe('--PPPPP--');
    // One bad sample in five keeps it where it is.
    expect(said('bbbggggbgggg', bad)).toBe('--PPPPPPPPPP');
  });

  it('at the limits themselves is good', () => {
    expect(said('bbbbb', { roundTrip: 400, jitter: 100, loss: 0.03 })).toBe('-----');
  });

  it('of which the browser says nothing is good', () => {
    expect(said('bbbbb', {})).toBe('-----');
  });
});

const statistics = (changes: Partial<Statistics>): Statistics => ({
  received: 1,
  roundTrip: undefined,
  jitter: undefined,
  packets: 0,
  lost: 0,
  missed: undefined,
  energy: undefined,
  ...changes,
});

describe('the loss', () => {
  const before = statistics({ packets: 1_000, lost: 10 });

  it('is what went missing since the last look', () => {
    const now = statistics({ packets: 1_080, lost: 30 });
    expect(figuresOf(now, before).loss).toBe(0.2);
  });

  it('is the worse of both directions', () => {
    const now = statistics({ packets: 1_100, lost: 10, missed: 0.5 });
    expect(figuresOf(now, before).loss).toBe(0.5);
  });

  it('is not known of a few packets, or of another connection', () => {
    expect(figuresOf(statistics({ packets: 1_010, lost: 12 }), before).loss).toBeUndefined();
    expect(figuresOf(statistics({ packets: 90, lost: 60 }), before).loss).toBeUndefined();
  });
});

describe('what the browser says', () => {
  it('is read in milliseconds, of the chosen route and of sound', () => {
    const report = new Map<string, object>([
      ['T', { type: 'transport', selectedCandidatePairId: 'P2' }],
      ['P1', { type: 'candidate-pair', nominated: true, state: 'succeeded', responsesReceived: 9 }],
      [
        'P2',
        {
          type: 'candidate-pair',
          ...{ responsesReceived: 1, requestsReceived: 2, bytesReceived: 300 },
          currentRoundTripTime: 0.25,
        },
      ],
      ['V', { type: 'inbound-rtp', kind: 'video', packetsReceived: 7 }],
      [
        'A',
        {
          ...{ type: 'inbound-rtp', kind: 'audio', jitter: 0.012 },
          ...{ packetsReceived: 50, packetsLost: 2, totalAudioEnergy: 0.5 },
        },
      ],
      ['R', { type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.1 }],
    ]);
    expect(read(report as unknown as RTCStatsReport)).toEqual({
      ...{ received: 303, roundTrip: 250, jitter: 12 },
      ...{ packets: 50, lost: 2, missed: 0.1, energy: 0.5 },
    });
  });

  it('may be nothing', () => {
    expect(read(new Map() as unknown as RTCStatsReport)).toEqual(
      statistics({ received: undefined }),
    );
  });
});
