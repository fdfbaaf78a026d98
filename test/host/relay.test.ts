// How the relay host judges offers and places calls, with a service that counts.
import { describe, expect, it, vi } from 'vitest';
import {
  ConfigurationError,
  createRelayHost,
  HostProblem,
  type CallService,
  type RelayHostOptions,
} from '../../src/host/index.js';
import { memoryCalls } from '../../src/host/memory-calls.js';
import { as, authorize, setUp } from './relay-support.js';
import {
  ANSWER,
  callingProvider,
  countingProvider,
  deferred,
  OFFER,
  problemOf,
  SHOP,
} from './support.js';

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

describe('an offer', () => {
  it('is answered with the service’s answer, and where the call can be ended', async () => {
    const { provider, ask } = setUp();
    const response = await ask();
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/sdp');
    expect(response.headers.get('location')).toBe('/session/rtc_1');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(response.headers.get('access-control-expose-headers')).toBe(
      'Date, Location, Retry-After',
    );
    expect(await response.text()).toBe(ANSWER);
    expect(provider.created).toMatchObject([{ sdp: OFFER, identity: null }]);
  });

  it('is answered with a word more where the service hides events from the page', async () => {
    const { calls, ...provider } = callingProvider();
    const create: CallService['create'] = async (request) => ({
      ...(await calls.create(request)),
      isFiltered: true,
    });
    const { ask, end } = setUp({ provider: { ...provider, calls: { ...calls, create } } });
    const location = (await ask()).headers.get('location');
    expect(location).toBe('/session/rtc_1?webrtcfilter=on');
    expect((await end(location!)).status).toBe(204);
  });

  it.each([
    ['https://host.example/voice/session', '/voice/session/rtc_1'],
    ['https://host.example/voice/session/?agent=echo', '/voice/session/rtc_1'],
  ])('sent to %s begins a call at %s', async (url, location) => {
    const { ask, end, provider } = setUp();
    expect((await ask({}, url)).headers.get('location')).toBe(location);
    expect((await end(location)).status).toBe(204);
    expect(provider.ended).toEqual(['rtc_1']);
  });

  it('may come in JSON, with an agent and its variables', async () => {
    const variables = { name: { type: 'string' as const } };
    const agents = { default: {}, support: { instructions: 'Help {{name}}.', variables } };
    const { provider, ask, entries } = setUp({ agents });
    await ask(json({ sdp: OFFER, agent: 'support', variables: { name: 'Ada' } }));
    await ask(json({ sdp: OFFER }));
    await ask();
    expect(provider.created.map(({ sdp, session }) => [sdp, session])).toEqual([
      [OFFER, { instructions: 'Help Ada.' }],
      [OFFER, {}],
      [OFFER, {}],
    ]);
    expect(entries.map((entry) => 'agent' in entry && entry.agent)).toEqual([
      'support',
      'default',
      'default',
    ]);
  });

  const sdp = { 'content-type': 'application/sdp' };
  it.each<[what: string, init: RequestInit, code: string]>([
    ['no offer', { body: 'hello' }, 'body-not-offer'],
    ['nothing', { body: '' }, 'body-not-offer'],
    ['a web page', { body: '<!doctype html>' }, 'body-not-offer'],
    ['another version', { body: 'v=01\r\n' }, 'body-not-offer'],
    ['a NUL', { body: `${OFFER}a=\0\r\n` }, 'body-not-offer'],
    [
      'bytes that are no text',
      { body: new Uint8Array([118, 61, 48, 10, 255]), headers: sdp },
      'body-not-offer',
    ],
    ['too much', { body: OFFER + 'a'.repeat(65_536) }, 'body-too-large'],
    ['compressed', { headers: { 'content-encoding': 'gzip' } }, 'body-not-plain-offer'],
    ['plain text', { headers: { 'content-type': 'text/plain' } }, 'body-not-plain-offer'],
    [
      'a form',
      { headers: { 'content-type': 'multipart/form-data; boundary=x' } },
      'body-not-plain-offer',
    ],
    ['JSON without an offer', json({}), 'body-not-offer'],
    ['JSON with an object for it', json({ sdp: { type: 'offer' } }), 'body-not-offer'],
    ['a list', json([OFFER]), 'body-not-json'],
    ['half of its JSON', { ...json({}), body: '{"sdp":' }, 'body-not-json'],
    ['a wish', json({ sdp: OFFER, session: { model: 'dear' } }), 'body-unknown-key'],
    ['an agent where there are none', json({ sdp: OFFER, agent: 'x' }), 'body-unknown-key'],
    [
      'another site’s origin',
      { headers: { origin: 'https://evil.example' } },
      'origin-not-allowed',
    ],
    ['the method PUT', { method: 'PUT' }, 'method-not-allowed'],
  ])('with %s costs nothing', async (_, init, code) => {
    const { provider, ask, entries } = setUp();
    const response = await ask(init);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect((await problemOf(response)).code).toBe(code);
    expect(provider.created).toEqual([]);
    expect(entries).toMatchObject([{ outcome: code }]);
  });

  it('of a visitor who is not known costs nothing', async () => {
    const { provider, ask } = setUp({ authorize });
    expect((await ask()).status).toBe(401);
    expect(provider.created).toEqual([]);
  });

  it('is held to limits as secrets are', async () => {
    const { provider, ask } = setUp({ authorize, limits: { visitorPerMinute: 2 } });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await ask(as('ada'))).status);
    expect(statuses).toEqual([201, 201, 429]);
    expect(provider.created).toHaveLength(2);
  });

  it('that the service refuses leaves no place taken', async () => {
    const { provider, ask } = setUp({ concurrentTotal: 1 });
    const { create } = provider.calls;
    provider.calls.create = () => Promise.reject(new HostProblem('provider-refused'));
    expect((await problemOf(await ask())).code).toBe('provider-refused');
    provider.calls.create = create;
    expect((await ask()).status).toBe(201);
  });

  it('whose page goes away before the answer leaves no call behind', async () => {
    const { provider, ask, entries } = setUp();
    const leaving = new AbortController();
    const { create } = provider.calls;
    provider.calls.create = (request) => {
      leaving.abort();
      return create(request);
    };
    await ask({ signal: leaving.signal });
    expect(provider.ended).toEqual(['rtc_1']);
    expect(entries).toMatchObject([{ outcome: 'ended', cause: 'page' }, { outcome: 'called' }]);
  });

  it('whose call cannot be noted down leaves no call behind', async () => {
    const calls = { ...memoryCalls(), begin: () => Promise.reject(new Error('table is full')) };
    const { provider, ask, entries } = setUp({ calls });
    const response = await ask();
    expect(await problemOf(response)).toMatchObject({ status: 500, code: 'internal' });
    expect(provider.ended).toEqual(['rtc_1']);
    expect(entries).toMatchObject([{ outcome: 'ended' }, { outcome: 'internal', error: 'Error' }]);
  });

  it('whose answer is lost is ended at once, and takes no place', async () => {
    const { provider, ask } = setUp({ concurrentTotal: 1 });
    const { create } = provider.calls;
    provider.calls.create = () => Promise.resolve({ sdp: '', id: 'rtc_1' });
    expect((await problemOf(await ask())).code).toBe('provider-invalid');
    expect(provider.ended).toEqual(['rtc_1']);
    provider.calls.create = create;
    expect((await ask()).status).toBe(201);
  });

  it('whose call has a name that fits in no path is ended at once, and takes no place', async () => {
    const { provider, ask } = setUp({ concurrentTotal: 1 });
    const { create } = provider.calls;
    provider.calls.create = () => Promise.resolve({ sdp: ANSWER, id: 'rtc/1' });
    expect((await problemOf(await ask())).code).toBe('provider-invalid');
    expect(provider.ended).toEqual(['rtc/1']);
    provider.calls.create = create;
    expect((await ask()).status).toBe(201);
  });
});

