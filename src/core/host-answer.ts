/**
 * Asks a site's own host, whether it gives secrets or places calls itself, and says what a refusal, or
 * silence, means. What is asked, and what an answer holds, is for others to know.
 */
import { within } from './abort.js';
import { VoiceError } from './voice-error.js';

/**
 * @param timeoutMs for headers and body together
 * @param read what the answer holds; what it throws as a `VoiceError` is passed on
 * @throws {VoiceError} `token-unreachable` (network, CORS, timeout, 5xx), `token-unauthorized` (401,
 *   403), `token-rate-limited` (429), `token-invalid` (any other status, or an unsafe address); or the
 *   signal's reason
 */
export async function askHost<T>(
  url: string,
  timeoutMs: number,
  callerSignal: AbortSignal,
  fetch: typeof globalThis.fetch,
  request: () => RequestInit,
  read: (response: Response) => T | Promise<T>,
): Promise<T> {
  const signal = within(timeoutMs, callerSignal);
  try {
    const response = await fetch(allowed(url), { ...request(), signal });
    if (!response.ok) throw refusal(response);
    return await read(response);
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
  throw new VoiceError(
    'token-invalid',
    `The host (token-url) needs an https address, not "${url}".`,
  );
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
