// The provider that asks the local realtime service, and the two wishes that it passes on.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTokenHost, local } from '../../src/host/index.js';
import {
  json,
  mintedAnswer,
  problemOf,
  startUpstream,
  tokenRequest,
  type Upstream,
} from './support.js';

const own = { headers: { origin: 'https://host.example' } };
let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.answer = json(200, mintedAnswer);
});

const ask = (query = '', timeoutMs?: number) =>
  createTokenHost({ provider: local({ url: upstream.url, timeoutMs }) })(
    tokenRequest(own, `https://host.example/token${query}`),
  );

describe('the local provider', () => {
  it('runs open, and mints with a dummy key', async () => {
    const response = await ask();
    expect(await response.json()).toEqual({
      value: 'ek_stub',
      expires_at: 1_790_000_000,
      calls_url: `${upstream.url}/v1/realtime/calls`,
      provider: 'local',
    });
    const [request] = upstream.requests;
    expect(`${request?.method} ${request?.url}`).toBe('POST /v1/realtime/client_secrets');
    expect(request?.headers.authorization).toBe('Bearer local');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      expires_after: { anchor: 'created_at', seconds: 30 },
      // As with OpenAI, the visitor's words are written down only where that is asked for.
      session: {
        type: 'realtime',
        audio: { input: { transcription: { model: 'gpt-transcribe' } } },
      },
    });
  });

  it('passes a fault and an agent on, and nothing else', async () => {
    await ask('?agent=echo&fault=calls-delay:100,quota&model=x');
    const [request] = upstream.requests;
    const url = new URL(request?.url ?? '', upstream.url);
    expect([...url.searchParams]).toEqual([['fault', 'calls-delay:100,quota']]);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      session: { type: 'realtime', model: 'echo' },
    });
  });

  it.each([
    ['a refusal', json(400, { error: {} }), 502, 'provider-refused'],
    ['a failure', json(500, { error: {} }), 502, 'provider-error'],
    ['a limit', json(429, { error: {} }, { 'retry-after': '3' }), 429, 'rate-limited'],
    [
      'half of its JSON',
      (out: import('node:http').ServerResponse) => void out.end('{'),
      502,
      'provider-invalid',
    ],
    [
      'a reset',
      (out: import('node:http').ServerResponse) => void out.destroy(),
      502,
      'provider-unreachable',
    ],
  ])('turns %s into a problem', async (_, answer, status, code) => {
    upstream.answer = answer;
    const response = await ask();
    expect(response.status).toBe(status);
    expect((await problemOf(response)).code).toBe(code);
  });

  it('does not wait for ever', async () => {
    upstream.answer = () => undefined;
    expect((await problemOf(await ask('', 50))).code).toBe('provider-timeout');
  });
});
