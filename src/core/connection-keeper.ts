/**
 * Holds at most one connection with its offer ahead of its use, and gives it away once. Nothing leaves
 * the page before it is used.
 */
import type { Transport } from './transport.js';

/** A connection that was made ahead goes stale with the network it was made on. */
const KEPT_FOR_MS = 30_000;

export class ConnectionKeeper {
  readonly #make: () => Transport;
  #held: Transport | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(make: () => Transport) {
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
  take(): Transport {
    const connection = this.#held ?? this.#make();
    this.#held = undefined;
    clearTimeout(this.#timer);
    return connection;
  }

  drop(): void {
    if (this.#held) this.take().close();
  }
}
