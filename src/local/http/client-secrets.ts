// Short-lived client secrets and the session that each stands for. It knows no HTTP.
import { isObject, number, object, oneOf } from '../session/check.js';
import { newId } from '../session/ids.js';
import { createSessionConfig, type SessionConfig } from '../session/session-config.js';
import { showSession } from '../session/show-session.js';
import type { Faults } from '../faults.js';

export interface ClientSecret {
  readonly value: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly config: SessionConfig;
  readonly faults: Faults;
}

const USUAL_SECONDS = 600;
/** The oldest goes when a client makes more than this. */
const MAX_SECRETS = 10_000;

const checkExpiry = object({
  anchor: oneOf('created_at'),
  seconds: number(10, 7_200, true),
});

export class ClientSecrets {
  #secrets = new Map<string, ClientSecret>();
  #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Makes one from the request's body. Throws a ProtocolError that names the bad field. */
  create(body: unknown, faults: Faults): ClientSecret {
    object({ expires_after: checkExpiry, session: (value) => createSessionConfig(value) })(
      body,
      '',
    );
    const { expires_after: expiry, session } = body as Record<string, unknown>;
    const asked = isObject(expiry) ? (expiry['seconds'] as number | undefined) : undefined;
    const seconds = asked ?? USUAL_SECONDS;
    const secret: ClientSecret = {
      value: newId('ek', 32),
      expiresAt: Math.floor(this.#now() / 1000) + seconds,
      config: createSessionConfig(session),
      faults,
    };
    this.#secrets.set(secret.value, secret);
    if (this.#secrets.size > MAX_SECRETS) {
      this.#secrets.delete(this.#secrets.keys().next().value as string);
    }
    return secret;
  }

  /** The secret, as often as it is asked for, until it expires. */
  find(value: string): ClientSecret | undefined {
    const secret = this.#secrets.get(value);
    if (secret && secret.expiresAt * 1000 <= this.#now()) {
      this.#secrets.delete(value);
      return undefined;
    }
    return secret;
  }

  static toBody(secret: ClientSecret): object {
    return {
      value: secret.value,
      expires_at: secret.expiresAt,
      session: showSession(secret.config, newId('sess'), 0),
    };
  }
}
