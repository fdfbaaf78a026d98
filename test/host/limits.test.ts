// How many secrets the host gives to whom: never one too many, and nobody pays for another.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createTokenHost,
  HostProblem,
  type LimitOptions,
  type LogEntry,
  type RateStore,
  type TokenHostOptions,
} from '../../src/host/index.js';
import { memoryStore } from '../../src/host/rate-store.js';
import { deferred, payingProvider, problemOf, SHOP, tokenRequest } from './support.js';

const OTHER = 'https://other.example';
const MINUTE_MS = 60_000;

interface Asking {
  user?: string;
  address?: string;
  origin?: string;
}

function setUp(limits?: LimitOptions | false, options: Partial<TokenHostOptions> = {}) {
  const provider = payingProvider();
  const entries: LogEntry[] = [];
  const host = createTokenHost({
    provider,
    allowedOrigins: [SHOP, OTHER],
    authorize: (request) => request.headers.get('x-user'),
    log: (entry) => entries.push(entry),
    ...(limits !== undefined && { limits }),
    ...options,
  });
  const ask = ({ user = 'ada', address, origin = SHOP }: Asking = {}) =>
    host(
      tokenRequest({ headers: { 'x-user': user, origin } }),
      address === undefined ? undefined : { address },
    );
  /** How many of so many, one after another, are given a secret. */
  const minted = async (times: number, asking: (n: number) => Asking = () => ({})) => {
    let count = 0;
    for (let n = 0; n < times; n += 1) count += Number((await ask(asking(n))).status === 200);
    return count;
  };
  return { provider, entries, host, ask, minted };
}

describe('many at once', () => {
  it('get exactly as many secrets as the limit says, a hundred times over', async () => {
    for (let run = 1; run <= 100; run += 1) {
      const { provider, ask } = setUp({ visitorPerMinute: run });
      const answers = await Promise.all(Array.from({ length: 50 }, () => ask()));
      const statuses = answers.map(({ status }) => status);
      const expected = Math.min(run, 30, 50);
      expect(provider.requests).toHaveLength(expected);
      expect(statuses.filter((status) => status === 200)).toHaveLength(expected);
      expect(statuses.filter((status) => status === 429)).toHaveLength(50 - expected);
    }
    // Five thousand requests are slow on a machine that is busy with something else.
  }, 30_000);
});

describe('as time passes', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
  afterEach(() => void vi.useRealTimers());

  const visitor = () => ({ address: undefined });
  it.each<[string, number, number, string, (n: number) => Asking]>([
    ['a visitor', 5, MINUTE_MS, 'visitorPerMinute', visitor],
    [
      'an address',
      10,
      MINUTE_MS,
      'addressPerMinute',
      (n) => ({ user: `u${n}`, address: '192.0.2.1' }),
    ],
    ['an origin', 120, MINUTE_MS, 'originPerMinute', (n) => ({ user: `u${n}` })],
  ])('%s gets %i secrets in %i ms by default', async (_, limit, windowMs, name, asking) => {
    const { ask, minted, entries, provider } = setUp();
    expect(await minted(limit, asking)).toBe(limit);
    await vi.advanceTimersByTimeAsync(windowMs - 1);
    const refused = await ask(asking(limit));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(entries.at(-1)).toMatchObject({ outcome: 'rate-limited', limit: name });
    expect(provider.requests).toHaveLength(limit);
    await vi.advanceTimersByTimeAsync(1);
    expect((await ask(asking(limit))).status).toBe(200);
  });

  it.each<[string, number, number, string, (n: number) => Asking]>([
    ['a visitor', 30, 24 * 60, 'visitorPerDay', () => ({})],
    [
      'an address',
      60,
      60,
      'addressPerHour',
      (n) => ({ user: `u${n}`, address: '2001:db8:1:2::1' }),
    ],
  ])('%s gets %i in %i minutes', async (_, limit, minutes, name, asking) => {
    const { ask, entries, provider } = setUp();
    for (let n = 0; n < limit; n += 1) {
      await ask(asking(n));
      if (n % 5 === 4) await vi.advanceTimersByTimeAsync(MINUTE_MS);
    }
    expect(provider.requests).toHaveLength(limit);
    const minutesPassed = limit / 5;
    const refused = await ask(asking(limit));
    expect(entries.at(-1)).toMatchObject({ status: 429, limit: name });
    expect(Number(refused.headers.get('retry-after'))).toBe((minutes - minutesPassed) * 60);
    await vi.advanceTimersByTimeAsync((minutes - minutesPassed) * MINUTE_MS);
    expect((await ask(asking(limit + 1))).status).toBe(200);
  });

  it('all together get 600 in a minute, from however many places', async () => {
    const { minted, entries, provider } = setUp({ originPerMinute: 10_000 });
    const anywhere = (n: number) => ({ user: `u${n}`, address: `198.51.${n % 250}.${n >> 8}` });
    expect(await minted(650, anywhere)).toBe(600);
    expect(provider.requests).toHaveLength(600);
    expect(entries.at(-1)).toMatchObject({ limit: 'totalPerMinute' });
  });

  it('there is no daily budget unless one is set; then it holds, and a day later it is full again', async () => {
    const { minted, entries } = setUp({ dailyBudget: 7, visitorPerMinute: 100 });
    expect(await minted(10)).toBe(7);
    expect(entries.at(-1)).toMatchObject({ status: 429, limit: 'dailyBudget' });
    await vi.advanceTimersByTimeAsync(24 * 60 * MINUTE_MS);
    expect(await minted(10)).toBe(7);
  });
});

