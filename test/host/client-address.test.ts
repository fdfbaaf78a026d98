// Whom the host takes a request to come from: what a visitor writes into a header moves nothing.
import { describe, expect, it } from 'vitest';
import {
  createTokenHost,
  type LogEntry,
  type Peer,
  type TokenHostOptions,
} from '../../src/host/index.js';
import { payingProvider, SHOP, tokenRequest } from './support.js';

function setUp(options: Partial<TokenHostOptions> = {}) {
  const provider = payingProvider();
  const entries: LogEntry[] = [];
  const host = createTokenHost({
    provider,
    allowedOrigins: [SHOP],
    allowAnonymous: true,
    limits: { addressPerMinute: 1, originPerMinute: 10_000, totalPerMinute: 10_000 },
    log: (entry) => entries.push(entry),
    ...options,
  });
  const ask = async (headers: Record<string, string> = {}, peer?: Peer) =>
    (await host(tokenRequest({ headers }), peer)).status;
  return { provider, entries, ask };
}

const forwarded = (list: string) => ({ 'x-forwarded-for': list });

describe('with no proxy', () => {
  it('the socket’s address counts, and headers are not read', async () => {
    const { ask, provider } = setUp();
    const peer = { address: '203.0.113.7' };
    for (let n = 0; n < 20; n += 1) {
      const claimed = `198.51.100.${n}`;
      await ask(
        {
          'x-forwarded-for': claimed,
          'x-real-ip': claimed,
          'cf-connecting-ip': claimed,
          'true-client-ip': claimed,
          forwarded: `for=${claimed}`,
        },
        peer,
      );
    }
    expect(provider.requests).toHaveLength(1);
  });

  it('nobody is held to a limit by an address that is not known', async () => {
    const { ask, entries } = setUp();
    for (const peer of [undefined, {}, { address: '' }, { address: 'somewhere' }]) {
      expect(await ask({}, peer)).toBe(200);
    }
    expect(entries.filter((entry) => 'address' in entry)).toEqual([]);
  });

  it('what a framework passes as a second argument is not taken for a peer', async () => {
    const { ask } = setUp();
    const context = { address: { city: 'Ulm' } } as unknown as Peer;
    expect([await ask({}, context), await ask({}, context)]).toEqual([200, 200]);
  });
});

describe('behind proxies', () => {
  const proxy = { address: '10.0.0.1' };

  it.each([1, 2, 3])('%i of them: what stands further left moves nothing', async (hops) => {
    const { ask, provider } = setUp({ trustedProxies: hops });
    const written = ['203.0.113.7', '10.0.0.3', '10.0.0.2'].slice(0, hops);
    for (let n = 0; n < 20; n += 1) {
      const claimed = Array.from({ length: n }, (_, i) => `198.51.${n}.${i}`);
      await ask(forwarded([...claimed, ...written].join(', ')), proxy);
    }
    expect(provider.requests).toHaveLength(1);
  });

  it('visitors are told apart', async () => {
    const { ask } = setUp({ trustedProxies: 1 });
    expect(await ask(forwarded('203.0.113.7'), proxy)).toBe(200);
    expect(await ask(forwarded('203.0.113.8'), proxy)).toBe(200);
    expect(await ask(forwarded('203.0.113.7'), proxy)).toBe(429);
  });

  it.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['is shorter than the way', '198.51.100.1'],
    ['is no list of addresses', 'unknown, _hidden'],
    ['is full of commas', ',,,,'],
    ['holds what looks like an address', '198.51.100.999, 1.2.3'],
  ])('a header that %s leaves the connection’s own address', async (_, list) => {
    const { ask } = setUp({ trustedProxies: 2 });
    const headers = list === undefined ? {} : forwarded(list);
    expect(await ask(headers, proxy)).toBe(200);
    expect(await ask(headers, proxy)).toBe(429);
  });

  it('a header sent twice is one list', async () => {
    const { ask } = setUp({ trustedProxies: 1 });
    const headers = new Headers(forwarded('198.51.100.1'));
    headers.append('x-forwarded-for', '203.0.113.7');
    expect(headers.get('x-forwarded-for')).toBe('198.51.100.1, 203.0.113.7');
    expect(await ask(Object.fromEntries(headers), proxy)).toBe(200);
    expect(await ask(forwarded('203.0.113.7'), proxy)).toBe(429);
  });
});

