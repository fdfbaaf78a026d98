// Live calls on a real Redis: each is ended by one host, and by its own where Redis is away or new.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createRelayHost,
  type CallLogEntry,
  type HandoffLogEntry,
  type LogEntry,
  type RelayHost,
} from '../../src/host/index.js';
import { redisCalls, type RedisCalls } from '../../src/host/redis.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { callingProvider, offerRequest, SESSION, SHOP } from './support.js';

// A Redis that starts is slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const tables: RedisCalls[] = [];
const hosts: RelayHost[] = [];
let redis: RedisServer;

beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  for (const table of tables.splice(0)) await table.close();
  await redis.remove();
});

async function open(prefix?: string): Promise<RedisCalls> {
  const table = await redisCalls({ url: redis.url, prefix });
  tables.push(table);
  return table;
}

const room = { total: 8, perVisitor: 1 };
const call = (id: string, visitor: string | null = null, maxMs = 60_000) => ({
  id,
  visitor,
  maxMs,
});

/** Ids of the calls that are due, once there are any. */
async function whenDue(table: RedisCalls): Promise<string[]> {
  const found: string[] = [];
  const look = async () => {
    for (const { id } of (await table.claimDue()).calls) found.push(id);
    return found.length;
  };
  await expect.poll(look, { timeout: 15_000, interval: 50 }).toBeGreaterThan(0);
  return found;
}

describe('a table in Redis', () => {
  it('has exactly so many places, for all hosts that share a prefix', async () => {
    const [a, b, other] = [await open(), await open(), await open('other')];
    const taken = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? a : b).reserve(`place-${n}`, null, room)),
    );
    expect(taken.filter(Boolean)).toHaveLength(8);
    expect(await other.reserve('place', null, room)).toBe(true);
    await b.remove({ id: `place-${taken.indexOf(true)}`, visitor: null });
    expect(await a.reserve('next', null, room)).toBe(true);
    expect(await a.reserve('last', null, room)).toBe(false);
  });

  it('gives the oldest of a visitor’s calls to whoever begins one too many', async () => {
    const [a, b] = [await open(), await open()];
    await a.reserve('p1', 'ada', { total: 1, perVisitor: 1 });
    expect(await a.begin('p1', call('rtc_1', 'ada'), 1)).toEqual([]);
    expect(await b.reserve('p2', 'bob', { total: 1, perVisitor: 1 })).toBe(false);
    expect(await b.reserve('p2', 'ada', { total: 1, perVisitor: 1 })).toBe(true);
    const surplus = await b.begin('p2', call('rtc_2', 'ada'), 1);
    expect(surplus).toMatchObject([{ id: 'rtc_1', visitor: 'ada', cause: 'replaced', tries: 1 }]);
    expect(Math.abs(surplus[0]!.startedAt - Date.now())).toBeLessThan(10_000);
    expect(await a.begin('p3', call('rtc_3', 'bob'), 1)).toEqual([]);
    expect(await a.begin('p4', call('rtc_4'), 1)).toEqual([]);
  });

  it('gives a call to its visitor alone, once', async () => {
    const [a, b] = [await open(), await open()];
    await a.begin('p1', call('rtc_1', 'ada'), 1);
    for (const visitor of ['eve', '', null])
      expect(await b.claim('rtc_1', visitor)).toBe('unknown');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? a : b).claim('rtc_1', 'ada')),
    );
    expect(answers.filter((answer) => answer === 'ending')).toHaveLength(19);
    await b.remove(call('rtc_1', 'ada'));
    expect(await a.claim('rtc_1', 'ada')).toBe('unknown');
  });

  it('gives each call that is due to one host, and again after a while if it is still there', async () => {
    const [a, b] = [await open(), await open()];
    for (let n = 0; n < 60; n += 1) await a.begin(`p${n}`, call(`rtc_${n}`, null, 1), 1);
    const given = (
      await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? a : b).claimDue()))
    ).flatMap(({ calls }) => calls.map(({ id }) => id));
    expect(given).toHaveLength(60);
    expect(new Set(given).size).toBe(60);
    for (let n = 1; n < 60; n += 1) await b.remove(call(`rtc_${n}`));
    const claimed = performance.now();
    expect(await whenDue(b)).toEqual(['rtc_0']);
    expect(performance.now() - claimed).toBeGreaterThan(3_000);
  });

  it('that is killed leaves each host its own calls', async () => {
    const [a, b] = [await open(), await open()];
    await a.begin('p1', call('rtc_1', 'ada', 1), 1);
    await redis.kill();
    expect(await b.claim('rtc_1', 'ada')).toBe('unknown');
    expect((await b.claimDue()).calls).toEqual([]);
    expect(await whenDue(a)).toEqual(['rtc_1']);
    // And those that begin meanwhile, of which nobody else can know.
    expect(await a.reserve('p2', 'bob', room)).toBe(true);
    await a.begin('p2', call('rtc_2', 'bob'), 1);
    expect(await a.claimRest()).toMatchObject([{ id: 'rtc_2', cause: 'host-closed' }]);
  });

  it('that comes back empty has nothing of its own calls forgotten', async () => {
    const [table, other] = [await open(), await open()];
    await table.begin('p1', call('rtc_1', 'ada', 1_000), 1);
    await redis.kill();
    await redis.start();
    let n = 1;
    const shared = async () => {
      const id = `rtc_${(n += 1)}`;
      await table.begin('p2', call(id, 'bob'), 1);
      return await other.claim(id, 'bob');
    };
    await expect.poll(shared, { timeout: 15_000 }).not.toBe('unknown');
    expect(await whenDue(table)).toContain('rtc_1');
  });
});

