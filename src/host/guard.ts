/**
 * Stands between a request that was judged and the mint that costs money: limits, and how many
 * mints may be under way. It also knows what a log may say of a visitor.
 */
import { addressReader, type AddressOptions, type Peer } from './client-address.js';
import { ConfigurationError, requireInteger } from './configuration-error.js';
import { createLimits, type LimitOptions, type Visit } from './limits.js';
import { HostProblem } from './problem.js';
import { safetyIdentifiers } from './safety-identifier.js';

export interface GuardOptions extends AddressOptions {
  /** How many secrets are given to whom. Default: limits as documented, and none where secrets are free. */
  limits?: LimitOptions | false;
  /** How many mints may be under way; beyond, a visitor is told at once to come back. Default 100. */
  maxInFlight?: number;
  /**
   * Keys the hash under which the log names a visitor. Default: a random one for each host, so that
   * names in the log mean nothing after it has ended.
   */
  identitySecret?: string;
}

export interface Traces {
  /** The same 12 digits for the same visitor: a keyed hash. Missing for an anonymous one. */
  readonly visitor?: string;
  /** IPv4 without the last octet, IPv6 as /48. Missing where it is not known. */
  readonly address?: string;
}

export interface Guard {
  visit(request: Request, peer: Peer | undefined): Visit;
  /** @throws {HostProblem} `too-busy`, `rate-limited` */
  admit<T>(visit: Visit, mint: () => Promise<T>): Promise<T>;
  traces(visit: Visit): Promise<Traces>;
}

/** @throws {ConfigurationError} */
export function createGuard(options: GuardOptions, free = false): Guard {
  const { limits = free ? false : {}, identitySecret = crypto.randomUUID() } = options;
  const maxInFlight = requireInteger('maxInFlight', options.maxInFlight ?? 100, 1, 100_000);
  if (typeof identitySecret !== 'string' || identitySecret === '') {
    throw new ConfigurationError('identitySecret', 'must be a text that is not empty.');
  }
  const addressOf = addressReader(options);
  const count = limits === false ? undefined : createLimits(limits);
  const nameOf = safetyIdentifiers(identitySecret);
  let inFlight = 0;
  return {
    visit: (request, peer) => ({ address: addressOf(request, peer), identity: null, origin: '' }),
    async admit(visit, mint) {
      // Before the limits: being sent away by a busy host uses up nobody's share.
      if (inFlight >= maxInFlight) throw new HostProblem('too-busy', { retryAfter: 1 });
      inFlight += 1;
      try {
        await count?.(visit);
        return await mint();
      } finally {
        inFlight -= 1;
      }
    },
    async traces({ identity, address }) {
      return {
        ...(identity !== null && { visitor: (await nameOf(identity)).slice(0, 12) }),
        ...(address && { address: address.truncated }),
      };
    },
  };
}
