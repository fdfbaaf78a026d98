/** Opens a socket to a session. The secret is a subprotocol: browsers send no other header, and addresses are logged. */
import { until, within } from '../abort.js';
import { VoiceError } from '../voice-error.js';

const OPEN_TIMEOUT_MS = 6_000;

/** @throws {VoiceError} `network-blocked`; or the signal's reason */
export async function openSocket(
  address: URL,
  secret: string,
  callerSignal: AbortSignal,
): Promise<WebSocket> {
  const signal = within(OPEN_TIMEOUT_MS, callerSignal);
  let socket: WebSocket | undefined;
  try {
    // A page whose connect-src forbids it may get an exception.
    const opening = (socket = new WebSocket(address, [
      'realtime',
      `openai-insecure-api-key.${secret}`,
    ]));
    const opened = new Promise((resolve, reject) => {
      opening.addEventListener('open', resolve);
      opening.addEventListener('close', ({ code }) => {
        reject(new Error(`The socket was closed (${code}).`));
      });
    });
    await until(signal, opened);
    return opening;
  } catch (cause) {
    socket?.close();
    callerSignal.throwIfAborted();
    throw new VoiceError(
      'network-blocked',
      'No WebSocket gets through to the service: it refuses it, or a firewall, or this page’s connect-src.',
      { cause },
    );
  }
}
