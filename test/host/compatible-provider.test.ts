// What the provider for compatible services puts on the wire: with a key or without one, and no more
// of a session than every such service knows.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compatible, createTokenHost } from '../../src/host/index.js';
import { judgesAnswers } from './answers.js';
import { CANARY, json, ownHeaders, sharedUpstream, SHOP, tokenRequest } from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

const upstream = await sharedUpstream();

afterEach(() => {
  vi.unstubAllEnvs();
});

function ask(options: Partial<Parameters<typeof compatible>[0]> = {}): Promise<Response> {
  const host = createTokenHost({
    provider: compatible({ baseUrl: upstream.url, model: 'voice', ...options }),
    allowedOrigins: [SHOP],
    allowAnonymous: true,
  });
  return host(tokenRequest());
}

describe('on the wire', () => {
  it('is one POST with the key and the model', async () => {
    const response = await ask({ apiKey: CANARY });
    expect(await response.json()).toEqual({
      value: 'ek_stub',
      expires_at: 1_790_000_000,
      calls_url: `${upstream.url}/v1/realtime/calls`,
      provider: 'compatible',
    });
    expect(upstream.requests).toHaveLength(1);
    const [request] = upstream.requests;
    expect(`${request?.method} ${request?.url}`).toBe('POST /v1/realtime/client_secrets');
    expect(ownHeaders(upstream.requests[0])).toEqual({
      authorization: `Bearer ${CANARY}`,
      'content-type': 'application/json',
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      expires_after: { anchor: 'created_at', seconds: 30 },
      session: {
        type: 'realtime',
        model: 'voice',
        audio: { input: { transcription: { model: 'whisper-1' } } },
      },
    });
  });

  it('carries what the options say', async () => {
    await ask({
      voice: 'amy',
      instructions: 'Be brief.',
      transcription: null,
      expiresAfterSeconds: 60,
      session: { max_output_tokens: 500 },
    });
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual({
      expires_after: { anchor: 'created_at', seconds: 60 },
      session: {
        type: 'realtime',
        model: 'voice',
        instructions: 'Be brief.',
        max_output_tokens: 500,
        audio: { input: {}, output: { voice: 'amy' } },
      },
    });
  });

  it('has no key where none is set, whatever the environment holds', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-openai');
    vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-of-openai-admin');
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
    vi.stubEnv('OPENAI_ORG_ID', 'org-env');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj-env');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'Authorization: Bearer env\nX-Env: 1\napi-key: env');
    expect((await ask()).status).toBe(200);
    expect(ownHeaders(upstream.requests[0])).toEqual({ 'content-type': 'application/json' });
  });

  it.each([
    ['/', '/v1'],
    ['/v1/', '/v1'],
    ['/llm', '/llm/v1'],
    ['/llm/v1', '/llm/v1'],
  ])('with the address ending in %s goes to %s', async (path, base) => {
    const response = await ask({ baseUrl: `${upstream.url}${path}` });
    expect(await response.json()).toMatchObject({
      calls_url: `${upstream.url}${base}/realtime/calls`,
    });
    expect(upstream.requests[0]?.url).toBe(`${base}/realtime/client_secrets`);
  });
});

describe('the secret', () => {
  it.each([
    ['as OpenAI writes it', { value: 'ek_1', expires_at: 7 }, { value: 'ek_1', expires_at: 7 }],
    [
      'wrapped, as OpenAI’s beta wrote it',
      { id: 'sess_1', client_secret: { value: 'a.b-c_d=', expires_at: 7 } },
      { value: 'a.b-c_d=', expires_at: 7 },
    ],
    ['without an end', { value: 'x', expires_at: 'soon' }, { value: 'x' }],
  ])('%s is handed on', async (_, answer, secret) => {
    upstream.answer = json(200, answer);
    const { value, expires_at } = (await (await ask()).json()) as Record<string, unknown>;
    expect({ value, expires_at }).toEqual(secret);
  });
});

it('takes a dummy for a key, though a secret may hold it by chance', async () => {
  upstream.answer = json(200, { value: 'ek_x' });
  expect(await (await ask({ apiKey: 'x' })).json()).toMatchObject({ value: 'ek_x' });
  expect(upstream.requests[0]?.headers.authorization).toBe('Bearer x');
});

judgesAnswers((url, options) =>
  compatible({ baseUrl: url, model: 'voice', apiKey: CANARY, ...options }),
);
