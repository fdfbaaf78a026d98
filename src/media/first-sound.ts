/** Notices when a received voice becomes audible. It does not know what is said, or why. */
import type { LevelMeter } from './level-meter.js';

/** A level of the meter, about −55 dBFS in one part: above comfort noise, below a soft syllable. */
const AUDIBLE = 57;

const INTERVAL_MS = 10;

/** An answer that is silent for so long was interrupted, or is muted somewhere. */
const PATIENCE_MS = 5_000;

/**
 * Calls `onSound` once with the time (`performance.now()`) at which side `index` of `meter` became
 * audible; never, if `signal` aborts first or nothing is heard for five seconds.
 */
export function onFirstSound(
  meter: LevelMeter,
  index: number,
  signal: AbortSignal,
  onSound: (time: number) => void,
): void {
  const deadline = performance.now() + PATIENCE_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    const heard = !signal.aborted && meter.read(index).some((level) => level >= AUDIBLE);
    if (!heard && now < deadline && !signal.aborted) return;
    clearInterval(timer);
    if (heard) onSound(now);
  }, INTERVAL_MS);
}
