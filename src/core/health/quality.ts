/**
 * Whether a connection is good enough to talk over: by what is lost, late or irregular, and by whether
 * anything comes at all. It is the one that says so while a call is live.
 */
import type { Call } from '../call.js';
import type { Quality } from '../call-state.js';
import type { QualityMetrics } from '../metrics.js';
import type { Statistics } from './statistics.js';

/** Browsers ask each other every 2.5 seconds whether they are there, also in silence. */
const SILENT_AFTER_MS = 3_900;

/** What comes so soon after the browser went offline was on its way. */
const ON_ITS_WAY_MS = 2_000;

const SAMPLE_EVERY_MS = 2_000;

/** Poor with 3 samples of 5 beyond a limit, good again with none; Twilio's SDK counts the same. */
const SAMPLES = 5;
const TOO_MANY = 3;

/** Twilio's limits; of jitter more than its 30 ms, which a buffer makes up for unheard. */
const MAX_ROUND_TRIP_MS = 400;
const MAX_JITTER_MS = 100;
const MAX_LOSS = 0.03;

/** Of fewer packets one alone would be too many. */
const MIN_PACKETS = 40;

export type Figures = Pick<QualityMetrics, 'roundTrip' | 'jitter' | 'loss'>;

/** What came, and went missing, between two looks. */
export function figuresOf(now: Statistics, before: Statistics): Figures {
  const came = now.packets - before.packets;
  const lost = Math.max(0, now.lost - before.lost);
  const heard = came >= 0 && came + lost >= MIN_PACKETS ? lost / (came + lost) : undefined;
  const losses = [heard, now.missed].filter((one) => one !== undefined);
  return {
    roundTrip: now.roundTrip,
    jitter: now.jitter,
    loss: losses.length > 0 ? Math.max(...losses) : undefined,
  };
}

/** Says of each figure in turn how good it is, not to change its mind with every one. */
export function judge(): (figures: Figures) => Quality {
  let quality: Quality = 'good';
  let samples: boolean[] = [];
  return ({ roundTrip = 0, jitter = 0, loss = 0 }) => {
    const isBad = roundTrip > MAX_ROUND_TRIP_MS || jitter > MAX_JITTER_MS || loss > MAX_LOSS;
    samples = [...samples, isBad].slice(-SAMPLES);
    const bad = samples.filter(Boolean).length;
    if (bad >= TOO_MANY) quality = 'poor';
    if (bad === 0) quality = 'good';
    return quality;
  };
}

/** @returns to be told of the statistics again and again, and when they were asked for */
export function watchQuality(
  call: Call,
  signal: AbortSignal,
): (now: Statistics, asked: number) => void {
  const judgeNext = judge();
  /** Of what comes; another matter is whether anything does. */
  let quality: Quality = 'good';
  let isThere = true;
  let sampled: Statistics | undefined;
  let sampledAt = -Infinity;
  let received: number | undefined;
  let heardAt = performance.now();
  let countsFrom = 0;

  const show = () => {
    call.change({ quality: isThere ? quality : 'poor' });
  };
  globalThis.addEventListener(
    'offline',
    () => {
      countsFrom = performance.now() + ON_ITS_WAY_MS;
      isThere = false;
      show();
    },
    { signal },
  );

  // A busy page is told late of what was so long before.
  return (statistics, now) => {
    if (statistics.received !== received) {
      received = statistics.received;
      heardAt = now;
      if (now > countsFrom) isThere = true;
    } else if (received !== undefined && now - heardAt > SILENT_AFTER_MS) isThere = false;
    if (now - sampledAt >= SAMPLE_EVERY_MS) {
      const figures = sampled && figuresOf(statistics, sampled);
      sampled = statistics;
      sampledAt = now;
      const judged = figures ? judgeNext(figures) : quality;
      if (judged !== quality) {
        quality = judged;
        call.dispatch('voice-metrics', { kind: 'quality', quality, ...figures });
      }
    }
    show();
  };
}
