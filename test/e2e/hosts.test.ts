// The token hosts of docs/hosts.md that run here: `voice-agent check` finds nothing to say, and no
// failure of the realtime service gets a key out of them.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../cli/support.js';
import { CANARY, json, problemOf, SHOP, startUpstream, type Upstream } from '../host/support.js';
import { startDocumented, type RunningHost } from '../support/documented-hosts.js';
import { USUAL_REQUEST } from '../support/usual-request.js';

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.close());

const settings = () => ({
  OPENAI_API_KEY: CANARY,
  OPENAI_BASE_URL: `${upstream.url}/v1`,
  VOICE_AGENT_ALLOWED_ORIGINS: `http://localhost:5173, ${SHOP}`,
  VOICE_AGENT_ALLOW_ANONYMOUS: 'true',
});

const inHalfAMinute = () => Math.round(Date.now() / 1000) + 30;

/** A new one each time, in as much as OpenAI sends around it. */
function mintsAnew() {
  upstream.answer = (outgoing, count) =>
    json(200, {
      value: `ek_documented_${count}`,
      expires_at: inHalfAMinute(),
      session: { type: 'realtime', id: 'sess_1', instructions: 'Tell nobody.' },
    })(outgoing);
}

describe.each(['php', 'bash'] as const)('the host in %s', (language) => {
  let host: RunningHost;
  beforeAll(async () => {
    host = await startDocumented(language, settings());
  });
  afterAll(() => host.close());
  afterEach(() => {
    upstream.requests.length = 0;
  });

  const ask = (headers: Record<string, string> = { origin: SHOP }) =>
    fetch(host.url, { method: 'POST', body: '{}', headers });

  it('passes every check', async () => {
    mintsAnew();
    const check = run(['check', host.url, '--origin', SHOP]);
    expect(await check.ended, check.output.stdout).toBe(0);
    expect(check.output.stdout).toMatch(/\n18 ok, 0 warnings, 0 failed\n$/);
    expect(check.output.stdout).not.toContain('ek_documented');
  });

  it('asks OpenAI for what the package’s own host asks for', async () => {
    mintsAnew();
    const answer = await ask();
    expect(await answer.json()).toEqual({
      value: expect.stringMatching(/^ek_documented_/) as string,
      expires_at: expect.closeTo(inHalfAMinute(), -1) as number,
      calls_url: `${upstream.url}/v1/realtime/calls`,
      provider: 'openai',
      session: { model: USUAL_REQUEST.session.model },
    });
    const [asked] = upstream.requests;
    expect(asked).toMatchObject({
      method: 'POST',
      url: '/v1/realtime/client_secrets',
      headers: { authorization: `Bearer ${CANARY}`, 'content-type': 'application/json' },
    });
    expect(JSON.parse(asked?.body ?? '')).toEqual(USUAL_REQUEST);
  });

  it.each([
    ['none', undefined],
    ['null', 'null'],
    ['one with a slash', `${SHOP}/`],
    ['one in capitals', SHOP.toUpperCase()],
    ['part of one', SHOP.slice(0, -1)],
    ['two at once', `http://localhost:5173, ${SHOP}`],
    ['a pattern', '*'],
  ])('refuses an origin that is not on the list: %s', async (_, origin) => {
    const answer = await ask(origin === undefined ? {} : { origin });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect((await problemOf(answer)).code).toBe('origin-not-allowed');
    expect(upstream.requests).toHaveLength(0);
  });

  const error = { message: `Incorrect API key: ${CANARY}`, code: 'invalid_api_key' };
  it.each([
    ['does not accept the key', 502, 'provider-credentials', json(401, { error })],
    ['refuses the session', 502, 'provider-error', json(400, { error })],
    ['fails', 502, 'provider-error', json(500, { error })],
    ['sends a key', 502, 'provider-invalid', json(200, { value: CANARY })],
    ['sends no value', 502, 'provider-invalid', json(200, { error })],
    ['sends nothing', 502, 'provider-invalid', (outgoing) => void outgoing.writeHead(200).end()],
    ['sends a list', 502, 'provider-invalid', json(200, [CANARY])],
    ['is asked too often', 429, 'rate-limited', json(429, { error }, { 'retry-after': '7' })],
    ['has no money', 429, 'quota-exceeded', json(429, { error: { code: 'insufficient_quota' } })],
    [
      'sends us elsewhere',
      502,
      'provider-error',
      json(307, { error }, { location: `http://127.0.0.1:1/${CANARY}` }),
    ],
  ])('says in its own words that the service %s', async (_, status, code, answerOf) => {
    upstream.answer = answerOf;
    const answer = await ask();
    const text = JSON.stringify([...answer.headers]) + (await answer.clone().text());
    expect(text).not.toContain(CANARY);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await problemOf(answer)).toMatchObject({ status, code });
    expect(answer.headers.get('retry-after')).toBe(code === 'rate-limited' ? '7' : null);
    expect(upstream.requests).toHaveLength(1);
  });

  it('says when to come back even where the service does not', async () => {
    upstream.answer = json(429, {}, { 'retry-after': 'soon' });
    expect((await ask()).headers.get('retry-after')).toBe('10');
  });

  it('gives up on a service that does not answer, in time for the element', async () => {
    upstream.answer = () => undefined;
    const answer = await ask();
    expect((await problemOf(answer)).code).toBe('provider-timeout');
  });

  it('serves no page until it is told which', async () => {
    const rest: Record<string, string> = settings();
    delete rest.VOICE_AGENT_ALLOWED_ORIGINS;
    const closed = await startDocumented(language, rest);
    try {
      const answer = await fetch(closed.url, { method: 'POST', headers: { origin: SHOP } });
      expect((await problemOf(answer)).code).toBe('origin-not-allowed');
    } finally {
      await closed.close();
    }
  });

  it('serves nobody until it is told who may call', async () => {
    const strict = await startDocumented(language, {
      ...settings(),
      VOICE_AGENT_ALLOW_ANONYMOUS: '',
    });
    try {
      const answer = await fetch(strict.url, { method: 'POST', headers: { origin: SHOP } });
      expect((await problemOf(answer)).code).toBe('unauthorized');
      expect(upstream.requests).toHaveLength(0);
    } finally {
      await strict.close();
    }
  });
});
