// Which service the environment chooses, and which variable is named when it cannot be served.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { explain, hostFromEnvironment } from '../../src/cli/environment.js';
import { serviceFromEnvironment } from '../../src/cli/realtime-service.js';
import { withoutEmpty } from '../../src/cli/variables.js';
import { ConfigurationError, createTokenHost } from '../../src/host/index.js';
import { CANARY, ownHeaders, startUpstream, type Upstream } from '../host/support.js';

const openai = { OPENAI_API_KEY: CANARY };
const azure = {
  AZURE_OPENAI_ENDPOINT: 'https://shop.openai.azure.com',
  AZURE_OPENAI_DEPLOYMENT: 'shop-voice',
  AZURE_OPENAI_API_KEY: CANARY,
};
const preview = { ...azure, AZURE_OPENAI_PREVIEW_REGION: 'swedencentral' };
const compatible = {
  VOICE_AGENT_REALTIME_URL: 'https://llm.example/v1',
  VOICE_AGENT_MODEL: 'voice',
};

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());
beforeEach(() => {
  upstream.requests.length = 0;
});

async function errorOf(work: Promise<unknown>): Promise<ConfigurationError> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigurationError)) throw error;
  return error;
}

/** What goes over the wire with that environment, and what the page is told. */
async function mintWith(env: Record<string, string>) {
  const service = await serviceFromEnvironment(env);
  const secret = await service!.provider.mint({
    identity: null,
    query: new URLSearchParams(),
    signal: new AbortController().signal,
  });
  const [request] = upstream.requests;
  const body = JSON.parse(request?.body ?? '') as { session: object; expires_after: object };
  return { secret, request, ...body };
}

