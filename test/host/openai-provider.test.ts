// What the OpenAI provider puts on the wire, and what it makes of every answer.
import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTokenHost, openai, type LogEntry } from '../../src/host/index.js';
import {
  CANARY,
  json,
  mintedAnswer,
  problemOf,
  SHOP,
  startUpstream,
  tokenRequest,
  type Upstream,
} from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

let upstream: Upstream;
const printed: string[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.answer = json(200, mintedAnswer);
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  }
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...words) => void printed.push(words.join(' ')));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  expect(printed.splice(0).join('')).not.toContain(CANARY);
});

interface SetUp extends Partial<Parameters<typeof openai>[0]> {
  authorize?: () => string;
}

function setUp({ authorize, ...options }: SetUp = {}) {
  const entries: LogEntry[] = [];
  const host = createTokenHost({
    provider: openai({ apiKey: CANARY, baseUrl: `${upstream.url}/v1`, ...options }),
    allowedOrigins: [SHOP],
    log: (entry) => entries.push(entry),
    ...(authorize ? { authorize } : { allowAnonymous: true }),
  });
  return { host, entries };
}

async function textOf(response: Response): Promise<string> {
  const head = JSON.stringify([...response.headers]);
  return `${response.status} ${response.statusText} ${head} ${await response.text()}`;
}

describe('on the wire', () => {
  it('is one POST with the key and the whole session', async () => {
    const response = await setUp().host(tokenRequest());
    expect(await response.json()).toEqual({
      value: 'ek_stub',
      expires_at: 1_790_000_000,
      calls_url: `${upstream.url}/v1/realtime/calls`,
      provider: 'openai',
    });
    expect(upstream.requests).toHaveLength(1);
    const [request] = upstream.requests;
    expect(`${request?.method} ${request?.url}`).toBe('POST /v1/realtime/client_secrets');
    expect(request?.headers.authorization).toBe(`Bearer ${CANARY}`);
    expect(request?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      expires_after: { anchor: 'created_at', seconds: 30 },
      session: {
        type: 'realtime',
        model: 'gpt-realtime-2.1',
        audio: {
          input: {
            transcription: { model: 'gpt-transcribe' },
            turn_detection: { type: 'semantic_vad' },
          },
          output: { voice: 'marin' },
        },
      },
    });
  });

  it('carries what the options say', async () => {
    const { host } = setUp({
      model: 'gpt-realtime-2.1-mini',
      voice: 'cedar',
      instructions: 'Be brief.',
      transcription: null,
      expiresAfterSeconds: 60,
      organization: 'org-1',
      project: 'proj-1',
      session: { max_output_tokens: 500 },
    });
    await host(tokenRequest());
    const [request] = upstream.requests;
    expect(request?.headers['openai-organization']).toBe('org-1');
    expect(request?.headers['openai-project']).toBe('proj-1');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      expires_after: { anchor: 'created_at', seconds: 60 },
      session: {
        type: 'realtime',
        model: 'gpt-realtime-2.1-mini',
        instructions: 'Be brief.',
        max_output_tokens: 500,
        audio: {
          input: { turn_detection: { type: 'semantic_vad' } },
          output: { voice: 'cedar' },
        },
      },
    });
  });

  it('takes nothing from the environment, and nothing from the visitor', async () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
    vi.stubEnv('OPENAI_ORG_ID', 'org-env');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj-env');
    vi.stubEnv('OPENAI_LOG', 'debug');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'Authorization: Bearer env\nX-Env: 1\nOpenAI-Project: env');
    const headers = { cookie: 'session=1', 'x-forwarded-for': '1.2.3.4' };
    const url = 'https://host.example/token?model=dear&fault=secret-status';
    expect((await setUp().host(tokenRequest({ headers }, url))).status).toBe(200);
    const [request] = upstream.requests;
    expect(request?.url).toBe('/v1/realtime/client_secrets');
    expect(request?.headers.authorization).toBe(`Bearer ${CANARY}`);
    expect(request?.headers).not.toHaveProperty('x-env');
    expect(request?.headers).not.toHaveProperty('openai-organization');
    expect(request?.headers).not.toHaveProperty('openai-project');
    expect(request?.headers).not.toHaveProperty('cookie');
    expect(request?.headers).not.toHaveProperty('x-forwarded-for');
  });

  it('names the visitor by a keyed hash, always the same one', async () => {
    const { host } = setUp({ authorize: () => 'ada@example.org', identitySecret: 'pepper' });
    await host(tokenRequest());
    await host(tokenRequest());
    const expected = createHmac('sha256', 'pepper').update('ada@example.org').digest('hex');
    const sent = upstream.requests.map(({ headers }) => headers['openai-safety-identifier']);
    expect(sent).toEqual([expected, expected]);
    expect(JSON.stringify(upstream.requests)).not.toContain('ada@');
  });

  it('names an anonymous visitor anew with each secret', async () => {
    const { host } = setUp();
    await host(tokenRequest());
    await host(tokenRequest());
    const sent = upstream.requests.map(({ headers }) => headers['openai-safety-identifier']);
    expect(new Set(sent).size).toBe(2);
    for (const identifier of sent) expect(identifier).toMatch(/^[0-9a-f]{64}$/);
  });
});

// OpenAI's own error text quotes the key that it refuses; so does this upstream, everywhere.
const leaky = { error: { message: `Incorrect key ${CANARY}`, type: CANARY, code: CANARY } };
const quota = { error: { message: CANARY, type: CANARY, code: 'insufficient_quota' } };

