/**
 * Exchanges an offer for an answer over HTTP, as the realtime services do it: POST of raw SDP with
 * the client secret, `201` with SDP and the call's id in `Location`. It knows no peer connection.
 */
import { within } from './abort.js';
import type { ClientSecret } from './client-secret.js';
import { VoiceError } from './voice-error.js';

export interface Answer {
  readonly sdp: string;
  /** The call's id, for a server that observes or ends the call; not every service reveals it. */
  readonly callId?: string | undefined;
  /** The service keeps most events from the page: Azure with `webrtcfilter=on`. */
  readonly isFiltered?: boolean | undefined;
  /** Called once when the call ends, for whoever has to be told. */
  readonly hangUp?: () => void;
}

/** Exchanges `offer` (SDP) for an answer. Replace it to send the offer somewhere else. */
export type Negotiate = (
  offer: string,
  secret: ClientSecret,
  signal: AbortSignal,
) => Promise<Answer>;

export const OPENAI_CALLS_URL = 'https://api.openai.com/v1/realtime/calls';

const TIMEOUT_MS = 10_000;

/**
 * Sends offers to `callsUrl`, else to where the secret says, else to OpenAI.
 *
 * @throws {VoiceError} when called: `negotiation-rejected`, `quota-exceeded` (429; both with the
 *   service's own words, but for the secret), `network-blocked` (no answer at all).
 */
export function postOffer(callsUrl?: string, fetch = globalThis.fetch): Negotiate {
  return async (offer, secret, callerSignal) => {
    const url = callsUrl ?? secret.callsUrl ?? OPENAI_CALLS_URL;
    const signal = within(TIMEOUT_MS, callerSignal);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret.value}`, 'content-type': 'application/sdp' },
        body: offer,
        signal,
      });
      const body = await response.text();
      if (!response.ok) throw rejection(response.status, body, secret.value);
      return answerFrom(response, body);
    } catch (error) {
      callerSignal.throwIfAborted();
      throw VoiceError.from(
        error,
        'network-blocked',
        signal.aborted
          ? 'The service did not answer in time.'
          : 'A firewall, or this page’s connect-src, blocks the service.',
      );
    }
  };
}

/** @throws {VoiceError} `negotiation-rejected` for a body that is no SDP */
export function answerFrom({ headers, url }: Response, sdp: string): Answer {
  if (!sdp.startsWith('v=0')) {
    throw new VoiceError('negotiation-rejected', `No SDP answer came from ${url}.`);
  }
  const location = headers.get('location') ?? '';
  // `…?call_id=rtc_123` as some Azure hosts send it, or `…/calls/rtc_123`.
  const id = /call_id=([^&#]+)/.exec(location) ?? /([^/?#]+)(?:[?#].*)?$/.exec(location);
  return { sdp, callId: id?.[1], isFiltered: (url + location).includes('webrtcfilter=on') };
}

function rejection(status: number, body: string, secret: string): VoiceError {
  let reason = '.';
  try {
    const { error } = JSON.parse(body) as { error: { message: string } };
    // Some gateways repeat what they were sent.
    reason = `: ${error.message.replaceAll(secret, '…').slice(0, 500)}`;
  } catch {
    // A proxy's page, or JSON of another shape, tells a developer nothing.
  }
  return new VoiceError(
    status === 429 ? 'quota-exceeded' : 'negotiation-rejected',
    `The service refused the call (HTTP ${status})${reason}`,
  );
}