describe('on a platform that knows', () => {
  const platform = {
    clientAddress: (request: Request) => request.headers.get('cf-connecting-ip') ?? undefined,
  };

  it('its word counts, and neither the socket’s nor the visitor’s', async () => {
    const { ask } = setUp(platform);
    const as = (ip: string) => ({ 'cf-connecting-ip': ip, ...forwarded('198.51.100.1') });
    expect(await ask(as('203.0.113.7'), { address: '10.0.0.1' })).toBe(200);
    expect(await ask(as('203.0.113.8'), { address: '10.0.0.1' })).toBe(200);
    expect(await ask(as('203.0.113.7'), { address: '10.0.0.2' })).toBe(429);
  });

  it('that fails mints nothing', async () => {
    const { ask, provider } = setUp({
      clientAddress: () => {
        throw new Error('no such header');
      },
    });
    expect(await ask()).toBe(500);
    expect(provider.requests).toHaveLength(0);
  });
});

describe('one visitor', () => {
  it.each([
    ['an IPv6 /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['one IPv6 address in two spellings', '2001:0DB8:0001:0002::1', '2001:db8:1:2:0:0:0:1'],
    ['IPv4 inside IPv6', '203.0.113.7', '::ffff:203.0.113.7'],
    ['IPv4 inside IPv6, in hexadecimal', '203.0.113.7', '::FFFF:cb00:7107'],
    ['with a port', '203.0.113.7', '203.0.113.7:49152'],
    ['with brackets and a port', '2001:db8:1:2::1', '[2001:db8:1:2::9]:443'],
    ['with a zone', 'fe80::1', 'fe80::2%eth0'],
  ])('is %s', async (_, first, second) => {
    const { ask } = setUp();
    expect(await ask({}, { address: first })).toBe(200);
    expect(await ask({}, { address: second })).toBe(429);
  });

  it.each([
    ['another /64', '2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['another /64 at the end of the fourth group', '2001:db8:1:2::1', '2001:db8:1:20::1'],
    ['another IPv4 address', '203.0.113.7', '203.0.113.8'],
    ['IPv4 in IPv6 that is another one', '::ffff:203.0.113.7', '::ffff:203.0.113.8'],
  ])('is not %s', async (_, first, second) => {
    const { ask } = setUp();
    expect(await ask({}, { address: first })).toBe(200);
    expect(await ask({}, { address: second })).toBe(200);
  });

  it('gains nothing by walking through the addresses of its /64', async () => {
    const { ask, provider } = setUp();
    for (let n = 0; n < 300; n += 1) {
      await ask({}, { address: `2001:db8:1:2:${n.toString(16)}::${n.toString(16)}` });
    }
    expect(provider.requests).toHaveLength(1);
  });
});

describe('the log', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['2001:db8:aaaa:bbbb:cccc::1', '2001:db8:aaaa::'],
    ['::1', '0:0:0::'],
  ])('has %s as %s', async (address, shown) => {
    const { ask, entries } = setUp();
    await ask({}, { address });
    expect(entries[0]?.address).toBe(shown);
    expect(JSON.stringify(entries)).not.toMatch(/77|bbbb/);
  });

  it('names a visitor by a short hash that only the secret’s owner can make again', async () => {
    const names = async (identitySecret?: string) => {
      const { ask, entries } = setUp({
        allowAnonymous: false,
        authorize: (request) => request.headers.get('x-user'),
        ...(identitySecret !== undefined && { identitySecret }),
      });
      for (const user of ['ada@mail.example', 'bob@mail.example', 'ada@mail.example', '']) {
        await ask({ 'x-user': user });
      }
      expect(JSON.stringify(entries)).not.toContain('mail.example');
      return entries.map(({ visitor }) => visitor);
    };
    const [ada, bob, again, nobody] = await names('s1');
    expect(ada).toMatch(/^[\da-f]{12}$/);
    expect(again).toBe(ada);
    expect(bob).not.toBe(ada);
    expect(nobody).toBeUndefined();
    expect(await names('s1')).toEqual([ada, bob, again, nobody]);
    expect((await names('s2'))[0]).not.toBe(ada);
    expect((await names())[0]).not.toBe((await names())[0]);
  });
});
