/**
 * Where mints are counted: one method, and the store in this process's memory. It does not know
 * what is counted, nor what happens to whoever is over the limit.
 */
import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';

export interface RateRule {
  /** Unique among the rules of a host. */
  readonly name: string;
  /** How many fit in one window. */
  readonly points: number;
  /** A window begins with the first one counted. */
  readonly seconds: number;
}

export interface RateStore {
  /**
   * Counts one more under the key. 0 where it fits; otherwise the milliseconds until the window
   * ends. A store that cannot count rejects: then nothing is minted.
   */
  consume(rule: RateRule, key: string): Promise<number>;
}

/** Beyond these, the key that was counted longest ago is forgotten: memory is no way in either. */
const MAX_KEYS = 100_000;

/** Exact within one process; several processes each count for themselves. */
export function memoryStore(maxKeys = MAX_KEYS): RateStore {
  const counters = new Map<string, { limiter: RateLimiterMemory; keys: Set<string> }>();
  return {
    async consume(rule, key) {
      const id = ruleId(rule);
      let counter = counters.get(id);
      if (!counter) {
        const limiter = new RateLimiterMemory({ points: rule.points, duration: rule.seconds });
        counters.set(id, (counter = { limiter, keys: new Set() }));
      }
      const { limiter, keys } = counter;
      keys.delete(key);
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > maxKeys && oldest !== undefined) {
        keys.delete(oldest);
        void limiter.delete(oldest);
      }
      return await consumeFrom(limiter, key);
    },
  };
}

export function ruleId({ name, points, seconds }: RateRule): string {
  return `${name}/${points}/${seconds}`;
}

/** The package resolves and rejects with the same object; only its own failures are errors. */
export async function consumeFrom(limiter: RateLimiterAbstract, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal;
    return Math.max(1, (refusal as RateLimiterRes).msBeforeNext);
  }
}
