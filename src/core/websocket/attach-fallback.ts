/**
 * A call where WebRTC cannot go: `voice-agent-element/core/websocket`. When WebRTC does not get through, or
 * the browser has none, the call goes over a WebSocket with the same secret; what one sees and may do is the
 * same. It is attached to the call from outside; a call without it ends with `network-blocked`.
 */
import type { Call } from '../call.js';
import type { ClientSecret } from '../client-secret.js';
import { VoiceError } from '../voice-error.js';
import { FallbackConnection } from './fallback-connection.js';
import { sessionAddress } from './session-address.js';
import { SocketConnection } from './socket-connection.js';

export interface FallbackOptions {
  /** What the call was made with. */
  readonly callsUrl?: string | undefined;
  /** Where the worklet's file is; default: beside this one. */
  readonly worklet?: string | URL | undefined;
}

/**
 * For this call and all that follow; to be attached before the first. Not for calls that a host places
 * (`relay`), which have no secret: there it does nothing.
 */
export function attachFallback(call: Call, options: FallbackOptions = {}): void {
  const { callsUrl, worklet = new URL('../../media/pcm/worklet.js', import.meta.url) } = options;
  const { supplies } = call;
  const { connection } = supplies;
  /** In the present call: what is lost is made again in the same way. */
  let isBlocked = false;
  const socket = (cause?: VoiceError) =>
    new SocketConnection({
      callsUrl,
      worklet,
      cause,
      secret: (signal) => call.supplies.secret(signal),
    });
  supplies.otherwise = true;
  supplies.connection = (iceServers) => {
    if (isBlocked) return socket();
    try {
      return new FallbackConnection(connection(iceServers), (secret: ClientSecret) => {
        if (!sessionAddress(secret, callsUrl)) return undefined;
        isBlocked = true;
        // The call that the service has taken over WebRTC is not this one.
        if (call.attempt) call.attempt.line.answer = undefined;
        return socket();
      });
    } catch (thrown) {
      return socket(VoiceError.from(thrown, 'unsupported', 'This browser has no WebRTC.'));
    }
  };
  call.addEventListener('voice-end', () => {
    isBlocked = false;
  });
}
