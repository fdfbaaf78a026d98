/**
 * What is sent to a token host, and when it may be sent ahead of the code that reads the answer. It
 * does not know what comes back: see `token-source.ts`.
 */

/** What a page may wish for: one of the host's agents by name, and what its variables stand for. */
export interface AgentChoice {
  /** Default: the host's own. */
  readonly agent?: string | undefined;
  /** The host knows which there are, and refuses others. */
  readonly variables?: Readonly<Record<string, string | number | boolean>> | undefined;
}

export interface TokenRequestOptions extends AgentChoice {
  /** Default `same-origin`. */
  credentials?: RequestCredentials;
  headers?: Record<string, string>;
}

export function tokenRequest({
  agent,
  variables,
  credentials = 'same-origin',
  headers,
}: TokenRequestOptions): RequestInit {
  return {
    method: 'POST',
    credentials,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ agent, variables }),
    cache: 'no-store',
    redirect: 'error',
  };
}

/** An answer that has waited longer for its reader may hold a secret that is nearly over. */
const KEPT_FOR_MS = 5_000;

/** Nobody on the way can read the secret. */
const SAFE = /^(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])/;

/**
 * Asks the token host at `url` now, unless its address looks unsafe: that is for `endpoint` to judge.
 * @returns a `fetch` for `endpoint` whose first answer is the one that was asked for
 */
export function askAhead(url: string, choice: AgentChoice, signal: AbortSignal): typeof fetch {
  const asking = new AbortController();
  const stop = ({ target }: Event) => {
    asking.abort((target as AbortSignal).reason);
  };
  signal.addEventListener('abort', stop);
  const asked = performance.now();
  // Async, so that variables which are no JSON fail where they are waited for.
  const ask = async () => {
    if (!SAFE.test(new Request(url).url)) return undefined;
    return fetch(url, { ...tokenRequest(choice), signal: asking.signal });
  };
  let answer: Promise<Response | undefined> | undefined = ask();
  answer.catch(() => undefined);
  return async (input, init) => {
    const first = answer;
    answer = undefined;
    init?.signal?.addEventListener('abort', stop);
    const isFresh = performance.now() - asked < KEPT_FOR_MS;
    return (isFresh ? await first : undefined) ?? fetch(input, init);
  };
}