describe('a request that is refused', () => {
  it('says when to come back, to pages as well, and not which limit it was', async () => {
    const { ask } = setUp({ visitorPerMinute: 1 });
    await ask();
    const response = await ask();
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    expect(response.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
    const problem = await problemOf(response);
    expect(problem.code).toBe('rate-limited');
    expect(JSON.stringify(problem)).not.toContain('visitor');
  });

  it('takes nothing from the wider limits: one visitor cannot use up everybody’s', async () => {
    const { minted } = setUp({ visitorPerMinute: 2, originPerMinute: 4, dailyBudget: 5 });
    expect(await minted(50)).toBe(2);
    expect(await minted(3, (n) => ({ user: `b${n}` }))).toBe(2);
    expect(await minted(3, (n) => ({ user: `c${n}`, origin: OTHER }))).toBe(1);
  });

  it('before its visitor was known counts for nothing', async () => {
    const { host, minted, provider } = setUp({ totalPerMinute: 1 });
    await host(tokenRequest({ headers: { origin: 'https://evil.example', 'x-user': 'ada' } }));
    await host(tokenRequest({ headers: { 'x-user': '' } }));
    await host(tokenRequest({ headers: { 'x-user': 'ada' }, body: '{"model":"x"}' }));
    expect(provider.requests).toHaveLength(0);
    expect(await minted(1)).toBe(1);
  });
});

describe('a mint that failed', () => {
  it('has counted: a service in trouble is not asked more often than one that works', async () => {
    const mint = vi.fn(() => Promise.reject(new HostProblem('provider-error')));
    const { minted, entries } = setUp({ totalPerMinute: 3 }, { provider: { name: 'sick', mint } });
    await minted(5);
    expect(mint).toHaveBeenCalledTimes(3);
    expect(entries.map(({ status }) => status)).toEqual([502, 502, 502, 429, 429]);
  });
});

describe('without a visitor or an address', () => {
  const anonymous = { authorize: undefined, allowAnonymous: true };
  it('what is not known is not limited, and the rest is', async () => {
    const { minted } = setUp({ visitorPerMinute: 1, addressPerMinute: 2 }, anonymous);
    expect(await minted(20)).toBe(20);
    expect(await minted(20, () => ({ address: '192.0.2.1' }))).toBe(2);
  });

  it('pages of the host’s own origin count as one, whatever they call it', async () => {
    const { host, provider } = setUp({ originPerMinute: 3 }, anonymous);
    for (let n = 0; n < 9; n += 1) {
      const headers = { origin: `https://h${n}.example` };
      await host(tokenRequest({ headers }, `https://h${n}.example/token`));
      await host(tokenRequest({ headers: { ...headers, 'sec-fetch-site': 'same-origin' } }));
    }
    expect(provider.requests).toHaveLength(3);
  });
});

describe('a provider that costs nothing', () => {
  const free = () => ({ provider: { ...payingProvider(), free: true } });
  it('has no limits by default, and those that are set', async () => {
    expect(await setUp(undefined, free()).minted(40)).toBe(40);
    expect(await setUp({}, free()).minted(40)).toBe(5);
  });

  it('is not the only one to go without, where that is written out', async () => {
    expect(await setUp(false).minted(40)).toBe(40);
  });
});

describe('a store', () => {
  const seen: string[] = [];
  const recording: RateStore = {
    consume: ({ name }, key) => {
      seen.push(`${name} ${key}`);
      return Promise.resolve(0);
    },
  };

  it('is asked for the narrowest limit first, and learns no name', async () => {
    await setUp({ store: recording, dailyBudget: 5 }).ask({ address: '203.0.113.7' });
    expect(seen.map((text) => text.split(' ')[0])).toEqual([
      'visitorPerMinute',
      'visitorPerDay',
      'addressPerMinute',
      'addressPerHour',
      'originPerMinute',
      'totalPerMinute',
      'dailyBudget',
    ]);
    expect(seen.join()).not.toContain('ada');
  });

  it.each<[string, RateStore['consume']]>([
    ['fails', () => Promise.reject(new Error('disk full'))],
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
  ])('that %s opens nothing', async (_, consume) => {
    const { ask, provider } = setUp({ store: { consume } });
    const response = await ask();
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('disk');
    expect(provider.requests).toHaveLength(0);
  });

  it('that never answers opens nothing, and is given two seconds', async () => {
    vi.useFakeTimers();
    try {
      let asked = (): void => undefined;
      const wasAsked = new Promise<void>((resolve) => (asked = resolve));
      const consume = () => {
        asked();
        return new Promise<number>(() => undefined);
      };
      const { ask, provider } = setUp({ store: { consume } });
      const response = ask();
      await wasAsked;
      await vi.advanceTimersByTimeAsync(2_000);
      expect((await response).status).toBe(500);
      expect(provider.requests).toHaveLength(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('that is slow, and answers for each limit in time, lets visitors in', async () => {
    const slow = () => new Promise<number>((resolve) => setTimeout(resolve, 400, 0));
    const { ask } = setUp({ dailyBudget: 9, store: { consume: slow } });
    expect((await ask()).status).toBe(200);
  });

  it('in memory holds so many keys, and forgets the one that was counted longest ago', async () => {
    const store = memoryStore(3);
    const rule = { name: 'x', points: 1, seconds: 60 };
    for (const key of ['a', 'b', 'a', 'c']) await store.consume(rule, key);
    expect(await store.consume(rule, 'd')).toBe(0);
    expect(await store.consume(rule, 'a')).toBeGreaterThan(0);
    expect(await store.consume(rule, 'b')).toBe(0);
  });
});

describe('mints under way', () => {
  it('are a hundred at most; the next is told at once to come back, and counts for nothing', async () => {
    const { promise, resolve } = deferred<string>();
    const mint = vi.fn(async () => {
      return { value: await promise, calls_url: 'https://a.example' };
    });
    const provider = { name: 'slow', mint };
    const { ask } = setUp({ visitorPerMinute: 1, originPerMinute: 1_000 }, { provider });
    const waiting = Array.from({ length: 100 }, (_, n) => ask({ user: `u${n}` }));
    await vi.waitFor(() => expect(mint).toHaveBeenCalledTimes(100));

    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await problemOf(refused)).code).toBe('too-busy');
    expect(mint).toHaveBeenCalledTimes(100);

    resolve('ek_late');
    for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200);
    expect((await ask()).status).toBe(200);
  });

  it.each<[string, () => Promise<never>]>([
    ['fails', () => Promise.reject(new HostProblem('provider-error'))],
    ['is refused', () => Promise.reject(new HostProblem('rate-limited'))],
  ])('make room when one %s', async (_, mint) => {
    const { ask } = setUp(false, { provider: { name: 'sick', mint }, maxInFlight: 1 });
    const codes = [];
    for (let n = 0; n < 3; n += 1) codes.push((await problemOf(await ask())).code);
    expect(codes).not.toContain('too-busy');
  });

  it('make room when a visitor is over a limit', async () => {
    const { minted, entries } = setUp({ visitorPerMinute: 1 }, { maxInFlight: 1 });
    await minted(4);
    expect(entries.map(({ status }) => status)).toEqual([200, 429, 429, 429]);
  });
});
