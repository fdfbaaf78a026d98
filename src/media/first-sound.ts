/** Notices when a received voice becomes audible, without an audio context of its own. */

/** About −40 dBFS: above comfort noise, below the softest first syllable. */
const AUDIBLE = 0.01;

/** One audio frame of a realtime service. */
const INTERVAL_MS = 20;

/**
 * Calls `onSound` once with the time (`performance.now()`) at which what `receiver` plays became
 * audible; never, if `signal` aborts first.
 */
export function onFirstSound(
  receiver: RTCRtpReceiver,
  signal: AbortSignal,
  onSound: (time: number) => void,
): void {
  const timer = setInterval(() => {
    // Entries describe what was played in the last ten seconds, the newest first in practice.
    const [source] = receiver.getSynchronizationSources();
    if ((source?.audioLevel ?? 0) < AUDIBLE) return;
    clearInterval(timer);
    onSound(performance.now());
  }, INTERVAL_MS);
  signal.addEventListener('abort', () => {
    clearInterval(timer);
  });
}
