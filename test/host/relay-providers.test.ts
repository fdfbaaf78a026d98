// What goes over the wire when a host places a call itself and ends it, at every service, and what
// each makes of its service's answers.
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { azure, compatible, local, openai, type Provider } from '../../src/host/index.js';
import {
  ANSWER,
  CANARY,
  json,
  mintedAnswer,
  OFFER,
  ownHeaders,
  placed,
  sharedUpstream,
  type RecordedRequest,
  type Upstream,
} from './support.js';

const upstream = await sharedUpstream();
const anybody = { identity: null, query: new URLSearchParams() };
const never = new AbortController().signal;

/** Secrets first, where they are asked for; calls and hang-ups as told. */
function answering(call: Upstream['answer'], hangUp: Upstream['answer'] = json(200, '')) {
  upstream.answer = (outgoing, attempt) => {
    const { url = '' } = upstream.requests.at(-1) ?? {};
    const answer = url.includes('client_secrets')
      ? json(200, mintedAnswer)
      : url.includes('hangup')
        ? hangUp
        : call;
    answer(outgoing, attempt);
  };
}

const create = (provider: Provider, more: { identity?: string; query?: string } = {}) =>
  provider.calls!.create({
    ...anybody,
    identity: more.identity ?? null,
    query: new URLSearchParams(more.query),
    sdp: OFFER,
    session: { instructions: 'Help.', audio: { output: { voice: 'cedar' } } },
    signal: never,
  });

const lineOf = ({ method, url }: RecordedRequest) => `${method} ${url}`;

/** Headers and content of each part, as they were sent. */
function partsOf({ headers, body }: RecordedRequest): (readonly [head: string[], text: string])[] {
  const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head = '', ...text] = part.replace(/^\r\n|\r\n$/g, '').split('\r\n\r\n');
      return [head.split('\r\n'), text.join('\r\n\r\n')];
    });
}

const makers: [name: string, make: (options?: { timeoutMs: number }) => Provider][] = [
  ['openai', (options) => openai({ apiKey: CANARY, baseUrl: `${upstream.url}/v1`, ...options })],
  [
    'azure',
    (options) => azure({ endpoint: upstream.url, deployment: 'shop', apiKey: CANARY, ...options }),
  ],
  [
    'compatible',
    (options) => compatible({ baseUrl: upstream.url, model: 'm', apiKey: CANARY, ...options }),
  ],
  ['local', (options) => local({ url: upstream.url, ...options })],
];

