// `voice-agent host` in relay mode, as processes: it ends calls in time, and where it is killed
// another one does.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallLogEntry, LogEntry } from '../../src/host/index.js';
import {
  ANSWER,
  CANARY,
  json,
  OFFER,
  placed,
  problemOf,
  SHOP,
  startUpstream,
  type Upstream,
} from '../host/support.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { run, type Command } from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const MAX_MS = 10_000;
const running: Command[] = [];
const redisServers: RedisServer[] = [];
let upstream: Upstream;
/** When each hang-up was asked for, in ms. */
let hangUps: { url: string; at: number }[];
let answerHangUp: Upstream['answer'];

beforeEach(async () => {
  upstream = await startUpstream();
  hangUps = [];
  answerHangUp = (outgoing) => void outgoing.writeHead(200).end();
  let calls = 0;
  upstream.answer = (outgoing, attempt) => {
    const { url = '' } = upstream.requests.at(-1) ?? {};
    if (!url.endsWith('/hangup')) return placed(`rtc_${(calls += 1)}`)(outgoing);
    hangUps.push({ url, at: performance.now() });
    answerHangUp(outgoing, attempt);
  };
});
afterEach(async () => {
  for (const command of running.splice(0)) await command.kill();
  for (const redis of redisServers.splice(0)) await redis.remove();
  await upstream.close();
});

async function redisUrl(): Promise<string> {
  const redis = await startRedis();
  redisServers.push(redis);
  return redis.url;
}

const relay = {
  OPENAI_API_KEY: CANARY,
  VOICE_AGENT_CONNECT: 'relay',
  VOICE_AGENT_MAX_DURATION: String(MAX_MS / 1_000),
  VOICE_AGENT_ALLOW_ANONYMOUS: 'true',
  VOICE_AGENT_ALLOWED_ORIGINS: SHOP,
  PORT: '0',
  HOST: '127.0.0.1',
};

function start(env: Record<string, string>): Command {
  const command = run(['host'], { ...relay, OPENAI_BASE_URL: `${upstream.url}/v1`, ...env });
  running.push(command);
  return command;
}

async function host(env: Record<string, string> = {}) {
  const command = start(env);
  const url = (await command.line(/relay host on (http:\S+)\/session calling OpenAI\n/))[1]!;
  const headers = { origin: SHOP, 'content-type': 'application/sdp' };
  const ask = () => fetch(`${url}/session`, { method: 'POST', headers, body: OFFER });
  const end = (location: string) =>
    fetch(new URL(location, url), { method: 'DELETE', headers: { origin: SHOP } });
  const entries = () =>
    command.output.stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as LogEntry | CallLogEntry);
  return { ...command, url, ask, end, entries };
}

const hungUp = (count: number) =>
  expect.poll(() => hangUps.length, { timeout: 25_000, interval: 20 }).toBe(count);

