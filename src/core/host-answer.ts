/**
 * What a site's own host has to be, and what its refusals mean, whether it gives secrets or places
 * calls itself. It sends nothing.
 */
import { VoiceError } from './voice-error.js';

/** Only https, or plain http on this very machine: the secret must not be readable on the way. */
export function allowed(url: string): string {
  const local = /^http:\/\/((.+\.)?localhost|127\.[\d.]+|\[::1\])(:\d+)?$/;
  try {
    // A request resolves an address as the page's links are resolved.
    const { href, origin, protocol } = new URL(url && new Request(url).url);
    if (protocol === 'https:' || local.test(origin)) return href;
  } catch {
    // Not an address at all.
  }
  throw new VoiceError('token-invalid', `The host must have an https address, not "${url}".`);
}

export function refusal(response: Response): VoiceError {
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
