/**
 * Runs until the process is asked to end, then closes what was opened. Handlers are in place before
 * anything starts, so that an early Ctrl-C leaves nothing behind either.
 */

export type Closer = () => Promise<void> | void;

/**
 * Calls `start`, which hands over each resource as soon as it is open. Closes them in the reverse
 * order on SIGINT, SIGTERM, or when `start` fails. A signal ends the process: at once when it is the
 * second, after `limitMs` in any case.
 */
export async function untilSignal(
  start: (opened: (close: Closer) => void, interrupted: AbortSignal) => Promise<void>,
  limitMs: number,
): Promise<void> {
  // Whoever reads the output may go away; what runs here goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const closers: Closer[] = [];
  const interruption = new AbortController();
  const interrupted = new Promise<void>((resolve) => {
    const hear = () => {
      if (interruption.signal.aborted) process.exit(1);
      interruption.abort();
      setTimeout(() => process.exit(1), limitMs);
      resolve();
    };
    process.on('SIGINT', hear).on('SIGTERM', hear);
  });
  try {
    await start((close) => closers.push(close), interruption.signal);
    await interrupted;
  } catch (error) {
    // Only half started: what failed after the interruption failed because of it.
    if (!interruption.signal.aborted) throw error;
  } finally {
    // A resource that is still being opened cannot be closed, so a start is never left half way.
    for (const close of closers.reverse()) await close();
  }
  process.exit(0);
}
