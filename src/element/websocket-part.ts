/** What the element loads where a call may go over a WebSocket: all that it needs but its worklet. */
import type { Call } from '../core/call.js';
import type { Negotiate } from '../core/negotiate.js';
import { attachFallback } from '../core/websocket/attach-fallback.js';

/** Where somebody else exchanges offer and answer, the secret is theirs. */
export function fallback(
  call: Call,
  {
    callsUrl,
    sessionUrl,
    negotiate,
  }: {
    readonly callsUrl?: string | undefined;
    readonly sessionUrl?: string | undefined;
    readonly negotiate?: Negotiate | undefined;
  },
): void {
  if (sessionUrl === undefined && !negotiate) attachFallback(call, { callsUrl });
}
