/**
 * Runs until the process is asked to end, then closes what was opened. Handlers are in place before
 * anything starts, so that an early Ctrl-C leaves nothing behind either.
 */

export type Closer = () => Promise<void> | void;

/**
 * Calls `start`, which hands over each resource as soon as it is open. Closes them in the reverse
 * order on SIGINT, SIGTERM, or when `start` fails, and ends the process: at once on a second signal,
 * after `limitMs` in any case.
 */
export async function untilSignal(
  start: (opened: (close: Closer) => void) => Promise<void>,
  limitMs: number,
): Promise<void> {
  const closers: Closer[] = [];
  let ending = false;

  async function end(exitCode: number): Promise<never> {
    ending = true;
    setTimeout(() => process.exit(exitCode || 1), limitMs);
    for (const close of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        console.error(`voice-agent: ${error instanceof Error ? error.message : 'closing failed'}`);
      }
    }
    process.exit(exitCode);
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      void end(0);
    });
  }
  await start((close) => {
    // Opened while already ending: nobody else will close it.
    if (ending) void close();
    else closers.push(close);
  }).catch(async (error: unknown) => {
    // A start that was interrupted fails because of the interruption.
    if (ending) return;
    for (const close of closers.reverse()) await close();
    throw error;
  });
}