describe('voice-agent host in relay mode', () => {
  it.each<[setting: string, env: Record<string, string>]>([
    ['VOICE_AGENT_CONNECT', { VOICE_AGENT_CONNECT: 'Relay' }],
    ['VOICE_AGENT_MAX_DURATION', { VOICE_AGENT_MAX_DURATION: '9' }],
    ['VOICE_AGENT_MAX_DURATION', { VOICE_AGENT_MAX_DURATION: '7201' }],
    ['VOICE_AGENT_MAX_DURATION', { VOICE_AGENT_MAX_DURATION: '1e3' }],
    ['VOICE_AGENT_MAX_DURATION', { VOICE_AGENT_CONNECT: 'token' }],
    ['VOICE_AGENT_MAX_DURATION', { VOICE_AGENT_CONNECT: '' }],
  ])('refuses to start, in one sentence that names %s: %j', async (setting, env) => {
    const { ended, output } = start(env);
    expect(await ended).toBe(1);
    expect(output.stdout).toBe('');
    expect(output.stderr).toMatch(new RegExp(`^voice-agent: ${setting}: [^\n]+\n$`));
  });

  it('places calls, lets pages end them, ends the rest with itself, and shows the key nowhere', async () => {
    const { url, ask, end, entries, child, ended, output } = await host();
    const answer = await ask();
    expect([answer.status, await answer.text()]).toEqual([201, ANSWER]);
    expect((await end(answer.headers.get('location')!)).status).toBe(204);
    expect((await ask()).headers.get('location')).toBe('/session/rtc_2');
    upstream.answer = json(401, { error: { message: CANARY, code: CANARY } });
    expect(await (await ask()).text()).not.toContain(CANARY);
    expect((await fetch(`${url}/token`, { method: 'POST' })).status).toBe(404);
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
    upstream.answer = (outgoing) => void outgoing.writeHead(200).end();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(upstream.requests.map(({ url: path }) => path)).toEqual([
      '/v1/realtime/calls',
      '/v1/realtime/calls/rtc_1/hangup',
      '/v1/realtime/calls',
      '/v1/realtime/calls',
      '/v1/realtime/calls/rtc_2/hangup',
    ]);
    expect(entries().map(({ outcome }) => outcome)).toEqual([
      'called',
      'ended',
      'hang-up',
      'called',
      'provider-credentials',
      'ended',
    ]);
    expect(entries().at(-1)).toMatchObject({ cause: 'host-closed' });
    expect(output.stdout + output.stderr).not.toContain(CANARY);
  });

  it('ends a call within two seconds of its time, and is aloud where it cannot', async () => {
    const { ask, entries, child, ended, output } = await host();
    await ask();
    const began = performance.now();
    await hungUp(1);
    expect(hangUps[0]!.at - began).toBeGreaterThan(MAX_MS - 500);
    expect(hangUps[0]!.at - began).toBeLessThan(MAX_MS + 2_000);
    await expect.poll(() => entries().at(-1)).toMatchObject({ cause: 'max-duration' });
    answerHangUp = json(401, { error: { message: CANARY } });
    await ask();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(entries().at(-1)).toMatchObject({
      outcome: 'given-up',
      problem: 'provider-credentials',
      upstream: { status: 401 },
    });
    expect(output.stderr).toMatch(
      /^voice-agent: the call [0-9a-f]{12} could not be ended[^\n]+\n$/,
    );
    expect(output.stdout + output.stderr).not.toContain(CANARY);
  });
});

describe('a host with the address of no Redis', () => {
  it('says that it is alone with its calls', async () => {
    const { output } = await host({ REDIS_URL: 'redis://127.0.0.1:1' });
    await expect
      .poll(() => output.stderr)
      .toMatch(
        /^voice-agent: Redis does not answer \(ECONNREFUSED\)\. [^\n]*, and no other one ends its calls\.\n$/,
      );
  });
});

describe('two hosts on one Redis', () => {
  it('end a call once, within two seconds of its time, though its own host was killed', async () => {
    const REDIS_URL = await redisUrl();
    const [first, second] = [await host({ REDIS_URL }), await host({ REDIS_URL })];
    await first.ask();
    const began = performance.now();
    await first.kill();
    await hungUp(1);
    expect(hangUps[0]!.at - began).toBeGreaterThan(MAX_MS - 500);
    expect(hangUps[0]!.at - began).toBeLessThan(MAX_MS + 2_000);
    await expect
      .poll(() => second.entries())
      .toMatchObject([{ outcome: 'ended', cause: 'max-duration', tries: 1 }]);
    // Ends in peace, and leaves nothing that it would have to end.
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(hangUps).toHaveLength(1);
  });

  it('end a call whose host was killed while it was hanging up', async () => {
    const REDIS_URL = await redisUrl();
    answerHangUp = () => undefined;
    const first = await host({ REDIS_URL });
    await first.ask();
    await hungUp(1);
    await first.kill();
    const killed = performance.now();
    answerHangUp = (outgoing) => void outgoing.writeHead(200).end();
    const second = await host({ REDIS_URL });
    await hungUp(2);
    // The lease of the first one.
    expect(hangUps[1]!.at - killed).toBeLessThan(5_000 + 2_000);
    await expect.poll(() => second.entries()).toMatchObject([{ outcome: 'ended', tries: 2 }]);
  });

  it('leave a call to the other one when they end in peace', async () => {
    const REDIS_URL = await redisUrl();
    const [first, second] = [await host({ REDIS_URL }), await host({ REDIS_URL })];
    const { headers } = await first.ask();
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(hangUps).toEqual([]);
    expect((await second.end(headers.get('location')!)).status).toBe(204);
    expect(hangUps).toHaveLength(1);
    const again = await second.end(headers.get('location')!);
    expect((await problemOf(again)).code).toBe('call-unknown');
  });
});
