/** An offer goes out over HTTP and an answer, or a good reason, comes back. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ClientSecret } from '../../src/core/client-secret.js';
import { postOffer } from '../../src/core/negotiate.js';
import { failureOf } from './failure.js';
import { json, tokenHosts, type Answer } from './token-host.js';

const OFFER = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n';
const SDP = 'v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\n';
const secret: ClientSecret = { value: 'ek_canary', expiresAt: Infinity };
const never = () => new AbortController().signal;

const start = tokenHosts();
afterEach(() => {
  vi.restoreAllMocks();
});

async function offerTo(answer: Answer, signal = never()) {
  const { url } = await start(answer);
  return postOffer(url)(OFFER, secret, signal);
}

const created = (headers: Record<string, string> = {}) =>
  json(SDP, { 'content-type': 'application/sdp', ...headers }, 201);

describe('an offer', () => {
  it('is posted as SDP with the client secret', async () => {
    const seen: unknown[] = [];
    const { sdp } = await offerTo((response, request) => {
      const { method, headers } = request;
      seen.push(method, headers.authorization, headers['content-type']);
      created()(response, request);
    });
    expect(seen).toEqual(['POST', 'Bearer ek_canary', 'application/sdp']);
    expect(sdp).toBe(SDP);
  });

  it('goes to the page’s address, else to the host’s, else to OpenAI', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(() => Promise.resolve(new Response(SDP)));
    const named = { ...secret, callsUrl: 'https://host.example/calls' };
    await postOffer('https://page.example/calls', fetch)(OFFER, named, never());
    await postOffer(undefined, fetch)(OFFER, named, never());
    await postOffer(undefined, fetch)(OFFER, secret, never());
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([
      'https://page.example/calls',
      'https://host.example/calls',
      'https://api.openai.com/v1/realtime/calls',
    ]);
  });

  it.each([
    ['/v1/realtime/calls/rtc_1', 'rtc_1'],
    ['https://api.openai.com/v1/realtime/calls/rtc_1', 'rtc_1'],
    ['/v1/realtime/calls/rtc_1?x=1#y', 'rtc_1'],
    ['/v1/realtime/calls?call_id=rtc_1', 'rtc_1'],
    ['rtc_1', 'rtc_1'],
    ['/v1/realtime/calls/', undefined],
    ['https://', undefined],
  ])('gets the call’s id from Location %s', async (location, callId) => {
    const answer = await offerTo(created({ location }));
    expect(answer.callId).toBe(callId);
  });

  it('does without an id where the service does not reveal it', async () => {
    await expect(offerTo(created())).resolves.toEqual({ sdp: SDP, isFiltered: false });
  });

  it('notices where most events are kept from the page: by its own address, or by the host’s', async () => {
    const location = '/session/rtc_1?webrtcfilter=on';
    expect(await offerTo(created({ location }))).toMatchObject({
      callId: 'rtc_1',
      isFiltered: true,
    });
    const { url } = await start(created({ location: '/v1/realtime/calls/rtc_1' }));
    const answer = await postOffer(`${url}?webrtcfilter=on`)(OFFER, secret, never());
    expect(answer).toMatchObject({ callId: 'rtc_1', isFiltered: true });
  });
});

describe('an offer that is refused', () => {
  it.each([400, 401, 403, 404, 409, 429, 500, 503])(
    'with %i says so in the service’s own words',
    async (status) => {
      const body = { error: { message: 'Model is not available.', type: 'x' } };
      const error = await failureOf(offerTo(json(body, {}, status)));
      expect(error.code).toBe(status === 429 ? 'quota-exceeded' : 'negotiation-rejected');
      expect(error.message).toContain(`HTTP ${status}`);
      expect(error.message).toContain('Model is not available.');
    },
  );

  it.each<[what: string, body: unknown]>([
    ['a page', '<!doctype html><title>proxy</title>'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', []],
    ['words of the wrong type', { error: { message: { proxy: 1 } } }],
    ['an error that is a string', { error: 'proxy' }],
  ])('with %s says only the status', async (_what, body) => {
    const error = await failureOf(offerTo(json(body, {}, 502)));
    expect(error.message).toBe('The service refused the call (HTTP 502).');
  });

  it('with very many words is cut short', async () => {
    const error = await failureOf(
      offerTo(json({ error: { message: 'x'.repeat(9_000) } }, {}, 400)),
    );
    expect(error.message.length).toBeLessThan(600);
  });

  it.each<[what: string, body: unknown]>([
    ['a page', '<!doctype html>'],
    ['nothing', ''],
    ['JSON', { sdp: SDP }],
  ])('with 200 and %s is refused as well', async (_what, body) => {
    const error = await failureOf(offerTo(json(body)));
    expect(error.code).toBe('negotiation-rejected');
    expect(error.message).toMatch(/^No SDP answer came from http:\/\/127\.0\.0\.1:\d+\/token\.$/);
  });

  it('E18 never repeats the secret', async () => {
    const broken: Answer = (response) => response.destroy();
    for (const answer of [json('', {}, 401), json(''), broken]) {
      const error = await failureOf(offerTo(answer));
      expect(`${error.message} ${error.stack ?? ''}`).not.toContain('canary');
    }
  });

  it('E18 repeats the words of a gateway that repeats the secret, but not that', async () => {
    const slashes = { ...secret, value: 'ek_canary/with/slashes' };
    const body = JSON.stringify({ error: { message: `“Bearer ${slashes.value}” is unknown.` } });
    for (const said of [body, body.replaceAll('/', '\\/')]) {
      const { url } = await start((response) => response.writeHead(401).end(said));
      const error = await failureOf(postOffer(url)(OFFER, slashes, never()));
      expect(error.message).toContain('“Bearer …” is unknown.');
      expect(error.stack).not.toContain('canary');
    }
  });
});

describe('a service that cannot be asked', () => {
  it('is blocked when the connection breaks', async () => {
    const error = await failureOf(offerTo((response) => response.destroy()));
    expect(error.code).toBe('network-blocked');
    expect(error.message).toContain('firewall');
  });

  it.each(['/calls', 'javascript:1', 'http://', ''])('is blocked at %j', async (url) => {
    const error = await failureOf(postOffer(url)(OFFER, secret, never()));
    expect(error.code).toBe('network-blocked');
  });

  it('is given ten seconds', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const spy = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 100));
    const error = await failureOf(offerTo(() => undefined));
    expect(spy).toHaveBeenCalledWith(10_000);
    expect(error.code).toBe('network-blocked');
    expect(error.message).toContain('in time');
  });

  it('is left at once when the visitor goes', async () => {
    const controller = new AbortController();
    const asking = offerTo(() => {
      controller.abort(new DOMException('enough', 'AbortError'));
    }, controller.signal);
    await expect(asking).rejects.toThrow('enough');
  });
});
