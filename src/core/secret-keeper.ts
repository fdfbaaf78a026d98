/**
 * Holds at most one client secret ahead of its use, and gives each secret away once. It fetches on
 * `warm()` and drops what has grown old; it does not know how a secret is fetched.
 */
import { until } from './abort.js';
import { isFresh, type ClientSecret } from './client-secret.js';
import type { Supplies } from './supplies.js';

export class SecretKeeper {
  readonly #source: Supplies['secret'];
  #held: { secret: Promise<ClientSecret>; controller: AbortController } | undefined;

  constructor(source: Supplies['secret']) {
    this.#source = source;
  }

  get isWarm(): boolean {
    return this.#held !== undefined;
  }

  /** Fetches a secret ahead of time, unless a usable one is held or on its way. Never throws. */
  async warm(): Promise<void> {
    const held = this.#held;
    if (held) {
      const secret = await held.secret.catch(() => undefined);
      if (this.#held !== held || (secret && isFresh(secret))) return;
    }
    const controller = new AbortController();
    const secret = this.#source(controller.signal);
    this.#held = { secret, controller };
    await secret.catch(() => undefined);
  }

  /**
   * A secret that nobody has used: the one held, if it is still fresh, or a new one.
   * @throws what the source throws, or the signal's reason.
   */
  async take(signal: AbortSignal): Promise<ClientSecret> {
    signal.throwIfAborted();
    const held = this.#held;
    this.#held = undefined;
    if (held) {
      // A failed warm-up is no failed attempt: the visitor has only now asked for anything.
      const secret = await until(signal, held.secret).catch(() => undefined);
      if (signal.aborted) held.controller.abort(signal.reason);
      signal.throwIfAborted();
      if (secret && isFresh(secret)) return secret;
    }
    return until(signal, this.#source(signal));
  }

  /** Forgets the secret that is held and stops fetching. */
  drop(): void {
    this.#held?.controller.abort();
    this.#held = undefined;
  }
}