describe('a page of another origin', () => {
  it('may ask beforehand for both methods', async () => {
    const { ask } = setUp();
    const { status, headers } = await ask({ method: 'OPTIONS', body: null });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-methods')).toBe('POST, DELETE');
    expect(headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type');
  });

  it('learns which methods there are, and whether the host is well', async () => {
    const { ask, host } = setUp();
    expect((await ask({ method: 'PATCH' })).headers.get('allow')).toBe('POST, DELETE, OPTIONS');
    const health = await host.handle(new Request('https://host.example/health'));
    expect(await health.json()).toEqual({ status: 'ok' });
  });
});

describe('one visitor', () => {
  it('has one call: the next one ends the one before, and nobody else’s', async () => {
    const { provider, ask, entries } = setUp({ authorize, limits: false });
    await ask(as('bob'));
    for (let n = 0; n < 3; n += 1) expect((await ask(as('ada'))).status).toBe(201);
    expect(provider.ended).toEqual(['rtc_2', 'rtc_3']);
    await expect
      .poll(() => entries.filter((entry) => 'cause' in entry))
      .toMatchObject([
        { outcome: 'ended', cause: 'replaced' },
        { outcome: 'ended', cause: 'replaced' },
      ]);
  });

  it('has as many as the host allows, and the oldest goes', async () => {
    const { provider, ask } = setUp({ authorize, concurrentPerVisitor: 2 });
    for (let n = 0; n < 4; n += 1) await ask(as('ada'));
    expect(provider.ended).toEqual(['rtc_1', 'rtc_2']);
  });

  it('who is anonymous ends nobody’s call with a new one', async () => {
    const { provider, ask } = setUp();
    for (let n = 0; n < 4; n += 1) await ask();
    expect(provider.ended).toEqual([]);
  });
});

describe('a host that is full', () => {
  it('says so before the service is asked, and has room again once a call is over', async () => {
    const { provider, ask, end } = setUp({ concurrentTotal: 3 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.find(({ status }) => status === 503)!;
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await problemOf(refused)).code).toBe('too-many-calls');
    expect(provider.created).toHaveLength(3);
    await end('/session/rtc_2');
    expect((await ask()).status).toBe(201);
  });

  it('does not wait for ever for a service that never answers, and ends what that began after all', async () => {
    vi.useFakeTimers();
    try {
      const { provider, ask } = setUp({ concurrentTotal: 1 });
      const { create } = provider.calls;
      const { promise, resolve } = deferred<undefined>();
      provider.calls.create = (request) => promise.then(() => create(request));
      const hanging = ask();
      await vi.advanceTimersByTimeAsync(7_000);
      expect((await problemOf(await hanging)).code).toBe('provider-timeout');
      provider.calls.create = create;
      expect((await ask()).status).toBe(503);
      await vi.advanceTimersByTimeAsync(8_000);
      expect((await ask()).status).toBe(201);
      resolve(undefined);
      await vi.advanceTimersByTimeAsync(0);
      expect(provider.ended).toEqual(['rtc_2']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('still lets a visitor in whose own call makes room', async () => {
    const { ask } = setUp({ authorize, concurrentTotal: 1 });
    await ask(as('ada'));
    expect((await ask(as('bob'))).status).toBe(503);
    expect((await ask(as('ada'))).status).toBe(201);
  });
});

describe('a relay host that cannot be served', () => {
  it.each<[setting: string, options: object]>([
    ['provider', {}],
    ['provider', { provider: countingProvider() }],
    ['provider', { provider: { ...countingProvider(), calls: { create: () => undefined } } }],
    ['authorize', { provider: { ...callingProvider(), free: false } }],
    ['allowedOrigins', { provider: callingProvider(), allowedOrigins: ['*'] }],
    ['limits', { provider: callingProvider(), limits: true }],
    ...[9, 7_201, 10.5, '60', NaN, null]
      .map((maxDuration): [string, object] => [
        'maxDuration',
        { provider: callingProvider(), maxDuration },
      ])
      .filter(([, options]) => (options as { maxDuration: unknown }).maxDuration !== null),
    ['agents.a.maxDuration', { provider: callingProvider(), agents: { a: { maxDuration: 5 } } }],
    ['concurrentPerVisitor', { provider: callingProvider(), concurrentPerVisitor: 0 }],
    ['concurrentTotal', { provider: callingProvider(), concurrentTotal: 0 }],
    ['calls', { provider: callingProvider(), calls: {} }],
    ['calls', { provider: callingProvider(), calls: { ...memoryCalls(), claimDue: undefined } }],
  ])('names %s (%#)', (setting, options) => {
    const make = () => createRelayHost(options as RelayHostOptions);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(new RegExp(`^${setting}: [^\n]+$`));
  });
});
