/** A site's own host takes the offer, answers it, and is told when the call is over. */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import type { EndpointOptions } from '../../src/core/token-source.js';
import { endpoint } from '../../src/core/token-source.js';
import { relay } from '../../src/core/relay.js';
import { failureOf } from './failure.js';
import { json, tokenHosts, type Answer } from './token-host.js';

const OFFER = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n';
const SDP = 'v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\n';
const NO_SECRET = { value: 'none', expiresAt: Infinity };
const never = () => new AbortController().signal;

const host = tokenHosts();

interface Seen {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A host that places calls and writes down what it was asked. */
async function relayHost(location = '/session/rtc_1') {
  const seen: Seen[] = [];
  const { url } = await host((response, request) => {
    void text(request).then((body) => {
      const { method, url: path, headers } = request;
      seen.push({ method, path, headers, body });
      if (method === 'DELETE') response.writeHead(204).end();
      else json(SDP, { 'content-type': 'application/sdp', location }, 201)(response, request);
    });
  });
  return { url, seen };
}

const offerTo = (url: string, options: EndpointOptions = {}, signal = never()) =>
  relay(url, options).negotiate(OFFER, NO_SECRET, signal);

async function offerMeets(answer: Answer, signal = never()) {
  const { url } = await host(answer);
  return offerTo(url, {}, signal);
}

describe('an offer to a host that relays it', () => {
  it('is posted as SDP, without any secret', async () => {
    const { url, seen } = await relayHost();
    await expect(offerTo(url)).resolves.toMatchObject({ sdp: SDP, callId: 'rtc_1' });
    expect(seen).toMatchObject([
      { method: 'POST', headers: { 'content-type': 'application/sdp' }, body: OFFER },
    ]);
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is posted as JSON when an agent, or its variables, are wished for', async () => {
    const { url, seen } = await relayHost();
    await offerTo(url, { agent: 'support' });
    await offerTo(url, { variables: { name: 'Ann', vip: true } });
    expect(
      seen.map(({ headers, body }) => [headers['content-type'], JSON.parse(body) as unknown]),
    ).toEqual([
      ['application/json', { sdp: OFFER, agent: 'support' }],
      ['application/json', { sdp: OFFER, variables: { name: 'Ann', vip: true } }],
    ]);
  });

  it('carries the page’s headers, so that the host knows who asks', async () => {
    const { url, seen } = await relayHost();
    const headers = { authorization: 'Bearer visitor' };
    (await offerTo(url, { headers })).hangUp?.();
    await vi.waitFor(() => {
      expect(seen.map((one) => one.headers.authorization)).toEqual([
        'Bearer visitor',
        'Bearer visitor',
      ]);
    });
  });

  it.each([401, 403, 429, 500])('meets a refusal with %i as a token host’s', async (status) => {
    const refusing = json({ code: 'x' }, { 'retry-after': '3' }, status);
    const { url } = await host(refusing);
    const asToken = await failureOf(endpoint(url)(never()));
    const asRelay = await failureOf(offerTo(url));
    expect([asRelay.code, asRelay.retryAfterMs]).toEqual([asToken.code, asToken.retryAfterMs]);
  });

  it.each(['<!doctype html>', '', '{"sdp":"v=0"}'])('refuses the answer %j', async (body) => {
    const error = await failureOf(offerMeets(json(body, {}, 201)));
    expect(error.code).toBe('negotiation-rejected');
  });

  it('gives up when nobody is there, and when the address is not safe', async () => {
    expect((await failureOf(offerTo('http://127.0.0.1:9/session'))).code).toBe('token-unreachable');
    expect((await failureOf(offerTo('http://example.com/session'))).code).toBe('token-invalid');
  });

  it('is dropped with the attempt', async () => {
    const ending = new AbortController();
    const placing = offerMeets(() => {
      ending.abort(new Error('ended'));
    }, ending.signal);
    await expect(placing).rejects.toThrow('ended');
  });
});

describe('the end of a relayed call', () => {
  it('is told to the host', async () => {
    const { url, seen } = await relayHost();
    const { hangUp } = await offerTo(url);
    hangUp?.();
    await vi.waitFor(() => {
      expect(seen.slice(1)).toMatchObject([{ method: 'DELETE', path: '/session/rtc_1', body: '' }]);
    });
  });

  it.each(['https://elsewhere.example/session/rtc_1', '//elsewhere.example/rtc_1', ''])(
    'is not told to anybody else: Location %j',
    async (location) => {
      const { url } = await relayHost(location);
      expect((await offerTo(url)).hangUp).toBeUndefined();
    },
  );
});
