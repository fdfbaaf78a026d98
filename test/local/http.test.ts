// The HTTP side: what each route takes, what it refuses and in which words, and that OpenAI's own
// client is served.
import OpenAI from 'openai';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLocalServiceProcess, type LocalServiceProcess } from '../support/local-service.js';
import { RealtimePeer } from '../support/realtime-peer.js';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

let service: LocalServiceProcess;
let offer = '';

beforeAll(async () => {
  service = await startLocalServiceProcess();
  const peer = new RealtimePeer();
  offer = await peer.offer();
  peer.close();
});
afterAll(() => service.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly error?: { message: string; type: string; code: string | null; param: string | null };
}

async function post(
  path: string,
  body?: string | FormData,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: { Authorization: 'Bearer test', ...headers },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  const error = json ? (JSON.parse(text) as { error?: Answer['error'] }).error : undefined;
  return { status: response.status, headers: response.headers, text, ...(error && { error }) };
}

const SECRETS = '/v1/realtime/client_secrets';
const CALLS = '/v1/realtime/calls';
const SDP = { 'Content-Type': 'application/sdp' };
const secret = async (body: object = {}, query = ''): Promise<string> => {
  const { text } = await post(SECRETS + query, JSON.stringify(body));
  return (JSON.parse(text) as { value: string }).value;
};

describe('client secrets', () => {
  it('are made with their expiry and the whole session', async () => {
    const { status, headers, text } = await post(
      SECRETS,
      JSON.stringify({
        expires_after: { anchor: 'created_at', seconds: 60 },
        session: { type: 'realtime', model: 'shop', instructions: 'Be kind.' },
      }),
    );
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const body = JSON.parse(text) as { value: string; expires_at: number; session: object };
    expect(body.value).toMatch(/^ek_\w{32}$/);
    expect(Math.abs(body.expires_at - Date.now() / 1000 - 60)).toBeLessThan(3);
    expect(body.session).toMatchObject({ model: 'shop', instructions: 'Be kind.', expires_at: 0 });
  });

  it.each([
    [{ expires_after: { anchor: 'created_at', seconds: 9 } }, 'expires_after.seconds'],
    [{ expires_after: { anchor: 'created_at', seconds: 7_201 } }, 'expires_after.seconds'],
    [{ expires_after: { anchor: 'now', seconds: 60 } }, 'expires_after.anchor'],
    [{ session: { type: 'dream' } }, 'session.type'],
    [{ session: {} }, 'session.type'],
    [{ session: { type: 'realtime', voice: 'marin' } }, 'session.voice'],
    [{ voice: 'marin' }, 'voice'],
    [
      {
        session: {
          type: 'realtime',
          tools: [{ type: 'mcp', server_label: 'router', server_url: 'http://192.168.1.1/mcp' }],
        },
      },
      'session.tools[0].server_url',
    ],
    [
      {
        session: {
          type: 'realtime',
          audio: { input: { turn_detection: { type: 'semantic_vad', threshold: 1 } } },
        },
      },
      'session.audio.input.turn_detection.threshold',
    ],
  ])('are refused for %j', async (body, param) => {
    const { status, error } = await post(SECRETS, JSON.stringify(body));
    expect(status).toBe(400);
    expect(error).toMatchObject({ type: 'invalid_request_error', param });
    expect(error?.message).toContain(param);
  });

  it('need a key, and JSON', async () => {
    for (const headers of [
      { Authorization: '' },
      { Authorization: 'Bearer ' },
      { Authorization: 'x' },
    ]) {
      const { status, error } = await post(SECRETS, '{}', headers);
      expect(status).toBe(401);
      expect(Object.keys(error ?? {}).sort()).toEqual(['code', 'message', 'param', 'type']);
    }
    expect((await post(SECRETS, '{"session":')).error?.code).toBe('invalid_json');
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect((await post(SECRETS, `{"session":${deep}}`)).error?.code).toBe('invalid_json');
    expect((await post(SECRETS, '[]')).status).toBe(400);
  });
});

