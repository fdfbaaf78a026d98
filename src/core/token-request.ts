/**
 * What is sent to a token host, and when it may be sent ahead of the code that reads the answer. It
 * does not know what comes back: see `token-source.ts`.
 */
export const TOKEN_REQUEST = {
  method: 'POST',
  credentials: 'same-origin',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: '{}',
  cache: 'no-store',
  redirect: 'error',
} as const satisfies RequestInit;

/** An answer that has waited longer for its reader may hold a secret that is nearly over. */
const KEPT_FOR_MS = 5_000;

/**
 * Asks the token host at `url` now. Whether the address is a safe one is judged by `endpoint`, before
 * it looks at the answer.
 * @returns a `fetch` for `endpoint` whose first answer is the one that was asked for
 */
export function askAhead(url: string, signal: AbortSignal): typeof fetch {
  const asking = new AbortController();
  const stop = ({ target }: Event) => {
    asking.abort((target as AbortSignal).reason);
  };
  signal.addEventListener('abort', stop);
  const asked = performance.now();
  let answer: Promise<Response> | undefined = fetch(url, {
    ...TOKEN_REQUEST,
    signal: asking.signal,
  });
  answer.catch(() => undefined);
  return async (input, init) => {
    const first = answer;
    answer = undefined;
    init?.signal?.addEventListener('abort', stop);
    const isFresh = performance.now() - asked < KEPT_FOR_MS;
    return (isFresh ? await first : undefined) ?? fetch(input, init);
  };
}