describe('the service', () => {
  it.each([
    [openai, 'OpenAI', 'gpt-realtime-2.1', 'https://api.openai.com'],
    [
      { ...openai, OPENAI_BASE_URL: 'https://eu.api.openai.com/v1', VOICE_AGENT_MODEL: 'mini' },
      'OpenAI',
      'mini',
      'https://eu.api.openai.com',
    ],
    [azure, 'Azure OpenAI', 'shop-voice', 'https://shop.openai.azure.com'],
    [
      preview,
      'the Azure OpenAI preview',
      'shop-voice',
      'https://swedencentral.realtimeapi-preview.ai.azure.com',
    ],
    // Others' tools read it, too; it does not choose.
    [
      { ...azure, AZURE_OPENAI_API_VERSION: '2025-04-01-preview' },
      'Azure OpenAI',
      'shop-voice',
      'https://shop.openai.azure.com',
    ],
    [
      { ...azure, AZURE_OPENAI_ENDPOINT: 'https://shop.services.ai.azure.com/openai/v1/' },
      'Azure OpenAI',
      'shop-voice',
      'https://shop.services.ai.azure.com',
    ],
    [compatible, 'https://llm.example', 'voice', 'https://llm.example'],
  ])('is $1 with the model $2', async (env, name, model, connectTo) => {
    expect(await serviceFromEnvironment(env)).toMatchObject({ name, model, connectTo });
  });

  it('is none where no variable chooses one, or only empty ones', async () => {
    expect(await serviceFromEnvironment({})).toBeUndefined();
    const empty = withoutEmpty({ OPENAI_API_KEY: '', AZURE_OPENAI_ENDPOINT: '' });
    expect(await serviceFromEnvironment(empty)).toBeUndefined();
    // Others' tools read these, too; they do not choose.
    expect(await serviceFromEnvironment({ AZURE_OPENAI_API_KEY: 'x' })).toBeUndefined();
  });

  const words = {
    VOICE_AGENT_VOICE: 'cedar',
    VOICE_AGENT_INSTRUCTIONS: 'Be brief.',
    VOICE_AGENT_TRANSCRIPTION: 'our-whisper',
  };
  const session = { ...words, VOICE_AGENT_TOKEN_SECONDS: '60' };
  const sent = {
    expires_after: { anchor: 'created_at', seconds: 60 },
    session: {
      instructions: 'Be brief.',
      audio: {
        input: { transcription: { model: 'our-whisper' } },
        output: { voice: 'cedar' },
      },
    },
  };

  it('OpenAI is sent what the variables say', async () => {
    const env = { ...openai, ...session, OPENAI_BASE_URL: `${upstream.url}/v1` };
    const minted = await mintWith({ ...env, OPENAI_ORG_ID: 'org-1', OPENAI_PROJECT_ID: 'proj-1' });
    expect(minted).toMatchObject(sent);
    expect(minted.request?.headers).toMatchObject({
      authorization: `Bearer ${CANARY}`,
      'openai-organization': 'org-1',
      'openai-project': 'proj-1',
    });
  });

  it('Azure OpenAI is sent what the variables say, and nothing of OpenAI', async () => {
    const env = { ...azure, ...session, AZURE_OPENAI_ENDPOINT: upstream.url };
    const ofOpenai = {
      OPENAI_ORG_ID: 'org-1',
      OPENAI_PROJECT_ID: 'proj-1',
      VOICE_AGENT_MODEL: 'x',
    };
    const filter = { VOICE_AGENT_EVENT_FILTER: 'true' };
    const minted = await mintWith({ ...env, ...ofOpenai, ...filter });
    expect(minted).toMatchObject(sent);
    expect(minted.session).toMatchObject({ model: 'shop-voice' });
    expect(minted.secret.calls_url).toBe(
      `${upstream.url}/openai/v1/realtime/calls?webrtcfilter=on`,
    );
    expect(ownHeaders(minted.request)).toEqual({
      'api-key': CANARY,
      'content-type': 'application/json',
    });
  });

  it('the preview of Azure OpenAI is sent what the variables say', async () => {
    const minted = await mintWith({
      ...preview,
      ...words,
      AZURE_OPENAI_ENDPOINT: upstream.url,
      AZURE_OPENAI_API_VERSION: '2024-12-17',
    });
    expect(minted).toMatchObject({
      model: 'shop-voice',
      voice: 'cedar',
      instructions: 'Be brief.',
      input_audio_transcription: { model: 'our-whisper' },
    });
    expect(minted.request?.url).toBe('/openai/realtimeapi/sessions?api-version=2024-12-17');
    expect(minted.secret.calls_url).toBe(
      'https://swedencentral.realtimeapi-preview.ai.azure.com/v1/realtimertc?model=shop-voice',
    );
  });

  it('a compatible one is sent what the variables say', async () => {
    const env = { ...compatible, ...session, VOICE_AGENT_REALTIME_URL: upstream.url };
    const minted = await mintWith({ ...env, VOICE_AGENT_REALTIME_KEY: CANARY });
    expect(minted).toMatchObject(sent);
    expect(minted.secret.calls_url).toBe(`${upstream.url}/v1/realtime/calls`);
    expect(ownHeaders(minted.request)).toEqual({
      authorization: `Bearer ${CANARY}`,
      'content-type': 'application/json',
    });
  });
});

