/**
 * Places calls through the site's own host, which keeps the key and ends the calls: no secret reaches
 * the page. It knows neither peer connections nor the service behind the host.
 */
import type { CallOptions } from './call-options.js';
import { askHost } from './host-answer.js';
import { answerFrom } from './negotiate.js';
import type { EndpointOptions } from './token-source.js';

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
    negotiate: (sdp, _secret, callerSignal) =>
      askHost(
        url,
        TIMEOUT_MS,
        callerSignal,
        fetch,
        () => ({
          ...common(chosen ? 'application/json' : 'application/sdp'),
          method: 'POST',
          body: chosen ? JSON.stringify({ sdp, agent, variables }) : sdp,
        }),
        async (response) => {
          const answer = answerFrom(response, await response.text());
          const call = new URL(response.headers.get('location') ?? '', response.url);
          if (!answer.callId || call.origin !== new URL(response.url).origin) return answer;
          const hangUp = () => {
            // Also while the page goes away. Where it fails, the service notices that nobody is there.
            const request = { ...common('text/plain'), method: 'DELETE', keepalive: true };
            fetch(call, request).catch(() => undefined);
          };
          return { ...answer, hangUp };
        },
      ),
  };
}