describe('OpenAI', () => {
  const make = () =>
    openai({
      apiKey: CANARY,
      baseUrl: `${upstream.url}/v1`,
      organization: 'org-1',
      project: 'proj-1',
      identitySecret: 'pepper',
      session: { max_output_tokens: 100 },
    });

  it('is sent the offer and the session as one form, with the key and the visitor’s hash', async () => {
    answering(placed('rtc_1'));
    expect(await create(make(), { identity: 'ada' })).toEqual({ sdp: ANSWER, id: 'rtc_1' });
    const [request] = upstream.requests as [RecordedRequest];
    expect(upstream.requests.map(lineOf)).toEqual(['POST /v1/realtime/calls']);
    expect(request.headers.accept).toBe('application/sdp');
    const { 'content-type': type, ...headers } = ownHeaders(request);
    expect(type).toMatch(/^multipart\/form-data; ?boundary=/);
    expect(headers).toEqual({
      authorization: `Bearer ${CANARY}`,
      'openai-organization': 'org-1',
      'openai-project': 'proj-1',
      'openai-safety-identifier': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    const [sdp, session, ...others] = partsOf(request);
    expect(others).toEqual([]);
    const head = (name: string, content: string) => [
      `Content-Disposition: form-data; name="${name}"`,
      `Content-Type: ${content}`,
    ];
    expect(sdp).toEqual([head('sdp', 'application/sdp'), OFFER]);
    expect(session?.[0]).toEqual(head('session', 'application/json'));
    expect(JSON.parse(session?.[1] ?? '')).toEqual({
      type: 'realtime',
      model: 'gpt-realtime-2.1',
      instructions: 'Help.',
      audio: {
        input: {
          transcription: { model: 'gpt-transcribe' },
          turn_detection: { type: 'semantic_vad' },
        },
        output: { voice: 'cedar' },
      },
      max_output_tokens: 100,
    });
  });

  it('is told with the key which call is over', async () => {
    answering(placed('rtc_1'));
    await make().calls!.hangUp('rtc_1', never);
    const [request] = upstream.requests as [RecordedRequest];
    expect(lineOf(request)).toBe('POST /v1/realtime/calls/rtc_1/hangup');
    expect(request.body).toBe('');
    expect(ownHeaders(request)).toEqual({
      authorization: `Bearer ${CANARY}`,
      'openai-organization': 'org-1',
      'openai-project': 'proj-1',
    });
  });
});

describe('Azure OpenAI', () => {
  const endpoint = () => ({ endpoint: upstream.url, deployment: 'shop' });
  const path = '/openai/v1/realtime';

  it('is sent the offer with a secret, and the key for all else', async () => {
    answering(placed('rtc_1'));
    const provider = azure({ ...endpoint(), apiKey: CANARY });
    expect(await create(provider)).toEqual({ sdp: ANSWER, id: 'rtc_1' });
    await provider.calls!.hangUp('rtc_1', never);
    expect(upstream.requests.map(lineOf)).toEqual([
      `POST ${path}/client_secrets`,
      `POST ${path}/calls`,
      `POST ${path}/calls/rtc_1/hangup`,
    ]);
    const [secret, call, hangUp] = upstream.requests;
    expect(JSON.parse(secret?.body ?? '')).toMatchObject({
      session: { model: 'shop', instructions: 'Help.', audio: { output: { voice: 'cedar' } } },
    });
    expect(ownHeaders(secret)).toEqual({ 'api-key': CANARY, 'content-type': 'application/json' });
    expect(call?.body).toBe(OFFER);
    expect(ownHeaders(call)).toEqual({
      authorization: 'Bearer ek_stub',
      'content-type': 'application/sdp',
    });
    expect(ownHeaders(hangUp)).toEqual({ 'api-key': CANARY });
  });

  it('is asked for an Entra token each time, and for its filter where that is wanted', async () => {
    answering(placed('rtc_1'));
    let tokens = 0;
    const credential = () => Promise.resolve(`entra-${(tokens += 1)}`);
    const provider = azure({ ...endpoint(), credential, eventFilter: true });
    expect(await create(provider)).toEqual({ sdp: ANSWER, id: 'rtc_1', isFiltered: true });
    await provider.calls!.hangUp('rtc_1', never);
    const sent = upstream.requests.map(({ url, headers }) => [url, headers.authorization]);
    expect(sent).toEqual([
      [`${path}/client_secrets`, 'Bearer entra-1'],
      [`${path}/calls?webrtcfilter=on`, 'Bearer ek_stub'],
      [`${path}/calls/rtc_1/hangup`, 'Bearer entra-2'],
    ]);
  });
});

describe('a compatible service', () => {
  // A title is printed, and so has no key in it.
  it.each([
    { how: 'with', apiKey: CANARY, authorization: `Bearer ${CANARY}` },
    { how: 'without', apiKey: undefined, authorization: undefined },
  ])('$how a key is sent the offer with a secret', async ({ apiKey, authorization }) => {
    answering(placed('call-1'));
    const provider = compatible({ baseUrl: `${upstream.url}/v1`, model: 'm', apiKey });
    expect(await create(provider)).toEqual({ sdp: ANSWER, id: 'call-1' });
    await provider.calls!.hangUp('call-1', never);
    expect(upstream.requests.map((each) => [lineOf(each), each.headers.authorization])).toEqual([
      ['POST /v1/realtime/client_secrets', authorization],
      ['POST /v1/realtime/calls', 'Bearer ek_stub'],
      ['POST /v1/realtime/calls/call-1/hangup', authorization],
    ]);
    expect(upstream.requests[1]?.body).toBe(OFFER);
  });
});

describe('the local service', () => {
  it('is passed a fault and an agent', async () => {
    answering(placed('rtc_1'));
    const provider = local({ url: upstream.url });
    const query = 'agent=echo&fault=close-peer:100&model=x';
    expect(await create(provider, { query })).toEqual({ sdp: ANSWER, id: 'rtc_1' });
    await provider.calls!.hangUp('rtc_1', never);
    expect(upstream.requests.map((each) => [lineOf(each), each.headers.authorization])).toEqual([
      ['POST /v1/realtime/client_secrets?fault=close-peer%3A100', 'Bearer local'],
      ['POST /v1/realtime/calls', 'Bearer ek_stub'],
      ['POST /v1/realtime/calls/rtc_1/hangup', 'Bearer local'],
    ]);
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toMatchObject({
      session: { model: 'echo' },
    });
  });
});

describe.each(makers)('an answer to %s', (name, make) => {
  const calls = () => upstream.requests.filter(({ url }) => url.endsWith('/calls'));

  it.each([
    ['/v1/realtime/calls/rtc_u1-X', 'rtc_u1-X'],
    ['https://elsewhere.example/openai/v1/realtime/calls/rtc_1', 'rtc_1'],
    ['/openai/v1/realtime/calls?call_id=rtc_2', 'rtc_2'],
    ['/v1/realtime/calls/other?call_id=rtc_3', 'rtc_3'],
    [`/v1/realtime/calls/${'x'.repeat(100)}`, 'x'.repeat(100)],
  ])('with the Location %s names the call', async (location, id) => {
    answering(placed('', { location }));
    expect(await create(make())).toEqual({ sdp: ANSWER, id });
  });

  it.each<[what: string, answer: Upstream['answer']]>([
    ['no Location', (out) => void out.writeHead(201).end(ANSWER)],
    ...[
      '/v1/realtime/calls',
      '/v1/realtime/calls/',
      '/v1/realtime/calls/rtc_1/hangup',
      '/v1/realtime/calls/rtc%2F1',
      '/v1/realtime/calls?call_id=../1',
      `/v1/realtime/calls/${'x'.repeat(101)}`,
      'http://[',
    ].map((location): [string, Upstream['answer']] => [location, placed('', { location })]),
  ])('with %s is none', async (_, answer) => {
    answering(answer);
    await expect(create(make())).rejects.toMatchObject({ code: 'provider-invalid' });
  });

  it.each<[what: string, answer: Upstream['answer']]>([
    ['a web page', placed('rtc_1', {}, '<h1>Hello</h1>')],
    ['nothing', placed('rtc_1', {}, '')],
    ['no end', placed('rtc_1', {}, `v=0${'\r\na=x'.repeat(20_000)}`)],
    [
      'half an answer',
      (out) => {
        const head = { location: '/v1/realtime/calls/rtc_1', 'content-length': '100' };
        out.writeHead(201, head).write('v=0', () => out.destroy());
      },
    ],
  ])('with %s is known by its name, to be ended', async (_, answer) => {
    answering(answer);
    expect(await create(make())).toEqual({ sdp: '', id: 'rtc_1' });
  });

  const leaky = { error: { message: CANARY, type: CANARY, code: CANARY } };
  it.each<[what: string, answer: Upstream['answer'], code: string]>([
    ['400', json(400, leaky), 'provider-refused'],
    ['401', json(401, leaky), 'provider-credentials'],
    ['429', json(429, leaky, { 'retry-after': '7' }), 'rate-limited'],
    ['500', json(500, leaky), 'provider-error'],
    ['503', json(503, leaky), 'provider-unavailable'],
    ['504', json(504, leaky), 'provider-timeout'],
    ['302', json(302, leaky, { location: 'http://127.0.0.1:9/' }), 'provider-refused'],
    ['a reset', (out: ServerResponse) => void out.destroy(), 'provider-unreachable'],
  ])('that is %s is never tried again', async (_, answer, code) => {
    answering(answer);
    const refused = await create(make()).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'HostProblem', code });
    expect(JSON.stringify(refused)).not.toContain(CANARY);
    expect(calls()).toHaveLength(1);
  });

  it('that never comes is not waited for', async () => {
    answering(() => undefined);
    const refused = create(make({ timeoutMs: 50 }));
    await expect(refused).rejects.toMatchObject({ code: 'provider-timeout' });
    expect(calls()).toHaveLength(1);
  });

  if (name !== 'local') {
    it('that holds the host’s own key is not passed on', async () => {
      answering(placed('rtc_1', {}, `${ANSWER}a=x-key:${CANARY}\r\n`));
      expect(await create(make())).toEqual({ sdp: '', id: 'rtc_1' });
    });
  }

  it('says that a call is over, if only because there is none', async () => {
    answering(placed('rtc_1'), json(404, leaky));
    await make().calls!.hangUp('rtc_1', never);
    answering(placed('rtc_1'), (out) => void out.writeHead(200).end());
    await make().calls!.hangUp('rtc_1', never);
    expect(upstream.requests).toHaveLength(2);
  });

  it('says that a call could not be ended', async () => {
    answering(placed('rtc_1'), json(401, leaky));
    const refused = make().calls!.hangUp('rtc_1', never);
    await expect(refused).rejects.toMatchObject({ code: 'provider-credentials' });
  });
});
