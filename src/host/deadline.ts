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
  const ending = new AbortController();
  // Not AbortSignal.any, which costs Node ten times as much, and more to clean up after.
  const passOn = () => ending.abort(outer?.reason);
  if (outer?.aborted) passOn();
  outer?.addEventListener('abort', passOn);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = onTimeout();
      ending.abort(error);
      reject(error);
    }, ms);
  });
  try {
    return await Promise.race([work(ending.signal), expired]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', passOn);
  }
}
