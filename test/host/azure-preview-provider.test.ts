// What the provider for Azure's preview puts on the wire: the beta's flat session at an address of
// its own, with a key or a token. Against a stub: no test talks to Azure.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  azurePreview,
  createTokenHost,
  type AgentOptions,
  type LogEntry,
} from '../../src/host/index.js';
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

/** As the preview answers: the secret within the session. */
const preview = {
  id: 'sess_1',
  object: 'realtime.session',
  model: 'shop-voice',
  client_secret: { value: 'ek_stub', expires_at: 1_790_000_000 },
};

beforeEach(() => {
  upstream.answer = json(200, preview);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

type Options = Parameters<typeof azurePreview>[0];

function setUp(
  options: Partial<Options> = { apiKey: CANARY },
  agents?: Record<string, AgentOptions>,
) {
  const entries: LogEntry[] = [];
  const host = createTokenHost({
    provider: azurePreview({
      endpoint: upstream.url,
      deployment: 'shop-voice',
      region: 'swedencentral',
      ...options,
    }),
    ...(agents && { agents }),
    allowedOrigins: [SHOP],
    authorize: () => 'ada@example.org',
    log: (entry) => entries.push(entry),
  });
  return { host, entries };
}

const sent = () => JSON.parse(upstream.requests[0]?.body ?? '') as unknown;

describe('on the wire', () => {
  it('is one POST with the version, the key in a header of its own, and the whole session', async () => {
    const response = await setUp().host(tokenRequest());
    expect(await response.json()).toEqual({
      value: 'ek_stub',
      expires_at: 1_790_000_000,
      calls_url:
        'https://swedencentral.realtimeapi-preview.ai.azure.com/v1/realtimertc?model=shop-voice',
      provider: 'azure-preview',
    });
    expect(upstream.requests).toHaveLength(1);
    const [request] = upstream.requests;
    expect(`${request?.method} ${request?.url}`).toBe(
      'POST /openai/realtimeapi/sessions?api-version=2025-04-01-preview',
    );
    expect(ownHeaders(request)).toEqual({
      'api-key': CANARY,
      'content-type': 'application/json',
    });
    expect(sent()).toEqual({
      model: 'shop-voice',
      voice: 'verse',
      input_audio_transcription: { model: 'whisper-1' },
      turn_detection: { type: 'semantic_vad' },
    });
  });

  it('carries what the options say', async () => {
    const { host } = setUp({
      apiKey: CANARY,
      region: 'eastus2',
      deployment: 'shop & voice',
      apiVersion: '2024-12-17',
      voice: 'sage',
      instructions: 'Be brief.',
      transcription: null,
      session: { max_output_tokens: 500, output_modalities: ['text'] },
    });
    expect(await (await host(tokenRequest())).json()).toMatchObject({
      calls_url:
        'https://eastus2.realtimeapi-preview.ai.azure.com/v1/realtimertc?model=shop%20%26%20voice',
    });
    expect(upstream.requests[0]?.url).toBe('/openai/realtimeapi/sessions?api-version=2024-12-17');
    expect(sent()).toEqual({
      model: 'shop & voice',
      modalities: ['text'],
      instructions: 'Be brief.',
      voice: 'sage',
      turn_detection: { type: 'semantic_vad' },
      max_response_output_tokens: 500,
    });
  });

  it('carries what the chosen agent sets', async () => {
    const tool = { type: 'function' as const, name: 'order_status' };
    const { host } = setUp(
      { apiKey: CANARY },
      { default: { instructions: 'You help.', voice: 'coral', tools: [tool] } },
    );
    await host(tokenRequest());
    expect(sent()).toMatchObject({ instructions: 'You help.', voice: 'coral', tools: [tool] });
  });

  it('takes nothing from the environment, and nothing from the visitor', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-openai');
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
    vi.stubEnv('OPENAI_ORG_ID', 'org-env');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'Authorization: Bearer env\nX-Env: 1\nOpenAI-Project: env');
    vi.stubEnv('OPENAI_LOG', 'debug');
    vi.stubEnv('AZURE_OPENAI_API_KEY', 'of-another-resource');
    vi.stubEnv('OPENAI_API_VERSION', '2024-10-01-preview');
    const url = 'https://host.example/token?model=dear&api-version=1';
    expect((await setUp().host(tokenRequest({}, url))).status).toBe(200);
    expect(upstream.requests[0]?.url).toBe(
      '/openai/realtimeapi/sessions?api-version=2025-04-01-preview',
    );
    expect(ownHeaders(upstream.requests[0])).toEqual({
      'api-key': CANARY,
      'content-type': 'application/json',
    });
    expect(JSON.stringify(upstream.requests)).not.toContain('ada@');
  });

  it.each(['/', '/openai/v1'])(
    'goes to the same address where the endpoint ends with "%s"',
    async (path) => {
      await setUp({ apiKey: CANARY, endpoint: `${upstream.url}${path}` }).host(tokenRequest());
      expect(upstream.requests[0]?.url).toMatch(/^\/openai\/realtimeapi\/sessions\?/);
    },
  );
});

describe('a Microsoft Entra token', () => {
  it('is asked for anew with each secret, and sent instead of a key', async () => {
    let tokens = 0;
    const { host } = setUp({ credential: () => Promise.resolve(`${CANARY_TOKEN}-${++tokens}`) });
    await host(tokenRequest());
    await host(tokenRequest());
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${CANARY_TOKEN}-1`,
      `Bearer ${CANARY_TOKEN}-2`,
    ]);
    expect(upstream.requests[0]?.headers).not.toHaveProperty('api-key');
  });

  it('that fails is a matter of credentials, and nothing is sent', async () => {
    const { host, entries } = setUp({ credential: () => Promise.reject(new Error(CANARY_TOKEN)) });
    const problem = await problemOf(await host(tokenRequest()));
    expect(problem.code).toBe('provider-credentials');
    expect(JSON.stringify([problem, entries])).not.toContain(CANARY_TOKEN);
    expect(upstream.requests).toEqual([]);
  });

  it('is never part of a secret', async () => {
    upstream.answer = json(200, { client_secret: { value: `ek_${CANARY_TOKEN}` } });
    const { host } = setUp({ credential: () => Promise.resolve(CANARY_TOKEN) });
    expect((await problemOf(await host(tokenRequest()))).code).toBe('provider-invalid');
  });
});

describe('an agent that the preview cannot be told of', () => {
  it.each<[string, AgentOptions]>([
    ['agents.support.session.reasoning', { session: { reasoning: { effort: 'low' } } }],
    ['agents.support.session.truncation', { session: { truncation: 'disabled' } }],
    [
      'agents.support.session.tools[0].type',
      { mcp: [{ type: 'mcp', server_label: 'shop', server_url: 'https://mcp.shop.example' }] },
    ],
  ])('keeps the host from starting, by the name %s', (setting, support) => {
    expect(() => setUp({ apiKey: CANARY }, { default: {}, support })).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', setting }),
    );
  });
});

judgesAnswers((url, options) =>
  azurePreview({
    apiKey: CANARY,
    endpoint: url,
    deployment: 'shop-voice',
    region: 'eastus2',
    ...options,
  }),
);
