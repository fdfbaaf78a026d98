// How a response may end, and how that is written into `response.done`. Nothing else.
import type { RealtimeResponseStatus } from 'openai/resources/realtime/realtime';

export type Outcome =
  | { readonly status: 'completed' }
  | { readonly status: 'cancelled'; readonly reason: 'turn_detected' | 'client_cancelled' }
  | { readonly status: 'incomplete'; readonly reason: 'max_output_tokens' | 'content_filter' }
  | { readonly status: 'failed'; readonly code: string; readonly message: string };

/** How every response ends on demand: at once, or after the first words of it. */
export type ResponseFault = Extract<Outcome, { status: 'failed' | 'incomplete' }>;

export function statusDetails(outcome: Outcome): RealtimeResponseStatus {
  if (outcome.status === 'completed') return { type: 'completed' };
  if (outcome.status !== 'failed') return { type: outcome.status, reason: outcome.reason };
  const { code, message } = outcome;
  // The types leave the message out, the service sends it.
  const error = { type: code === 'server_error' ? code : 'invalid_request_error', code, message };
  return { type: 'failed', error };
}
