/** What a call needs each time it connects: a client secret, a connection and a microphone, when needed. */
import type { openMicrophone } from '../media/microphone.js';
import { until } from './abort.js';
import type { CallOptions } from './call-options.js';
import { isFresh, parseClientSecret, type ClientSecret } from './client-secret.js';
import { Connection } from './connection.js';
import type { TokenSource } from './token-source.js';
import type { Transport } from './transport.js';

export interface Supplies {
  /** A secret is there already, or on its way. */
  readonly isWarm?: boolean;
  /** A secret that nobody has used. @throws what its source throws, or the signal's reason */
  secret: (signal: AbortSignal) => Promise<ClientSecret>;
  /**
   * A connection with its offer.
   * @param iceServers those that came with the secret; not looked at when the page names some
   * @throws {VoiceError} `unsupported`
   */
  connection: (iceServers?: RTCIceServer[]) => Transport;
  /** `connection` also knows a way without WebRTC. */
  otherwise?: boolean;
  /** In place of the browser's own choice, where nobody says which. */
  microphone?: typeof openMicrophone;
  /** Forgets whatever is kept. */
  drop?: () => void;
}

export function freshSupplies({ tokenSource, iceServers }: CallOptions): Supplies {
  return {
    secret: (signal) => freshSecret(tokenSource, signal),
    connection: (servers) => new Connection(iceServers ?? servers),
  };
}

/** @throws what the source throws, or the signal's reason */
export async function freshSecret(source: TokenSource, signal: AbortSignal): Promise<ClientSecret> {
  const fetch = async () => parseClientSecret(await source(signal));
  const secret = await until(signal, fetch());
  // A host that answers with an old secret gets one more chance to mint a new one.
  return isFresh(secret) ? secret : until(signal, fetch());
}
