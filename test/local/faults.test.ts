// Every fault on demand does what the table says, and only to the call that asked for it.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FAULTS, parseFaults } from '../../src/local/faults.js';
import { startLocalServiceProcess, type LocalServiceProcess } from '../support/local-service.js';
import { call, RealtimePeer, type CallOptions } from '../support/realtime-peer.js';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

let service: LocalServiceProcess;
const peers: RealtimePeer[] = [];
const tried = new Set<string>();

beforeAll(async () => {
  service = await startLocalServiceProcess();
});
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});
afterAll(async () => {
  await service.close();
});

async function talk(fault: string, options: CallOptions = {}): Promise<RealtimePeer> {
  tried.add(fault.split(':')[0] as string);
  const peer = await call(service.url, {
    session: { output_modalities: ['text'] },
    fault,
    ...options,
  });
  peers.push(peer);
  return peer;
}

async function request(
  route: string,
  fault: string,
  body?: string,
  ms = 20_000,
): Promise<Response> {
  tried.add(fault.split(':')[0] as string);
  return await fetch(`${service.url}/v1/realtime/${route}?fault=${fault}`, {
    method: 'POST',
    headers: {
      Authorization: 'Bearer test',
      ...(route === 'calls' && { 'Content-Type': 'application/sdp' }),
    },
    body: body ?? '{}',
    signal: AbortSignal.timeout(ms),
  });
}

async function offer(): Promise<string> {
  const peer = new RealtimePeer();
  peers.push(peer);
  return await peer.offer();
}

