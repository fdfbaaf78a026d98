/**
 * What the element does once a host has failed, or the service has: it asks again where that may help,
 * says when, and notices a page's own policy in the way. It is loaded only then, and knows no call.
 */
import { retrying, sleep } from '../core/retries.js';
import type { TokenSource } from '../core/token-source.js';
import { VoiceError } from '../core/voice-error.js';
import type { Wait } from './busy.js';
import { countDown } from './count-down.js';

const OFFER_PAUSE_MS = 400;

export interface Again {
  readonly url: string;
  readonly isWanted: () => boolean;
  /** A busy host will be asked again, which is told of as long as it lasts; `undefined`: it is asked. */
  readonly onWait: (wait?: Wait) => void;
}

const secondsTo = (at: number): number => Math.ceil((at - performance.now()) / 1000);

/**
 * Asks `source` again after its failure `first`.
 * @throws what it throws last, or the signal's reason
 */
export async function askAgain(
  first: unknown,
  source: TokenSource,
  signal: AbortSignal,
  { url, isWanted, onWait }: Again,
): Promise<unknown> {
  let failure = first;
  const sourceAfterFirst: TokenSource = (forThis) => {
    if (failure === undefined) return source(forThis);
    const thrown = failure as Error;
    failure = undefined;
    return Promise.reject(thrown);
  };
  const policy = { forbids: false };
  const done = new AbortController();
  globalThis.document.addEventListener(
    'securitypolicyviolation',
    ({ blockedURI, effectiveDirective }) => {
      policy.forbids ||=
        effectiveDirective === 'connect-src' && new Request(url).url.startsWith(blockedURI);
    },
    { signal: AbortSignal.any([signal, done.signal]) },
  );
  try {
    return await retrying(sourceAfterFirst, {
      isWanted: () => !policy.forbids && isWanted(),
      onWait: (ms) => {
        const until = performance.now() + ms;
        const ofAll = secondsTo(until);
        countDown(until, signal, () => {
          const left = secondsTo(until);
          onWait(left > 0 && !signal.aborted ? { left, ofAll } : undefined);
        });
      },
    })(signal);
  } catch (cause) {
    if (!policy.forbids) throw cause;
    throw new VoiceError('token-unreachable', `This page’s connect-src forbids ${url}.`, { cause });
  } finally {
    done.abort();
  }
}

/**
 * Sends an offer a second time: with a fresh client secret after a 401, else after a moment.
 * @param freshSecret its value
 */
export async function offerAgain(
  refused: Response,
  freshSecret: (signal: AbortSignal) => Promise<string>,
  init: RequestInit,
): Promise<Response> {
  const signal = init.signal ?? new AbortController().signal;
  const headers = new Headers(init.headers);
  let secret: string | undefined;
  if (refused.status === 401) {
    secret = await freshSecret(signal);
    headers.set('authorization', `Bearer ${secret}`);
  } else {
    await sleep(OFFER_PAUSE_MS, signal);
  }
  void refused.body?.cancel();
  const response = await fetch(refused.url, { ...init, headers });
  return response.ok || secret === undefined ? response : without(secret, response);
}

/** Whoever asked does not know this secret, and cannot keep it out of an error. */
async function without(secret: string, response: Response): Promise<Response> {
  // JSON may have its slashes escaped.
  const text = (await response.text()).replaceAll('\\/', '/').replaceAll(secret, '…');
  return new Response(text, response);
}
