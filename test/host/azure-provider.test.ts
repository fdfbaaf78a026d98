// What the Azure provider puts on the wire: OpenAI's request at another address, with a key or a
// token, and nothing that is meant for OpenAI. Against a stub: no test talks to Azure.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { azure, createTokenHost, type LogEntry } from '../../src/host/index.js';
import { judgesAnswers } from './answers.js';
import {
  CANARY,
  CANARY_TOKEN,
  json,
  ownHeaders,
  problemOf,
  sharedUpstream,
  SHOP,
  tokenRequest,
} from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

const upstream = await sharedUpstream();

afterEach(() => {
  vi.unstubAllEnvs();
});

type Options = Parameters<typeof azure>[0];

function setUp(options: Partial<Options> = { apiKey: CANARY }) {
  const entries: LogEntry[] = [];
  const host = createTokenHost({
    provider: azure({ endpoint: upstream.url, deployment: 'shop-voice', ...options }),
    allowedOrigins: [SHOP],
    authorize: () => 'ada@example.org',
    log: (entry) => entries.push(entry),
  });
  return { host, entries };
}

describe('on the wire', () => {
  it('is one POST with the key in a header of its own, and the whole session', async () => {
    const response = await setUp().host(tokenRequest());
    expect(await response.json()).toEqual({
      value: 'ek_stub',
      expires_at: 1_790_000_000,
      calls_url: `${upstream.url}/openai/v1/realtime/calls`,
      provider: 'azure',
    });
    expect(upstream.requests).toHaveLength(1);
    const [request] = upstream.requests;
    expect(`${request?.method} ${request?.url}`).toBe('POST /openai/v1/realtime/client_secrets');
    expect(ownHeaders(upstream.requests[0])).toEqual({
      'api-key': CANARY,
      'content-type': 'application/json',
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      expires_after: { anchor: 'created_at', seconds: 30 },
      session: {
        type: 'realtime',
        model: 'shop-voice',
        audio: {
          input: {
            transcription: { model: 'whisper-1' },
            turn_detection: { type: 'semantic_vad' },
          },
          output: { voice: 'marin' },
        },
      },
    });
  });

  it('carries what the options say', async () => {
    const { host } = setUp({
      apiKey: CANARY,
      voice: 'cedar',
      instructions: 'Be brief.',
      transcription: 'our-whisper',
      expiresAfterSeconds: 60,
      session: { max_output_tokens: 500 },
    });
    await host(tokenRequest());
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
      expires_after: { anchor: 'created_at', seconds: 60 },
      session: {
        type: 'realtime',
        model: 'shop-voice',
        instructions: 'Be brief.',
        max_output_tokens: 500,
        audio: {
          input: {
            transcription: { model: 'our-whisper' },
            turn_detection: { type: 'semantic_vad' },
          },
          output: { voice: 'cedar' },
        },
      },
    });
  });

  it('writes down no word of the visitor where that is not wanted', async () => {
    await setUp({ apiKey: CANARY, transcription: null }).host(tokenRequest());
    expect(upstream.requests[0]?.body).toContain('"input":{"turn_detection"');
  });

  it('takes nothing from the environment, and nothing from the visitor', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-openai');
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
    vi.stubEnv('OPENAI_ORG_ID', 'org-env');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj-env');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'Authorization: Bearer env\nX-Env: 1\nOpenAI-Project: env');
    vi.stubEnv('OPENAI_LOG', 'debug');
    vi.stubEnv('AZURE_OPENAI_API_KEY', 'of-another-resource');
    vi.stubEnv('OPENAI_API_VERSION', '2025-04-01-preview');
    const url = 'https://host.example/token?model=dear&api-version=1';
    expect((await setUp().host(tokenRequest({}, url))).status).toBe(200);
    expect(upstream.requests[0]?.url).toBe('/openai/v1/realtime/client_secrets');
    expect(ownHeaders(upstream.requests[0])).toEqual({
      'api-key': CANARY,
      'content-type': 'application/json',
    });
    expect(JSON.stringify(upstream.requests)).not.toContain('ada@');
  });

  it.each(['', '/', '/openai/v1', '/openai/v1/'])(
    'goes to the same address where the endpoint ends with "%s"',
    async (path) => {
      const { host } = setUp({ apiKey: CANARY, endpoint: `${upstream.url}${path}` });
      const { calls_url } = (await (await host(tokenRequest())).json()) as { calls_url: string };
      expect(calls_url).toBe(`${upstream.url}/openai/v1/realtime/calls`);
      expect(upstream.requests[0]?.url).toBe('/openai/v1/realtime/client_secrets');
    },
  );
});