describe('faults of the client secret', () => {
  it('come late, refused, as a web page, cut off, or never', async () => {
    const startedAt = performance.now();
    expect((await request('client_secrets', 'secret-delay:300')).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(295);
    const refused = await request('client_secrets', 'secret-status:429');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    const page = await request('client_secrets', 'secret-html');
    expect(page.headers.get('content-type')).toBe('text/html');
    await expect((await request('client_secrets', 'secret-malformed')).json()).rejects.toThrow();
    await expect(request('client_secrets', 'secret-hang', '{}', 500)).rejects.toThrow(/timeout/i);
  });
});

describe('faults of the answer', () => {
  it('come late, refused, as a web page, cut off, or never', async () => {
    const sdp = await offer();
    const startedAt = performance.now();
    expect((await request('calls', 'calls-delay:300', sdp)).status).toBe(201);
    expect(performance.now() - startedAt).toBeGreaterThan(295);
    expect((await request('calls', 'calls-status:503', sdp)).status).toBe(503);
    expect(await (await request('calls', 'answer-html', sdp)).text()).toContain('<!doctype html>');
    const cut = await (await request('calls', 'answer-malformed', sdp)).text();
    expect(cut).toHaveLength(60);
    await expect(request('calls', 'calls-hang', sdp, 500)).rejects.toThrow(/timeout/i);
  });

  it('let the handshake fail with a wrong fingerprint', async () => {
    const peer = await talk('bad-fingerprint', { early: true });
    await peer.waitFor('the failure', () => peer.closed, 20_000);
    expect(peer.events).toHaveLength(0);
  });

  it('follow the client secret to the call', async () => {
    await expect(talk('calls-status:418')).rejects.toThrow('418');
  });
});

describe('faults of a call', () => {
  it('keep the session silent', async () => {
    const peer = await talk('no-session-created,server-error:300', { early: true });
    await peer.event('error');
    expect(peer.types()).toEqual(['error']);
  });

  it('close the channel, or the whole connection', async () => {
    const [channel, connection] = await Promise.all([
      talk('close-channel:200'),
      talk('close-peer:200'),
    ]);
    await channel.waitFor('its end', () => channel.closed);
    await connection.waitFor('its end', () => connection.closed);
  });

  it('end the session as its limit would', async () => {
    const peer = await talk('expire:200');
    expect((await peer.event('error')).error.code).toBe('session_expired');
    await peer.waitFor('its end', () => peer.closed);
  });

  it('let a session say when it is over, and end it then', async () => {
    const began = Date.now() / 1000;
    const peer = await talk('session-limit:2000');
    const { session } = await peer.event('session.created');
    const { expires_at } = session as { expires_at?: number };
    expect(expires_at! - began).toBeGreaterThan(0);
    expect(expires_at! - began).toBeLessThan(4);
    expect((await peer.event('error')).error.code).toBe('session_expired');
    await peer.waitFor('its end', () => peer.closed);
  });

  it('let every response fail for want of money', async () => {
    const peer = await talk('quota');
    peer.send({ type: 'response.create' });
    const { response } = await peer.event('response.done');
    expect(response).toMatchObject({
      status: 'failed',
      status_details: { error: { code: 'insufficient_quota' } },
      output: [],
    });
  });

  it('let the content filter cut every answer off', async () => {
    const peer = await talk('content-filter');
    const content = [{ type: 'input_text', text: 'tell me a story' }];
    peer.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content },
    });
    peer.send({ type: 'response.create' });
    expect((await peer.event('response.done')).response).toMatchObject({
      status: 'incomplete',
      status_details: { type: 'incomplete', reason: 'content_filter' },
      output: [{ status: 'incomplete', content: [{ type: 'output_text' }] }],
    });
  });

  it('send an error of the server, nonsense, the unknown and floods, and go on', async () => {
    const peer = await talk('server-error:100,malformed-event:150,unknown-event:200,flood:250');
    for (const name of ['malformed-event', 'unknown-event', 'flood']) tried.add(name);
    const { error } = await peer.event('error');
    expect(error).toMatchObject({ type: 'server_error', code: null });
    const types = (): string[] => peer.types();
    await peer.waitFor(
      'the flood',
      () => types().filter((t) => t === 'flood.drop').length === 2_000,
    );
    expect(types()).toContain('session.mood_changed');
    peer.send({ type: 'response.create' });
    expect((await peer.event('response.done')).response.status).toBe('completed');
  });

  it('flood for as long as somebody listens', async () => {
    const peer = await talk('long-flood:100');
    const began = performance.now();
    const isLast = () => {
      const last = peer.events.at(-1) as { event_id?: string } | undefined;
      return last?.event_id === 'event_flood_19999';
    };
    await peer.waitFor('the flood', isLast, 20_000);
    expect(peer.events.length).toBeGreaterThan(20_000);
    expect(performance.now() - began).toBeGreaterThan(3_000);
  });

  it('mute the agent without telling', async () => {
    const peer = await talk('mute-output', { session: {} });
    peer.send({ type: 'response.create', response: { instructions: 'Say exactly: Hello you.' } });
    await peer.event('output_audio_buffer.stopped');
    expect(peer.heard.length).toBeGreaterThan(20);
    expect(peer.heard.every(({ level }) => level === 0)).toBe(true);
  });

  it('kill the process without a word', async () => {
    await talk('crash:200');
    await vi.waitFor(
      () => expect(service.log.some((line) => line.includes('died (SIGKILL)'))).toBe(true),
      { timeout: 10_000 },
    );
  });
});

describe('the table', () => {
  it('has no fault that was not tried here', () => {
    tried.add('no-session-created');
    // These need a remote server and are tried with one.
    for (const name of ['mcp-fail', 'mcp-list-fail']) tried.add(name);
    expect(Object.keys(FAULTS).filter((name) => !tried.has(name))).toEqual([]);
  });

  it('refuses what it does not know and what is out of bounds', () => {
    expect(parseFaults('secret-delay:5,quota')).toEqual({ 'secret-delay': 5, quota: 0 });
    expect(parseFaults(null)).toEqual({});
    for (const bad of [
      'gremlins',
      'secret-delay:-1',
      'secret-delay:x',
      'calls-status:200',
      'toString',
    ]) {
      expect(() => parseFaults(bad)).toThrow(/fault/);
    }
  });
});
