/**
 * Calls that the host itself places and ends, through OpenAI's own package, where a service speaks
 * OpenAI's protocol. It holds no key and knows no service: each provider brings its own.
 */
import { APIError } from 'openai';
import type { RealtimeSessionCreateRequest } from 'openai/resources/realtime/realtime';
import { problemFrom, serviceClient } from './client-secrets.js';
import { NO_CREDENTIALS } from './fetch-once.js';
import { HostProblem } from './problem.js';
import type { PlacedCall, SidebandAddress } from './provider.js';

interface Placing {
  sdp: string;
  /** Sent beside the offer, as form data. Without it the offer is the body, and a secret knows the session. */
  session?: RealtimeSessionCreateRequest;
  /** The credential, and what else this one request carries. */
  headers: Readonly<Record<string, string | null>>;
  query?: Record<string, string>;
  /** What must not come back in the answer. */
  credential?: string;
  signal: AbortSignal;
}

const MAX_ANSWER = 65_536;

/**
 * @param timeoutMs for one try
 * @throws {ConfigurationError}
 */
export function serviceCalls(baseURL: string, timeoutMs = 5_000) {
  const client = serviceClient(baseURL, timeoutMs);
  return {
    async place(placing: Placing): Promise<PlacedCall> {
      const { sdp, session, query, credential, signal } = placing;
      const headers = { ...NO_CREDENTIALS, ...placing.headers };
      let id: string | undefined;
      try {
        const response = await client.realtime.calls.create(
          { sdp, ...(session && { session }) },
          { headers, signal, ...(query && { query }), maxRetries: 0 },
        );
        id = callIdFrom(response.headers.get('location'));
        const answer = await response.text();
        const whole = answer.startsWith('v=0') && answer.length <= MAX_ANSWER;
        if (!whole || id === undefined || (credential && answer.includes(credential))) {
          throw new HostProblem('provider-invalid');
        }
        return { sdp: answer, id };
      } catch (error) {
        // It goes on all the same, and has to be ended by its name.
        if (id !== undefined) return { id, sdp: '' };
        throw error instanceof HostProblem ? error : problemFrom(error, signal);
      }
    },
    async hangUp(id: string, headers: Placing['headers'], signal: AbortSignal): Promise<void> {
      try {
        await client.realtime.calls.hangup(id, {
          headers: { ...NO_CREDENTIALS, ...headers },
          signal,
        });
      } catch (error) {
        // There is no such call: then it is over.
        if (error instanceof APIError && error.status === 404) return;
        throw problemFrom(error, signal);
      }
    },
    sideband(id: string, headers: Placing['headers']): SidebandAddress {
      const url = new URL(`${baseURL.replace(/^http/, 'ws')}/realtime`);
      url.searchParams.set('call_id', id);
      const given = Object.entries(headers).flatMap(([name, value]) =>
        value === null ? [] : [[name, value] as const],
      );
      return { url: url.href, headers: Object.fromEntries(given) };
    },
  };
}

/**
 * The call's name in a `Location` of either form: `…/calls/rtc_1`, as OpenAI and Microsoft describe
 * it, or `?call_id=rtc_1`, which was seen at Azure.
 */
function callIdFrom(location: string | null): string | undefined {
  if (location === null || !URL.canParse(location, 'https://a.example')) return undefined;
  const { searchParams, pathname } = new URL(location, 'https://a.example');
  const id = searchParams.get('call_id') ?? /\/calls\/([^/]*)$/.exec(pathname)?.[1] ?? '';
  return /^[\w-]{1,100}$/.test(id) ? id : undefined;
}
