/** A bound for what may never answer. It knows nothing of what it waits for. */

/**
 * The work's result, or `onTimeout()` thrown after `ms`, whether or not the work heeds the signal.
 */
export async function withDeadline<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T> | T,
  onTimeout: () => Error,
  outer?: AbortSignal,
): Promise<T> {
  const timeout = new AbortController();
  const signal = outer ? AbortSignal.any([outer, timeout.signal]) : timeout.signal;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = onTimeout();
      timeout.abort(error);
      reject(error);
    }, ms);
  });
  try {
    return await Promise.race([work(signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}
