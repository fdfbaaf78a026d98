/**
 * The short-lived client secret: every shape in which a host may send it, and how long it lives. It
 * does not know where the secret comes from.
 */
import { VoiceError } from './voice-error.js';

/** What a call needs to present itself to the realtime service. */
export interface ClientSecret {
  /** Sent as `Authorization: Bearer …` with the offer, and nowhere else. */
  readonly value: string;
  /** When it stops being usable, on the clock of `performance.now()` (ms). */
  readonly expiresAt: number;
  /** Where the offer goes, when the host says so. */
  readonly callsUrl?: string | undefined;
  readonly iceServers?: RTCIceServer[] | undefined;
  /** Which service it is for, where the host says so; one of them speaks the beta's dialect. */
  readonly provider?: unknown;
  /** What the host says of the session, as it said it. */
  readonly session?: unknown;
}

/** Assumed where the host does not say: short enough for every provider known. */
const DEFAULT_LIFETIME_MS = 30_000;

/** A secret this close to its end is not worth an attempt. */
const MARGIN_MS = 2_000;

/** Visible ASCII, but no quotes, brackets or braces: those come from half a JSON or a web page. */
const CREDENTIAL = /^[!#-;=?-z|~]+$/;

export function isFresh(secret: ClientSecret, now = performance.now()): boolean {
  return secret.expiresAt - now > MARGIN_MS;
}

/**
 * Reads a host's answer: the provider's own `{ value, expires_at }`, the older
 * `{ client_secret: { value, expires_at } }`, a plain string, or what it has read before.
 *
 * @param serverNow the host's clock in epoch milliseconds, from its `Date` header. The visitor's own
 *   clock may be wrong by hours, so without it `expires_at` says nothing and 30 s are assumed.
 * @throws {VoiceError} `token-invalid`; nothing of the answer is quoted in its message.
 */
export function parseClientSecret(answer: unknown, serverNow?: number): ClientSecret {
  const fields = bare(answer);
  const holder = bare(fields['client_secret'] ?? answer);
  const value = typeof answer === 'string' ? answer.trim() : holder['value'];
  if (typeof value !== 'string' || !CREDENTIAL.test(value)) {
    throw new VoiceError('token-invalid', 'The token host sent no client secret.');
  }
  if (value.startsWith('sk-')) {
    throw new VoiceError('token-invalid', 'The token host sent an API key ("sk-…"): revoke it.');
  }
  const expires = holder['expires_at'];
  const lifetime =
    typeof expires === 'number' && serverNow !== undefined
      ? expires * 1000 - serverNow
      : DEFAULT_LIFETIME_MS;
  const callsUrl = fields['calls_url'] ?? fields['callsUrl'];
  const iceServers = fields['ice_servers'] ?? fields['iceServers'];
  return {
    ...fields,
    value,
    expiresAt: (fields['expiresAt'] as number | undefined) ?? performance.now() + lifetime,
    callsUrl: typeof callsUrl === 'string' ? callsUrl : undefined,
    iceServers: Array.isArray(iceServers) ? (iceServers as RTCIceServer[]) : undefined,
  };
}

/** Own properties only, so that a polluted prototype cannot supply a secret or an address. */
function bare(answer: unknown): Record<string, unknown> {
  return Object.assign(Object.create(null) as Record<string, unknown>, answer);
}
