/**
 * Places calls through the site's own host, which keeps the key and ends the calls: no secret reaches
 * the page. It knows neither peer connections nor the service behind the host.
 */
import { within } from './abort.js';
import type { CallOptions } from './call-options.js';
import { allowed, refusal } from './host-answer.js';
import { answerFrom } from './negotiate.js';
import type { EndpointOptions } from './token-source.js';
import { VoiceError } from './voice-error.js';

/** The host asks the service, which may take its time. */
const TIMEOUT_MS = 10_000;

/**
 * The host at `url`: POST of the offer, `201` with the answer, `DELETE {Location}` at the end.
 * To be spread into a call's options: `new Call({ ...relay('/session') })`.
 *
 * @throws {VoiceError} when called, as `endpoint` does; `negotiation-rejected` for an answer that is
 *   no SDP.
 */
export function relay(
  url: string,
  options: EndpointOptions = {},
): Required<Pick<CallOptions, 'tokenSource' | 'negotiate'>> {
  const { agent, variables, fetch = globalThis.fetch } = options;
  const chosen = agent !== undefined || variables !== undefined;
  const common = (type: string): RequestInit => ({
    credentials: options.credentials ?? 'same-origin',
    headers: { 'content-type': type, ...options.headers },
    cache: 'no-store',
    redirect: 'error',
  });
  return {
    // A call asks for a secret first; here is none to be had, nor needed.
    tokenSource: () => Promise.resolve('none'),
    async negotiate(sdp, _secret, callerSignal) {
      const signal = within(TIMEOUT_MS, callerSignal);
      try {
        const response = await fetch(allowed(url), {
          ...common(chosen ? 'application/json' : 'application/sdp'),
          method: 'POST',
          body: chosen ? JSON.stringify({ sdp, agent, variables }) : sdp,
          signal,
        });
        if (!response.ok) throw refusal(response);
        const answer = answerFrom(response, await response.text());
        const call = new URL(response.headers.get('location') ?? '', response.url);
        if (!answer.callId || call.origin !== new URL(response.url).origin) return answer;
        const hangUp = () => {
          // Also while the page goes away. Where it fails, the service notices that nobody is there.
          const request = { ...common('text/plain'), method: 'DELETE', keepalive: true };
          fetch(call, request).catch(() => undefined);
        };
        return { ...answer, hangUp };
      } catch (error) {
        callerSignal.throwIfAborted();
        throw VoiceError.from(
          error,
          'token-unreachable',
          signal.aborted
            ? `The host ${url} did not answer in time.`
            : `The host ${url} is down, or does not allow this page’s origin (CORS).`,
        );
      }
    },
  };
}
