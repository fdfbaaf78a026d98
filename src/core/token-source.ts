/**
 * Where client secrets come from. A source is a function; `endpoint` makes the usual one, which
 * asks the site's token host. Nothing here keeps a secret: see `secret-keeper.ts`.
 */
import { within } from './abort.js';
import { parseClientSecret, type ClientSecret } from './client-secret.js';
import { TOKEN_REQUEST } from './token-request.js';
import { VoiceError } from './voice-error.js';

/**
 * Gives a fresh client secret for one attempt: a `ClientSecret`'s `value`, or any answer of a token
 * host (`{ value, expires_at, calls_url }`, `{ client_secret: { value } }`).
 */
export type TokenSource = (signal: AbortSignal) => Promise<unknown>;

/** Headers and body together; a host that trickles its answer must not hold a call up for ever. */
const TIMEOUT_MS = 8_000;

/** A client secret with its session is a few kilobytes. */
const MAX_ANSWER_BYTES = 16_384;

export interface EndpointOptions {
  /** Default `same-origin`. */
  credentials?: RequestCredentials;
  headers?: Record<string, string>;
  fetch?: typeof fetch;
}

/**
 * The token host at `url`: POST, no redirects, 8 seconds, 16 kB.
 *
 * @throws {VoiceError} when called: `token-unreachable` (network, CORS, timeout, 5xx),
 *   `token-unauthorized` (401, 403), `token-rate-limited` (429, with `retryAfterMs` where the host
 *   said it), `token-invalid` (anything else that is not a secret).
 */
export function endpoint(
  url: string,
  {
    credentials = TOKEN_REQUEST.credentials,
    headers,
    fetch = globalThis.fetch,
  }: EndpointOptions = {},
): (signal: AbortSignal) => Promise<ClientSecret> {
  return async (callerSignal) => {
    const signal = within(TIMEOUT_MS, callerSignal);
    try {
      const response = await fetch(allowed(url), {
        ...TOKEN_REQUEST,
        credentials,
        headers: { ...TOKEN_REQUEST.headers, ...headers },
        signal,
      });
      if (!response.ok) throw refusal(response);
      const serverNow = Date.parse(response.headers.get('date') ?? '');
      return parseClientSecret(
        await read(response),
        Number.isNaN(serverNow) ? undefined : serverNow,
      );
    } catch (error) {
      callerSignal.throwIfAborted();
      throw VoiceError.from(
        error,
        'token-unreachable',
        signal.aborted
          ? `The token host ${url} did not answer in time.`
          : `The token host ${url} is down, or does not allow this page’s origin (CORS).`,
      );
    }
  };
}

/** Only https, or plain http on this very machine: the secret must not be readable on the way. */
function allowed(url: string): string {
  const local = /^http:\/\/((.+\.)?localhost|127\.[\d.]+|\[::1\])(:\d+)?$/;
  try {
    // A request resolves an address as the page's links are resolved.
    const { href, origin, protocol } = new URL(url && new Request(url).url);
    if (protocol === 'https:' || local.test(origin)) return href;
  } catch {
    // Not an address at all.
  }
  throw new VoiceError('token-invalid', `token-url must be an https address, not "${url}".`);
}

function refusal(response: Response): VoiceError {
  const { status } = response;
  void response.body?.cancel();
  if (status === 401 || status === 403) {
    return new VoiceError(
      'token-unauthorized',
      `The token host refuses this visitor (HTTP ${status}).`,
    );
  }
  if (status === 429) {
    const retryAfterMs = retryAfter(response.headers.get('retry-after'));
    return new VoiceError('token-rate-limited', 'The token host is asked too often (HTTP 429).', {
      retryAfterMs,
    });
  }
  return new VoiceError(
    status >= 500 ? 'token-unreachable' : 'token-invalid',
    `The token host answered HTTP ${status}.`,
  );
}

/** `Retry-After` in ms: seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The answer's JSON, or its text when it is a bare secret; never more than 16 kB of it. */
async function read(response: Response): Promise<unknown> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = 0; ;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    bytes += value.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      void reader?.cancel();
      throw new VoiceError('token-invalid', 'The token host sent more than 16 kB.');
    }
    text += decoder.decode(value, { stream: true });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A bare secret is as good. (The parser's message, which quotes the text, is dropped.)
    return text;
  }
}
