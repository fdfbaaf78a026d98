// Limits that several hosts keep together, on a real Redis: also while it is away, hangs, or is new.
import { createClient } from 'redis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError, createTokenHost, type LimitOptions } from '../../src/host/index.js';
import { redisStore, type RedisStore } from '../../src/host/redis-limits.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { payingProvider, SHOP, tokenRequest } from './support.js';

// A Redis that starts is slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const rule = { name: 'visitorPerMinute', points: 8, seconds: 60 };
const insured = 2;
const stores: RedisStore[] = [];
const changes: string[] = [];
const reasons: (string | undefined)[] = [];
let redis: RedisServer;

beforeEach(async () => {
  redis = await startRedis();
  changes.length = 0;
  reasons.length = 0;
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await redis.remove();
});

async function open(options: { prefix?: string; url?: string } = {}): Promise<RedisStore> {
  const store = await redisStore({
    url: redis.url,
    onChange: (countsIn, reason) => {
      changes.push(countsIn);
      reasons.push(reason);
    },
    ...options,
  });
  stores.push(store);
  return store;
}

/** How many of so many at once are let through. */
async function passed(store: RedisStore, times: number, key: string): Promise<number> {
  const waits = await Promise.all(Array.from({ length: times }, () => store.consume(rule, key)));
  for (const wait of waits) expect(wait).toBeLessThanOrEqual(60_000);
  return waits.filter((wait) => wait === 0).length;
}

/** Asks until an answer of the store comes from where it should; each time under a new key. */
async function untilCountedIn(store: RedisStore, place: 'redis' | 'memory'): Promise<void> {
  let n = 0;
  const look = async () => {
    await store.consume(rule, `probe ${place} ${(n += 1)}`);
    return changes.at(-1);
  };
  await expect.poll(look, { timeout: 15_000 }).toBe(place);
}

describe('Redis', () => {
  it('counts exactly, for all hosts that share a prefix', async () => {
    const [a, b, other] = [await open(), await open(), await open({ prefix: 'other' })];
    const counts = await Promise.all([passed(a, 50, 'ada'), passed(b, 50, 'ada')]);
    expect(counts[0] + counts[1]).toBe(8);
    expect(await passed(b, 50, 'bob')).toBe(8);
    expect(await passed(other, 50, 'ada')).toBe(8);
    expect(changes).toEqual([]);
  });

  it('that is killed leaves a quarter to each host, and counts again once it is back', async () => {
    const store = await open();
    expect(await passed(store, 3, 'ada')).toBe(3);
    await redis.kill();
    expect(await passed(store, 50, 'ada')).toBe(insured);
    expect(changes).toEqual(['memory']);

    await redis.start();
    await untilCountedIn(store, 'redis');
    expect(changes).toEqual(['memory', 'redis']);
    expect(await passed(store, 50, 'eve')).toBe(8);
  });

  it('that hangs keeps nobody waiting for more than half a second, and most not at all', async () => {
    const store = await open();
    redis.signal('SIGSTOP');
    const started = performance.now();
    expect(await passed(store, 50, 'ada')).toBe(insured);
    const first = performance.now() - started;
    expect(first).toBeGreaterThan(400);
    expect(first).toBeLessThan(2_000);
    // It rests now: nobody else pays for finding out.
    expect(await passed(store, 50, 'bob')).toBe(insured);
    expect(performance.now() - started - first).toBeLessThan(400);

    redis.signal('SIGCONT');
    await untilCountedIn(store, 'redis');
    expect(await passed(store, 50, 'eve')).toBe(8);
  });

  it('that takes connections and counts nothing is left alone for a second', async () => {
    const store = await open();
    const admin = createClient({ url: redis.url });
    await admin.connect();
    try {
      const newest = async () =>
        (await admin.sendCommand<string>(['CLIENT', 'LIST']))
          .match(/^id=\d+(?=.* resp=3)/gm)
          ?.at(-1);
      const before = await newest();
      await admin.sendCommand(['CLIENT', 'PAUSE', '60000', 'WRITE']);
      expect(await passed(store, 50, 'ada')).toBe(insured);
      // There is a new connection by now, and it looks as good as the old one did.
      await expect.poll(newest).not.toBe(before);
      await newest();
      const started = performance.now();
      expect(await passed(store, 50, 'bob')).toBe(insured);
      expect(performance.now() - started).toBeLessThan(400);
    } finally {
      admin.destroy();
    }
  });

  it('that is not there at the start says so, and may come later', async () => {
    await redis.kill();
    const store = await open();
    expect([changes, reasons]).toEqual([['memory'], ['ECONNREFUSED']]);
    expect(await passed(store, 50, 'ada')).toBe(insured);
    await redis.start();
    await untilCountedIn(store, 'redis');
    expect(await passed(store, 50, 'ada')).toBe(8);
    expect(reasons).toEqual(['ECONNREFUSED', undefined]);
  });

  it('that wants another password says so at the start', async () => {
    const admin = createClient({ url: redis.url });
    await admin.connect();
    await admin.configSet('requirepass', 'right');
    admin.destroy();
    await open();
    await open({ url: redis.url.replace('//', '//:wrong@') });
    await open({ url: redis.url.replace('//', '//:right@') });
    expect(reasons).toEqual(['NOAUTH', 'WRONGPASS']);
  });

  it('insures even the smallest limit with one', async () => {
    await redis.kill();
    const store = await open();
    const smallest = { ...rule, points: 1 };
    expect(await store.consume(smallest, 'ada')).toBe(0);
    expect(await store.consume(smallest, 'ada')).toBeGreaterThan(0);
  });

  it.each(['answers', 'hangs', 'is gone'])('that %s does not hold up the end', async (state) => {
    const store = await open();
    if (state === 'hangs') {
      redis.signal('SIGSTOP');
      await store.consume(rule, 'ada');
    } else if (state === 'is gone') {
      await redis.kill();
    }
    const started = performance.now();
    await store.close();
    await store.close();
    expect(performance.now() - started).toBeLessThan(2_000);
    // Closed is not open: whoever is still answered gets the insurance.
    expect(await passed(store, 50, 'bob')).toBe(insured);
  });
});