describe('the secret', () => {
  it('may begin with anything', async () => {
    upstream.answer = json(200, { value: 'eph_stub' });
    expect(await (await setUp().host(tokenRequest())).json()).toMatchObject({ value: 'eph_stub' });
  });

  it('is for calls whose events are filtered, where that is wanted', async () => {
    const { host } = setUp({ apiKey: CANARY, eventFilter: true });
    expect(await (await host(tokenRequest())).json()).toMatchObject({
      calls_url: `${upstream.url}/openai/v1/realtime/calls?webrtcfilter=on`,
    });
    expect(upstream.requests[0]?.url).toBe('/openai/v1/realtime/client_secrets');
  });
});

describe('a Microsoft Entra token', () => {
  it('is asked for anew with each secret, and sent instead of a key', async () => {
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'Authorization: Bearer env\napi-key: env');
    let tokens = 0;
    const { host } = setUp({ credential: () => Promise.resolve(`${CANARY_TOKEN}-${++tokens}`) });
    await host(tokenRequest());
    await host(tokenRequest());
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${CANARY_TOKEN}-1`,
      `Bearer ${CANARY_TOKEN}-2`,
    ]);
    expect(Object.keys(ownHeaders(upstream.requests[0])).sort()).toEqual([
      'authorization',
      'content-type',
    ]);
  });

  it.each<[string, () => Promise<string>]>([
    ['fails', () => Promise.reject(new Error(`no token for ${CANARY_TOKEN}`))],
    [
      'throws at once',
      () => {
        throw new TypeError(CANARY_TOKEN);
      },
    ],
    ['is empty', () => Promise.resolve('')],
    ['is none', () => Promise.resolve(null as unknown as string)],
    ['fits in no header', () => Promise.resolve(`${CANARY_TOKEN}\r\nx: y`)],
  ])('that %s is a matter of credentials, and nothing is sent', async (_, credential) => {
    const { host, entries } = setUp({ credential });
    const response = await host(tokenRequest());
    expect(response.status).toBe(502);
    const problem = await problemOf(response);
    expect(problem.code).toBe('provider-credentials');
    expect(JSON.stringify([problem, entries])).not.toContain(CANARY_TOKEN);
    expect(upstream.requests).toEqual([]);
  });

  it('that does not come is not waited for', async () => {
    const { host } = setUp({ credential: () => new Promise(() => undefined), timeoutMs: 50 });
    expect((await problemOf(await host(tokenRequest()))).code).toBe('provider-timeout');
  });

  it('is never part of a secret', async () => {
    upstream.answer = json(200, { value: `ek_${CANARY_TOKEN}` });
    const { host } = setUp({ credential: () => Promise.resolve(CANARY_TOKEN) });
    expect((await problemOf(await host(tokenRequest()))).code).toBe('provider-invalid');
  });

  it('that Azure refuses is told apart in the log', async () => {
    upstream.answer = json(401, { error: { message: CANARY_TOKEN, code: CANARY_TOKEN } });
    const { host, entries } = setUp({ credential: () => Promise.resolve(CANARY_TOKEN) });
    expect((await problemOf(await host(tokenRequest()))).code).toBe('provider-credentials');
    expect(entries).toMatchObject([{ provider: 'azure', upstream: { status: 401 } }]);
    expect(JSON.stringify(entries)).not.toContain(CANARY_TOKEN);
  });
});

it('tells the operator that there is no such deployment', async () => {
  upstream.answer = json(404, { error: { message: 'none', code: 'DeploymentNotFound' } });
  const { host, entries } = setUp();
  expect((await problemOf(await host(tokenRequest()))).code).toBe('provider-refused');
  expect(entries).toMatchObject([{ upstream: { status: 404, code: 'DeploymentNotFound' } }]);
});

judgesAnswers((url, options) =>
  azure({ apiKey: CANARY, endpoint: url, deployment: 'shop-voice', ...options }),
);
