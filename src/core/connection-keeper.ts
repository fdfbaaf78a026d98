/**
 * Holds at most one connection with its offer ahead of its use, and gives it away once. Nothing leaves
 * the page before it is used.
 */
import { Connection } from './connection.js';

/** A connection that was made ahead goes stale with the network it was made on. */
const KEPT_FOR_MS = 30_000;

export class ConnectionKeeper {
  readonly #iceServers: RTCIceServer[] | undefined;
  #held: Connection | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(iceServers: RTCIceServer[] | undefined) {
    this.#iceServers = iceServers;
  }

  /** @throws {VoiceError} `unsupported` */
  warm(): void {
    if (this.#held) return;
    this.#held = new Connection(this.#iceServers);
    this.#timer = setTimeout(() => {
      this.drop();
    }, KEPT_FOR_MS);
  }

  /** The connection that was made ahead, or a new one. @throws {VoiceError} `unsupported` */
  take(): Connection {
    const connection = this.#held ?? new Connection(this.#iceServers);
    this.#held = undefined;
    clearTimeout(this.#timer);
    return connection;
  }

  drop(): void {
    if (this.#held) this.take().close();
  }
}
