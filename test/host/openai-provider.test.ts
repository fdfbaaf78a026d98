// What the OpenAI provider puts on the wire, and what it makes of every answer.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTokenHost, openai } from '../../src/host/index.js';
import { judgesAnswers } from './answers.js';
import { CANARY, json, sharedUpstream, SHOP, tokenRequest } from './support.js';
import { USUAL_REQUEST } from '../support/usual-request.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

const upstream = await sharedUpstream();

afterEach(() => {
  vi.unstubAllEnvs();
});

interface SetUp extends Partial<Parameters<typeof openai>[0]> {
  authorize?: () => string;
}

function setUp({ authorize, ...options }: SetUp = {}) {
  const host = createTokenHost({
    provider: openai({ apiKey: CANARY, baseUrl: `${upstream.url}/v1`, ...options }),
    allowedOrigins: [SHOP],
    ...(authorize ? { authorize } : { allowAnonymous: true }),
  });
  return { host };
}

describe('on the wire', () => {
  it('tells the page which model the session is of, and no more of it', async () => {
    const session = { model: 'gpt-x', instructions: 'Be brief.' };
    upstream.answer = json(200, { value: 'ek_stub', session });
    const response = await setUp().host(tokenRequest());
    expect(await response.json()).toEqual({
      value: 'ek_stub',
      calls_url: `${upstream.url}/v1/realtime/calls`,
      session: { model: 'gpt-x' },
      provider: 'openai',
    });
  });

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
    expect(JSON.parse(request?.body ?? '')).toEqual(USUAL_REQUEST);
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
    const headers = { 'x-forwarded-for': '1.2.3.4' };
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

judgesAnswers((url, options) => openai({ apiKey: CANARY, baseUrl: `${url}/v1`, ...options }));
