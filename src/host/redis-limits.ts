/**
 * Counts mints in Redis, so that several hosts keep one limit. It knows nothing of visitors: rules
 * and keys come from outside.
 */
import RateLimiterRedis from 'rate-limiter-flexible/lib/RateLimiterRedis.js';
import { consumeFrom, memoryStore, ruleId, type RateRule, type RateStore } from './rate-store.js';
import { openConnection, requireRedisUrl } from './redis-connection.js';

export interface RedisStoreOptions {
  /** `redis://[user:password@]host[:port][/database]`; `rediss:` with TLS. */
  url: string;
  /** Begins every key. Hosts that shall keep one limit together have the same. Default `voice-agent`. */
  prefix?: string;
  /**
   * Called when counting moves: to `memory` when Redis does not answer, also at the start, and back.
   * While it is in memory each host allows a quarter of each limit, and at least one. The reason is a
   * code such as `ECONNREFUSED` or `WRONGPASS`, where there is one.
   */
  onChange?: (countsIn: 'redis' | 'memory', reason?: string) => void;
}

export interface RedisStore extends RateStore {
  /** Ends the connection. Whoever opened the store closes it, after the host. */
  close(): Promise<void>;
}

/**
 * Resolves once Redis answers, or when it did not in half a second: it may come later.
 *
 * @throws {ConfigurationError} for an address that is none, and where `redis` is not installed
 */
export async function redisStore(options: RedisStoreOptions): Promise<RedisStore> {
  const { prefix = 'voice-agent', onChange } = options;
  const connection = await openConnection(requireRedisUrl(options.url));
  const insurance = memoryStore();
  const limiters = new Map<string, RateLimiterRedis>();
  let countsIn: 'redis' | 'memory' = 'redis';

  function limiterFor(rule: RateRule): RateLimiterRedis {
    const id = ruleId(rule);
    let limiter = limiters.get(id);
    if (!limiter) {
      limiter = new RateLimiterRedis({
        storeClient: connection,
        useRedisPackage: true,
        keyPrefix: `${prefix}:${rule.name}`,
        points: rule.points,
        duration: rule.seconds,
      });
      limiters.set(id, limiter);
    }
    return limiter;
  }

  function note(next: typeof countsIn): void {
    if (next === countsIn) return;
    countsIn = next;
    onChange?.(next, next === 'memory' ? connection.trouble : undefined);
  }

  if (!connection.isReady) note('memory');
  return {
    async consume(rule, key) {
      try {
        const wait = await consumeFrom(limiterFor(rule), key);
        note('redis');
        return wait;
      } catch {
        note('memory');
        return await insurance.consume({ ...rule, points: Math.ceil(rule.points / 4) }, key);
      }
    },
    close: () => connection.close(),
  };
}
