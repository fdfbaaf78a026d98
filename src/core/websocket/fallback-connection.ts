/**
 * A connection over WebRTC that is given up early for one over a WebSocket: where nothing but the web gets
 * through, a visitor need not wait for as long as a browser tries.
 */
import type { ClientSecret } from '../client-secret.js';
import type { ClientEvent } from '../protocol.js';
import type { ConnectionHandlers, Exchange, Transport } from '../transport.js';
import { VoiceError } from '../voice-error.js';

/** From the answer on. Most routes are found in one second, those through a TURN server in three. */
const ROUTE_TIMEOUT_MS = 8_000;

export class FallbackConnection implements Transport {
  readonly #first: Transport;
  readonly #instead: (secret: ClientSecret) => Transport | undefined;

  /** @param instead the other one, for when the first does not get through; nothing where there is none */
  constructor(first: Transport, instead: (secret: ClientSecret) => Transport | undefined) {
    this.#first = first;
    this.#instead = instead;
  }

  get voice(): MediaStreamTrack {
    return this.#first.voice;
  }

  async connect(
    exchange: Exchange,
    handlers: ConnectionHandlers,
    signal: AbortSignal,
    secret: ClientSecret,
    onInstead: (transport: Transport) => void,
  ): Promise<void> {
    const patience = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const answered: Exchange = async (...args) => {
      const answer = await exchange(...args);
      timer = setTimeout(() => {
        patience.abort(new VoiceError('network-blocked', 'No route to the service was found.'));
      }, ROUTE_TIMEOUT_MS);
      return answer;
    };
    const both = AbortSignal.any([signal, patience.signal]);
    try {
      await this.#first.connect(answered, handlers, both, secret, onInstead);
      return;
    } catch (error) {
      signal.throwIfAborted();
      const other = isBlocked(error) && this.#instead(secret);
      if (!other) throw error;
      onInstead(other);
      await other.connect(exchange, handlers, signal, secret, onInstead);
    } finally {
      clearTimeout(timer);
    }
  }

  sendTrack(track: MediaStreamTrack): Promise<void> {
    return this.#first.sendTrack(track);
  }

  send(event: ClientEvent): void {
    this.#first.send(event);
  }

  stats(): Promise<RTCStatsReport> {
    return this.#first.stats();
  }

  giveUp(how: string): void {
    this.#first.giveUp(how);
  }

  close(): void {
    this.#first.close();
  }
}

/** A browser whose WebRTC is broken throws whatever it likes. */
function isBlocked(error: unknown): boolean {
  const { name, code } = error as Partial<VoiceError>;
  return name !== 'VoiceError' || code === 'network-blocked' || code === 'unsupported';
}
