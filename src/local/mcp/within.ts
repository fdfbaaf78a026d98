// Waits for a promise no longer than asked, and no longer than a signal allows. It cannot end what
// the promise stands for.

export async function within<T>(work: Promise<T>, ms: number, signal?: AbortSignal): Promise<T> {
  // What is no longer waited for may still fail: nobody wants to know.
  work.catch(() => undefined);
  let stop: () => void = () => undefined;
  const given = new Promise<never>((_resolve, reject) => {
    const cancel = (): void => reject(new Error('The work was cancelled.'));
    const timer = setTimeout(() => reject(new Error(`No answer within ${ms / 1000} seconds.`)), ms);
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    };
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel);
  });
  try {
    return await Promise.race([work, given]);
  } finally {
    stop();
  }
}