describe('hosts on one Redis', () => {
  type Entry = LogEntry | CallLogEntry | HandoffLogEntry;

  async function host(provider: ReturnType<typeof callingProvider>) {
    const table = await open();
    const entries: Entry[] = [];
    const relay = createRelayHost({
      provider,
      allowedOrigins: [SHOP],
      authorize: (request) => request.headers.get('x-visitor'),
      maxDuration: 10,
      calls: table,
      log: (entry) => entries.push(entry),
    });
    hosts.push(relay);
    const headers = { 'x-visitor': 'ada', origin: SHOP };
    const ask = () => relay.handle(offerRequest({ headers }));
    const end = (location: string) =>
      relay.handle(new Request(new URL(location, SESSION), { method: 'DELETE', headers }));
    return { ask, end, entries, relay };
  }

  it('end each other’s calls for the visitor, and end nothing twice', async () => {
    const provider = callingProvider();
    const [a, b] = [await host(provider), await host(provider)];
    await a.ask();
    await b.ask();
    await expect.poll(() => provider.ended).toEqual(['rtc_1']);
    expect((await a.end('/session/rtc_2')).status).toBe(204);
    expect((await b.end('/session/rtc_2')).status).toBe(404);
    expect(provider.ended).toEqual(['rtc_1', 'rtc_2']);
    expect(b.entries).toContainEqual(
      expect.objectContaining({ outcome: 'ended', cause: 'replaced' }),
    );
  });

  it('leave calls to each other when they close, and end them once, in time', async () => {
    const provider = callingProvider();
    const [a, b, c] = [await host(provider), await host(provider), await host(provider)];
    await a.ask();
    const began = performance.now();
    await a.relay.close();
    expect(provider.ended).toEqual([]);
    await expect.poll(() => provider.ended, { timeout: 15_000 }).toEqual(['rtc_1']);
    const took = performance.now() - began;
    expect(took).toBeGreaterThan(9_500);
    expect(took).toBeLessThan(12_000);
    const ends = () => [...b.entries, ...c.entries].filter((entry) => 'cause' in entry);
    await expect.poll(ends).toMatchObject([{ outcome: 'ended', cause: 'max-duration', tries: 1 }]);
  });

  it('end their own calls in time while Redis hangs', async () => {
    const provider = callingProvider();
    const { ask, entries } = await host(provider);
    await ask();
    const began = performance.now();
    redis.signal('SIGSTOP');
    await expect.poll(() => provider.ended, { timeout: 15_000 }).toEqual(['rtc_1']);
    expect(performance.now() - began).toBeLessThan(12_000);
    redis.signal('SIGCONT');
    await expect.poll(() => entries.at(-1)).toMatchObject({ outcome: 'ended' });
  });
});

describe('misconfiguration', () => {
  it('names the address, and keeps its password', async () => {
    const refused = redisCalls({ url: 'redis+x://user:hunter2@redis.example' });
    await expect(refused).rejects.toThrow(/^redisUrl: (?!.*hunter2)/);
  });
});
