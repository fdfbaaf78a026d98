/**
 * Holds at most one connection with its offer ahead of its use, and gives it away once. Nothing leaves
 * the page before it is used.
 */
import type { Connection } from './connection.js';

/** A connection that was made ahead goes stale with the network it was made on. */
const KEPT_FOR_MS = 30_000;

export class ConnectionKeeper {
  readonly #make: () => Connection;
  #held: Connection | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(make: () => Connection) {
    this.#make = make;
  }

  /** @throws {VoiceError} `unsupported` */
  warm(): void {
    if (this.#held) return;
    this.#held = this.#make();
    this.#timer = setTimeout(() => {
      this.drop();
    }, KEPT_FOR_MS);
  }

  /** The connection that was made ahead, or a new one. @throws {VoiceError} `unsupported` */
  take(): Connection {
    const connection = this.#held ?? this.#make();
    this.#held = undefined;
    clearTimeout(this.#timer);
    return connection;
  }

  drop(): void {
    if (this.#held) this.take().close();
  }
}