describe('a variable that cannot be served is named', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT', { ...openai, ...azure }],
    ['OPENAI_API_KEY and VOICE_AGENT_REALTIME_URL', { ...openai, ...compatible }],
    ['AZURE_OPENAI_ENDPOINT and VOICE_AGENT_REALTIME_URL', { ...azure, ...compatible }],
    ['OPENAI_API_KEY', { OPENAI_API_KEY: `ek_${CANARY}` }],
    ['OPENAI_BASE_URL', { ...openai, OPENAI_BASE_URL: 'http://api.example' }],
    ['VOICE_AGENT_TOKEN_SECONDS', { ...openai, VOICE_AGENT_TOKEN_SECONDS: '5' }],
    ['VOICE_AGENT_EVENT_FILTER', { ...openai, VOICE_AGENT_EVENT_FILTER: 'true' }],
    ['AZURE_OPENAI_ENDPOINT', { ...azure, AZURE_OPENAI_ENDPOINT: 'https://api.openai.com' }],
    ['AZURE_OPENAI_ENDPOINT', { ...azure, AZURE_OPENAI_ENDPOINT: 'shop' }],
    ['AZURE_OPENAI_ENDPOINT', { AZURE_OPENAI_ENDPOINT: 'shop', AZURE_OPENAI_DEPLOYMENT: 'd' }],
    ['AZURE_OPENAI_DEPLOYMENT', { AZURE_OPENAI_ENDPOINT: 'https://shop.openai.azure.com' }],
    ['AZURE_OPENAI_DEPLOYMENT', { ...azure, AZURE_OPENAI_DEPLOYMENT: undefined }],
    ['AZURE_OPENAI_API_KEY', { ...azure, AZURE_OPENAI_API_KEY: `ek_${CANARY}` }],
    ['AZURE_OPENAI_API_KEY', { ...azure, AZURE_OPENAI_API_KEY: undefined }],
    [
      'AZURE_OPENAI_SCOPE',
      { ...azure, AZURE_OPENAI_API_KEY: undefined, AZURE_OPENAI_SCOPE: 'everything' },
    ],
    ['VOICE_AGENT_TOKEN_SECONDS', { ...azure, VOICE_AGENT_TOKEN_SECONDS: 'long' }],
    ['VOICE_AGENT_EVENT_FILTER', { ...azure, VOICE_AGENT_EVENT_FILTER: 'on' }],
    ['AZURE_OPENAI_PREVIEW_REGION', { ...preview, AZURE_OPENAI_PREVIEW_REGION: 'westeurope' }],
    ['AZURE_OPENAI_PREVIEW_REGION', { ...openai, AZURE_OPENAI_PREVIEW_REGION: 'eastus2' }],
    ['AZURE_OPENAI_API_VERSION', { ...preview, AZURE_OPENAI_API_VERSION: 'latest' }],
    ['AZURE_OPENAI_DEPLOYMENT', { ...preview, AZURE_OPENAI_DEPLOYMENT: undefined }],
    ['AZURE_OPENAI_API_KEY', { ...preview, AZURE_OPENAI_API_KEY: undefined }],
    ['VOICE_AGENT_EVENT_FILTER', { ...preview, VOICE_AGENT_EVENT_FILTER: 'true' }],
    ['VOICE_AGENT_TOKEN_SECONDS', { ...preview, VOICE_AGENT_TOKEN_SECONDS: '60' }],
    ['VOICE_AGENT_REALTIME_URL', { ...compatible, VOICE_AGENT_REALTIME_URL: 'http://llm:4000' }],
    ['VOICE_AGENT_REALTIME_KEY', { ...compatible, VOICE_AGENT_REALTIME_KEY: `ek_${CANARY}` }],
    ['VOICE_AGENT_MODEL', { ...compatible, VOICE_AGENT_MODEL: undefined }],
    ['VOICE_AGENT_TOKEN_SECONDS', { ...compatible, VOICE_AGENT_TOKEN_SECONDS: '7201' }],
    ['VOICE_AGENT_EVENT_FILTER', { ...compatible, VOICE_AGENT_EVENT_FILTER: 'true' }],
  ])('%s, case %$', async (variable, env) => {
    const error = await errorOf(serviceFromEnvironment(env));
    expect(error.setting).toBe(variable);
    expect(explain(error)).toMatch(new RegExp(`^${variable}: [^\n]+$`));
    expect(explain(error)).not.toContain(CANARY);
  });

  it('and all three that choose a service, where a host has none', async () => {
    const { message } = await errorOf(hostFromEnvironment({ VOICE_AGENT_ALLOW_ANONYMOUS: 'true' }));
    for (const name of [openai, azure, compatible].map((env) => Object.keys(env)[0]!)) {
      expect(message).toContain(name);
    }
  });

  it('and the list of origins, once the host is made', async () => {
    const env = { ...azure, VOICE_AGENT_ALLOW_ANONYMOUS: 'true', VOICE_AGENT_ALLOWED_ORIGINS: '*' };
    const { options, mintingFrom } = await hostFromEnvironment(env);
    expect(mintingFrom).toBe('Azure OpenAI');
    const made = Promise.resolve(options).then(createTokenHost);
    expect(explain(await errorOf(made))).toMatch(/^VOICE_AGENT_ALLOWED_ORIGINS: /);
  });
});
