/** Small helpers that give every wait a bound and a way out. */

/** Rejects with the signal's reason as soon as it aborts, whatever `promise` does. */
export function until<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      // The reason is what the aborting side chose; it is an Error wherever this product aborts.
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}

/** Aborts with `signal`, or after `ms` milliseconds with a `TimeoutError`. */
export function within(ms: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
}

/** Calls `look` every `ms` until the signal aborts. */
export function every(ms: number, signal: AbortSignal, look: () => void): void {
  const timer = setInterval(look, ms);
  signal.addEventListener('abort', () => {
    clearInterval(timer);
  });
}
