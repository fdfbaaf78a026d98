/**
 * How many secrets a visitor, an address, an origin and everybody together may be given. It knows
 * the numbers and their order; counting is the store's work.
 */
import type { ClientAddress } from './client-address.js';
import { ConfigurationError, requireInteger } from './configuration-error.js';
import { withDeadline } from './deadline.js';
import { HostProblem } from './problem.js';
import { memoryStore, type RateRule, type RateStore } from './rate-store.js';

export interface LimitOptions {
  /** By what `authorize` returned; an anonymous visitor has no such limit. Default 5. */
  visitorPerMinute?: number;
  /** Default 30. */
  visitorPerDay?: number;
  /** By IPv4 address or IPv6 /64, where the address is known. Default 10. */
  addressPerMinute?: number;
  /** Default 60. */
  addressPerHour?: number;
  /** By the page's origin; pages of the host's own origin count as one. Default 120. */
  originPerMinute?: number;
  /** All together. Default 600. */
  totalPerMinute?: number;
  /** All together: what you are ready to pay for in a day. Default: no such limit. */
  dailyBudget?: number;
  /** Where it is counted. Default: in this process's memory. */
  store?: RateStore;
}

/** What the limits look at. */
export interface Visit {
  readonly address?: ClientAddress | undefined;
  identity: string | null;
  origin: string;
}

type Scope = 'visitor' | 'address' | 'origin' | 'total';
type Setting = Exclude<keyof LimitOptions, 'store'>;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MAX_POINTS = 1_000_000_000;
/** For one rule: a store of one's own may never answer. The built-in ones have shorter limits. */
const STORE_MS = 2_000;

/**
 * The narrowest first, and the first that refuses is the last that counts: whoever is over a limit
 * of their own takes nothing from the limits of all.
 */
const table: readonly (readonly [Scope, Setting, points: number | undefined, seconds: number])[] = [
  ['visitor', 'visitorPerMinute', 5, MINUTE],
  ['visitor', 'visitorPerDay', 30, DAY],
  ['address', 'addressPerMinute', 10, MINUTE],
  ['address', 'addressPerHour', 60, HOUR],
  ['origin', 'originPerMinute', 120, MINUTE],
  ['total', 'totalPerMinute', 600, MINUTE],
  ['total', 'dailyBudget', undefined, DAY],
];

/**
 * Counts a visit under every limit that applies to it.
 *
 * @throws {HostProblem} `rate-limited`, with the seconds to wait
 */
export type Limits = (visit: Visit) => Promise<void>;

/** @throws {ConfigurationError} naming the limit that cannot be kept */
export function createLimits(options: LimitOptions): Limits {
  const rules = rulesFrom(options);
  const { store = memoryStore() } = options;
  // A store may be shared, kept and looked at: it has no use for names. This process knows them.
  const visitorKey = options.store ? digest : (identity: string) => identity;
  if (typeof (store as Partial<RateStore> | null)?.consume !== 'function') {
    throw new ConfigurationError('limits.store', 'must have a method consume(rule, key).');
  }

  async function count(visit: Visit): Promise<void> {
    const keys: Record<Scope, string | undefined> = {
      visitor: visit.identity === null ? undefined : await visitorKey(visit.identity),
      address: visit.address?.network,
      origin: visit.origin,
      total: 'all',
    };
    for (const [scope, rule] of rules) {
      const key = keys[scope];
      if (key === undefined) continue;
      const wait = await withDeadline(
        STORE_MS,
        () => store.consume(rule, key),
        () => new HostProblem('internal'),
      );
      if (wait === 0) continue;
      const retryAfter = Math.max(1, Math.ceil(wait / 1000));
      throw new HostProblem('rate-limited', { retryAfter, limit: rule.name });
    }
  }

  return count;
}

function rulesFrom(options: LimitOptions): (readonly [Scope, RateRule])[] {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null) {
    throw new ConfigurationError('limits', 'must be false or an object.');
  }
  for (const key of Object.keys(options)) {
    // A limit that is misspelt would be a limit that is not there.
    if (key !== 'store' && !table.some(([, setting]) => setting === key)) {
      throw new ConfigurationError(`limits.${key}`, 'is not a limit that this host knows.');
    }
  }
  return table.flatMap(([scope, name, usual, seconds]) => {
    const points = options[name] ?? usual;
    if (points === undefined) return [];
    requireInteger(`limits.${name}`, points, 1, MAX_POINTS);
    return [[scope, { name, points, seconds }] as const];
  });
}

export async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