describe('calls', () => {
  it('are answered with SDP, a Location, and headers that a page may read', async () => {
    const value = await secret();
    const answer = await post(CALLS, offer, {
      ...SDP,
      Authorization: `Bearer ${value}`,
      Origin: 'http://x.test',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/sdp');
    expect(answer.headers.get('location')).toMatch(/^\/v1\/realtime\/calls\/rtc_\w+$/);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')).toContain('Location');
    expect(answer.text).toContain('a=rtpmap:111 opus/48000/2');
    expect(answer.text).toContain(' 127.0.0.1 ');
    const id = answer.headers.get('location')?.split('/').at(-1);
    expect((await post(`${CALLS}/${id}/hangup`)).status).toBe(200);
    await vi.waitFor(async () => expect((await post(`${CALLS}/${id}/hangup`)).status).toBe(404));
  });

  it('take a session as form data with any other key', async () => {
    const form = new FormData();
    form.set('sdp', offer);
    form.set('session', JSON.stringify({ type: 'realtime', model: 'echo' }));
    expect((await post(CALLS, form)).status).toBe(201);
    form.set('session', JSON.stringify({ type: 'realtime', mood: 'blue' }));
    expect((await post(CALLS, form)).error?.param).toBe('session.mood');
    form.delete('sdp');
    expect((await post(CALLS, form)).error?.param).toBe('sdp');
  });

  it.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['JSON', '{"sdp":"v=0"}'],
    ['a head alone', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n'],
    ['no credentials', 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n'],
    ['bytes', '\0\u0001\u0002'],
  ])('refuse an offer of %s in words', async (_name, body) => {
    const { status, error } = await post(CALLS, body, SDP);
    expect(status).toBe(400);
    expect(error?.message).toMatch(/^The SDP offer cannot be used: /);
    expect(error?.param).toBe('sdp');
  });

  it('refuse offers that were damaged, whatever is missing, and stay alive', async () => {
    const lines = offer.trim().split('\r\n');
    for (let index = 0; index < lines.length; index++) {
      const damaged = lines.filter((_line, at) => at !== index).join('\r\n') + '\r\n';
      const { status, headers } = await post(CALLS, damaged, SDP);
      expect([201, 400]).toContain(status);
      if (status === 201) await post(`${headers.get('location')}/hangup`);
    }
    const noOpus = offer.replace(/opus\/48000\/2/, 'speex/16000');
    expect((await post(CALLS, noOpus, SDP)).error?.message).toContain('does not offer Opus');
    const noFingerprint = offer.replace(/a=fingerprint:.*\r\n/g, '');
    expect((await post(CALLS, noFingerprint, SDP)).error?.message).toContain('no DTLS fingerprint');
    expect((await service.health()).status).toBe('ok');
  });

  it('refuse unknown secrets, types and channel ids', async () => {
    const unknown = await post(CALLS, offer, { ...SDP, Authorization: 'Bearer ek_unknown' });
    expect(unknown).toMatchObject({ status: 401, error: { code: 'invalid_api_key' } });
    expect((await post(CALLS, offer, { 'Content-Type': 'text/plain' })).status).toBe(400);
    expect((await post(`${CALLS}?dcid=x`, offer, SDP)).error?.message).toContain('dcid');
  });
});

describe('everything else', () => {
  it('is refused with the right status', async () => {
    expect((await post('/v1/realtime/sessions', '{}')).status).toBe(404);
    expect((await fetch(service.url + SECRETS)).status).toBe(405);
    expect((await post(SECRETS, 'x'.repeat(70_000))).status).toBe(413);
    expect((await post(`${SECRETS}?fault=gremlins`, '{}')).error?.message).toContain(
      'secret-delay',
    );
    const preflight = await fetch(service.url + CALLS, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://x.test',
        'Access-Control-Request-Headers': 'authorization,x-openai-agents-sdk',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-openai-agents-sdk');
  });

  it('is cut off when a body never comes', async () => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    const startedAt = performance.now();
    let reply = '';
    socket.setEncoding('utf8').on('data', (text) => (reply += String(text)));
    socket.write(
      `POST ${SECRETS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 100\r\n\r\n{`,
    );
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    expect(reply).toContain('HTTP/1.1 408');
    expect(performance.now() - startedAt).toBeLessThan(7_000);
  });
});

describe("OpenAI's own client", () => {
  it('makes a secret and a call, is talked to, and hangs up', async () => {
    const client = new OpenAI({
      apiKey: 'sk-local',
      baseURL: `${service.url}/v1`,
      maxRetries: 0,
      timeout: 10_000,
    });
    const made = await client.realtime.clientSecrets.create({
      expires_after: { anchor: 'created_at', seconds: 120 },
      session: { type: 'realtime', model: 'gpt-realtime-2.1', instructions: 'Be kind.' },
    });
    expect(made.value).toMatch(/^ek_/);
    expect(made.session).toMatchObject({ type: 'realtime', model: 'gpt-realtime-2.1' });
    for (const session of [
      undefined,
      { type: 'realtime' as const, model: 'shop', instructions: 'Mine.' },
    ]) {
      const own = new OpenAI({
        apiKey: session ? 'sk-local' : made.value,
        baseURL: `${service.url}/v1`,
        maxRetries: 0,
        timeout: 10_000,
      });
      const peer = new RealtimePeer();
      try {
        const sdp = await peer.offer();
        const answer = await own.realtime.calls.create({ sdp, ...(session && { session }) });
        expect(answer.status).toBe(201);
        peer.accept(await answer.text());
        const created = await peer.event('session.created');
        expect(created.session).toMatchObject({ instructions: session ? 'Mine.' : 'Be kind.' });
        const id = answer.headers.get('location')?.split('/').at(-1) as string;
        await client.realtime.calls.hangup(id);
        await peer.waitFor('the end', () => peer.closed);
      } finally {
        peer.close();
      }
    }
    await expect(client.realtime.calls.hangup('rtc_none')).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    );
    await expect(
      client.realtime.clientSecrets.create({ expires_after: { anchor: 'created_at', seconds: 5 } }),
    ).rejects.toMatchObject({ status: 400, param: 'expires_after.seconds' });
  });
});