describe('a refusal of the service', () => {
  it.each([
    [400, leaky, {}, 502, 'provider-refused', 1],
    [401, leaky, {}, 502, 'provider-credentials', 1],
    [403, leaky, {}, 502, 'provider-credentials', 1],
    [404, leaky, {}, 502, 'provider-refused', 1],
    [408, leaky, {}, 504, 'provider-timeout', 2],
    [409, leaky, {}, 502, 'provider-refused', 2],
    [422, leaky, {}, 502, 'provider-refused', 1],
    [429, leaky, {}, 429, 'rate-limited', 1],
    [429, quota, { 'retry-after': '5' }, 429, 'quota-exceeded', 1],
    [500, leaky, {}, 502, 'provider-error', 2],
    [503, leaky, { 'retry-after': '30' }, 503, 'provider-unavailable', 1],
    [504, leaky, {}, 504, 'provider-timeout', 2],
    [302, leaky, { location: 'http://127.0.0.1:9/' }, 502, 'provider-refused', 1],
  ])('%i %j %j becomes %i %s', async (status, body, headers, expected, code, tries) => {
    upstream.answer = json(status, body, { 'x-request-id': CANARY, ...headers });
    const { host, entries } = setUp();
    const response = await host(tokenRequest());
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
    const text = await textOf(response);
    expect(text).not.toContain(CANARY);
    expect(text).toContain(`"code":"${code}"`);
    expect(response.status).toBe(expected);
    expect(upstream.requests).toHaveLength(tries);
    expect(entries).toMatchObject([{ outcome: code, upstream: { status } }]);
    expect(JSON.stringify(entries)).not.toContain(CANARY);
  });

  it.each([
    [{ 'retry-after': '12' }, '12'],
    [{ 'retry-after': '0' }, '1'],
    [{ 'retry-after': '9999999' }, '86400'],
    [{ 'retry-after-ms': '1500' }, '2'],
    [{ 'retry-after-ms': '2500', 'retry-after': '60' }, '3'],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ])('429 with %j tells the visitor %s seconds, at once', async (headers, seconds) => {
    upstream.answer = json(429, leaky, headers);
    const response = await setUp().host(tokenRequest());
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe(seconds);
    expect(upstream.requests).toHaveLength(1);
  });

  it('429 with a date tells the seconds until then', async () => {
    const date = new Date(Date.now() + 20_000).toUTCString();
    upstream.answer = json(429, leaky, { 'retry-after': date });
    const seconds = Number((await setUp().host(tokenRequest())).headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(18);
    expect(seconds).toBeLessThanOrEqual(20);
  });
});

describe('an answer that is no secret', () => {
  const html = (status: number) => (outgoing: import('node:http').ServerResponse) =>
    void outgoing.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Hello</h1>');

  it.each([
    ['a web page', html(200), 'provider-invalid'],
    ['a web page with an error', html(500), 'provider-error'],
    ['an empty object', json(200, {}), 'provider-invalid'],
    ['null', json(200, null), 'provider-invalid'],
    ['a number as value', json(200, { value: 7 }), 'provider-invalid'],
    ['an empty value', json(200, { value: '' }), 'provider-invalid'],
    ['a value with a line break', json(200, { value: 'ek_1\r\nx: y' }), 'provider-invalid'],
    ['a standard key', json(200, { value: 'sk-other' }), 'provider-invalid'],
    ['the host’s own key in a wrapping', json(200, { value: `ek_${CANARY}` }), 'provider-invalid'],
    [
      'half of its JSON',
      (outgoing: import('node:http').ServerResponse) =>
        void outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"value": "ek'),
      'provider-invalid',
    ],
  ])('%s', async (_, answer, code) => {
    upstream.answer = answer;
    const text = await textOf(await setUp().host(tokenRequest()));
    expect(text).toContain(`"code":"${code}"`);
    expect(text).not.toContain(CANARY);
  });
});

describe('a service that fails', () => {
  it('resets the connection twice', async () => {
    upstream.answer = (outgoing) => outgoing.destroy();
    const response = await setUp().host(tokenRequest());
    expect(response.status).toBe(502);
    expect((await problemOf(response)).code).toBe('provider-unreachable');
    expect(upstream.requests).toHaveLength(2);
  });

  it('resets the connection once: the second try is the visitor’s', async () => {
    upstream.answer = (outgoing, attempt) => {
      if (attempt === 1) outgoing.destroy();
      else json(200, mintedAnswer)(outgoing);
    };
    expect((await setUp().host(tokenRequest())).status).toBe(200);
  });

  it('never answers: two tries of the time that is set', async () => {
    upstream.answer = () => undefined;
    const response = await setUp({ timeoutMs: 50 }).host(tokenRequest());
    expect(response.status).toBe(504);
    expect((await problemOf(response)).code).toBe('provider-timeout');
    expect(upstream.requests).toHaveLength(2);
  });

  it('trickles its answer: it is dropped when the visitor leaves', async () => {
    const closed = new Promise<void>((resolve) => {
      upstream.answer = (outgoing) => {
        outgoing.once('close', resolve);
        outgoing.writeHead(200, { 'content-type': 'application/json' });
        outgoing.write('{');
        leaving.abort();
      };
    });
    const leaving = new AbortController();
    const response = await setUp().host(tokenRequest({ signal: leaving.signal }));
    expect(response.status).toBe(504);
    await closed;
  });
});
