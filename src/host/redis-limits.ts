/**
 * `voice-agent-element/host/redis`: counts mints in Redis, so that several hosts keep one limit.
 * Needs the package `redis`. It knows nothing of visitors: rules and keys come from outside.
 */
import RateLimiterRedis from 'rate-limiter-flexible/lib/RateLimiterRedis.js';
import { ConfigurationError } from './configuration-error.js';
import { withDeadline } from './deadline.js';
import { consumeFrom, memoryStore, ruleId, type RateRule, type RateStore } from './rate-store.js';

export interface RedisStoreOptions {
  /** `redis://[user:password@]host[:port][/database]`; `rediss:` with TLS. */
  url: string;
  /** Begins every key. Hosts that shall keep one limit together have the same. Default `voice-agent`. */
  prefix?: string;
  /**
   * Called when counting moves: to `memory` when Redis does not answer, and back. While it is in
   * memory each host allows a quarter of each limit, and at least one.
   */
  onChange?: (countsIn: 'redis' | 'memory') => void;
}

export interface RedisStore extends RateStore {
  /** Ends the connection. Whoever opened the store closes it, after the host. */
  close(): Promise<void>;
}

/** For connecting at the start, and for each command: a visitor waits for it. */
const ANSWER_MS = 500;
/** So long is a Redis left alone that did not answer: one visitor pays for finding out, not all. */
const REST_MS = 1_000;

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
    onChange?.(next);
  }

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

function requireRedisUrl(url: unknown): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    // Not quoted: it may hold a password.
    throw new ConfigurationError('redisUrl', 'must look like redis://host:6379 or rediss://….');
  }
  return parsed.href;
}

async function loadRedis() {
  try {
    return await import('redis');
  } catch {
    throw new ConfigurationError(
      'redisUrl',
      'needs the package redis. Install it with: npm install redis@6',
    );
  }
}

/** The one command that the limiter uses, bounded in time, over a connection that renews itself. */
async function openConnection(url: string) {
  const { createClient } = await loadRedis();
  let restsUntil = 0;
  let closed = false;

  function connect() {
    const client = createClient({
      url,
      // A command that waits for a connection would count long after its visitor was answered.
      disableOfflineQueue: true,
      socket: {
        connectTimeout: ANSWER_MS,
        reconnectStrategy: (attempts) => Math.min(REST_MS, 50 * 2 ** Math.min(attempts, 5)),
      },
    });
    let ended = false;
    // Whether it is ready is asked before each command; without a listener an error ends the process.
    client.on('error', () => undefined);
    // A client that is destroyed while it connects stays connected, unless it is told again.
    client.on('connect', () => {
      if (ended) client.destroy();
    });
    const connected = client.connect().then(
      () => undefined,
      () => undefined,
    );
    const end = () => {
      ended = true;
      client.destroy();
    };
    return { client, connected, end };
  }

  let current = connect();
  await bounded(() => current.connected).catch(() => undefined);

  return {
    async eval(script: string, keysAndArguments: { keys: string[]; arguments: string[] }) {
      const asked = current;
      if (!asked.client.isReady || performance.now() < restsUntil) throw new Error('Redis rests.');
      try {
        return await bounded(() => asked.client.eval(script, keysAndArguments));
      } catch (error) {
        restsUntil = performance.now() + REST_MS;
        // A connection that has fallen silent may stay so for a quarter of an hour.
        if (asked === current && !closed) {
          asked.end();
          current = connect();
        }
        throw error;
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      const { client, end } = current;
      if (client.isReady) await bounded(() => client.close()).catch(() => undefined);
      end();
    },
  };
}

function bounded<T>(work: () => Promise<T>): Promise<T> {
  return withDeadline(ANSWER_MS, work, () => new Error('Redis did not answer in time.'));
}
