/** For whoever is told of seconds that are left: draws them anew. */

/** @param at when they are over, on the clock of `performance.now()` */
export function countDown(at: number, signal: AbortSignal, redraw: () => void): void {
  const timer = setInterval(() => {
    redraw();
    if (signal.aborted || performance.now() >= at) clearInterval(timer);
  }, 500);
  redraw();
}