describe('a host whose Redis is killed under load', () => {
  it('mints no more than limit and insurance, and answers nothing but 200 and 429', async () => {
    const limits: LimitOptions = {
      visitorPerMinute: 1_000,
      visitorPerDay: 1_000,
      originPerMinute: 40,
    };
    const provider = payingProvider();
    const hosts = await Promise.all(
      [1, 2].map(async () =>
        createTokenHost({
          provider,
          allowedOrigins: [SHOP],
          authorize: () => 'ada',
          limits: { ...limits, store: await open() },
        }),
      ),
    );
    const statuses = new Map<number, number>();
    let asked = 0;
    const visitor = async (host: (typeof hosts)[number]) => {
      for (let n = 0; n < 25; n += 1) {
        const { status } = await host(tokenRequest());
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // In the middle of the limit, and of the load.
        if ((asked += 1) === 20) await redis.kill();
      }
    };
    await Promise.all(hosts.flatMap((host) => Array.from({ length: 10 }, () => visitor(host))));
    expect(asked).toBe(500);
    const minted = provider.requests.length;
    expect(minted).toBe(statuses.get(200));
    expect(minted).toBeGreaterThanOrEqual(20);
    expect(minted).toBeLessThanOrEqual(40 + 2 * 10);
    expect([...statuses.keys()].sort()).toEqual([200, 429]);
    expect(changes).toContain('memory');
  });
});

describe('misconfiguration', () => {
  it.each([
    '',
    'localhost',
    'http://localhost:6379',
    'redis://',
    'redis://localhost:6379/first',
    'redis://:p%ZZ@localhost:6379',
    undefined,
  ])('refuses the address %j, and quotes no password', async (url) => {
    const refused = redisStore({ url: url as string });
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toMatchObject({ setting: 'redisUrl' });
  });

  it('keeps a password to itself', async () => {
    const refused = redisStore({ url: 'rediss+x://user:hunter2@redis.example' });
    await expect(refused).rejects.toThrow(/^redisUrl: (?!.*hunter2)/);
  });
});
