/**
 * Where client secrets come from. A source is a function; `endpoint` makes the usual one, which
 * asks the site's token host. Nothing here keeps a secret: see `secret-keeper.ts`.
 */
import { parseClientSecret, type ClientSecret } from './client-secret.js';
import { askHost } from './host-answer.js';
import { tokenRequest, type TokenRequestOptions } from './token-request.js';
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

export interface EndpointOptions extends TokenRequestOptions {
  fetch?: typeof fetch | undefined;
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
  options: EndpointOptions = {},
): (signal: AbortSignal) => Promise<ClientSecret> {
  const { fetch = globalThis.fetch } = options;
  return (callerSignal) =>
    askHost(
      url,
      TIMEOUT_MS,
      callerSignal,
      fetch,
      () => tokenRequest(options),
      async (response) => {
        // Browsers show it to pages of another origin only where the host says so.
        const serverNow = Date.parse(response.headers.get('date') ?? '') || undefined;
        return parseClientSecret(await read(response), serverNow);
      },
    );
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
