// `voice-agent host` under limits, as processes: alone, and four of them on one Redis.
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogEntry } from '../../src/host/index.js';
import { CANARY, problemOf, SHOP, startUpstream, type Upstream } from '../host/support.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { packageRoot, post, run, type Command } from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const running: Command[] = [];
const redisServers: RedisServer[] = [];
let upstream: Upstream;

beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  for (const command of running.splice(0)) await command.kill();
  for (const redis of redisServers.splice(0)) await redis.remove();
  await upstream.close();
});

async function redisServer(): Promise<RedisServer> {
  const redis = await startRedis();
  redisServers.push(redis);
  return redis;
}

function start(env: Record<string, string> = {}, root?: string): Command {
  const command = run(
    ['host'],
    {
      OPENAI_API_KEY: CANARY,
      OPENAI_BASE_URL: `${upstream.url}/v1`,
      VOICE_AGENT_ALLOW_ANONYMOUS: 'true',
      VOICE_AGENT_ALLOWED_ORIGINS: SHOP,
      PORT: '0',
      HOST: '127.0.0.1',
      ...env,
    },
    root,
  );
  running.push(command);
  return command;
}

async function host(env: Record<string, string> = {}) {
  const command = start(env);
  const url = (await command.line(/(http:\S+)\/token minting from OpenAI\n/))[1]!;
  const ask = (forwardedFor = '') =>
    post(`${url}/token`, { origin: SHOP, 'x-forwarded-for': forwardedFor });
  const entries = () =>
    command.output.stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as LogEntry);
  return { ...command, ask, entries };
}

/** Visitor number n, at an address of their own. */
const visitor = (n: number) => `198.51.${n >> 8}.${n & 255}`;

describe('one host', () => {
  it('holds an address to ten in a minute, whatever that claims, and warns of that once', async () => {
    const { ask, entries, output } = await host();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => ask(visitor(n))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = answers.find(({ status }) => status === 429)!;
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await problemOf(refused)).code).toBe('rate-limited');
    expect(upstream.requests).toHaveLength(10);
    await expect.poll(() => entries().length).toBe(30);
    expect(entries().at(-1)).toMatchObject({ address: '127.0.0.0' });
    expect(output.stderr).toMatch(/^voice-agent: [^\n]+VOICE_AGENT_TRUSTED_PROXIES[^\n]+\n$/);
  });

  it('tells visitors behind a proxy apart, and keeps a daily budget', async () => {
    const { ask, entries, output } = await host({
      VOICE_AGENT_TRUSTED_PROXIES: '1',
      VOICE_AGENT_DAILY_BUDGET: '12',
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ask(`203.0.113.99, ${visitor(n)}`)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(12);
    await expect.poll(() => entries().length).toBe(20);
    const refused = entries().filter(({ status }) => status === 429);
    expect(refused.map(({ limit }) => limit)).toEqual(Array(8).fill('dailyBudget'));
    expect(refused[0]?.address).toBe('198.51.0.0');
    expect(output.stderr).toBe('');
  });
});

describe('four hosts on one Redis', () => {
  const env = { VOICE_AGENT_TRUSTED_PROXIES: '1', VOICE_AGENT_DAILY_BUDGET: '60' };

  it('mint exactly the budget together, and end in peace', async () => {
    const redis = await redisServer();
    const hosts = await Promise.all(
      Array.from({ length: 4 }, () => host({ ...env, REDIS_URL: redis.url })),
    );
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => hosts[n % 4]!.ask(visitor(n))),
    );
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
    expect([count(200), count(429)]).toEqual([60, 140]);
    expect(upstream.requests).toHaveLength(60);
    for (const { child, ended, output } of hosts) {
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      expect(output.stderr).toBe('');
    }
  });

  it('mint no more than the budget and four quarters of it when Redis is killed, and say so', async () => {
    const redis = await redisServer();
    const hosts = await Promise.all(
      Array.from({ length: 4 }, () => host({ ...env, REDIS_URL: redis.url })),
    );
    let asked = 0;
    const statuses: number[] = [];
    const asking = async (worker: number) => {
      for (let n = 0; n < 25; n += 1) {
        const { status } = await hosts[worker % 4]!.ask(visitor((asked += 1)));
        statuses.push(status);
        if (statuses.length === 30) await redis.kill();
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, worker) => asking(worker)));
    expect(statuses).toHaveLength(400);
    const minted = upstream.requests.length;
    expect(minted).toBe(statuses.filter((status) => status === 200).length);
    // Of Redis's sixty at least those before it was killed; from then on each host's fifteen.
    expect(minted).toBeGreaterThanOrEqual(30 + 4 * 15);
    expect(minted).toBeLessThanOrEqual(60 + 4 * 15);
    expect([...new Set(statuses)].sort()).toEqual([200, 429]);
    for (const { child, ended, output } of hosts) {
      expect(output.stderr).toMatch(/^voice-agent: Redis does not answer\b[^\n]*quarter[^\n]*\n$/);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  });
});

describe('a host with the address of no Redis', () => {
  it('says so before it is asked', async () => {
    const redis = await redisServer();
    await redis.kill();
    const { output } = await host({ REDIS_URL: redis.url });
    await expect
      .poll(() => output.stderr)
      .toMatch(
        /^voice-agent: Redis does not answer \(ECONNREFUSED\)\. [^\n]*quarter of each limit\.\n$/,
      );
  });
});

describe('without the package redis', () => {
  it('a host that shall count there says what to install', async () => {
    const root = await mkdtemp(join(tmpdir(), 'voice-agent-'));
    try {
      await cp(join(packageRoot, 'dist'), join(root, 'dist'), { recursive: true });
      await cp(join(packageRoot, 'package.json'), join(root, 'package.json'));
      await mkdir(join(root, 'node_modules'));
      for (const name of ['openai', 'rate-limiter-flexible']) {
        await symlink(join(packageRoot, 'node_modules', name), join(root, 'node_modules', name));
      }
      const { ended, output } = start({ REDIS_URL: 'redis://127.0.0.1:1' }, root);
      expect(await ended).toBe(1);
      expect(output.stdout).toBe('');
      expect(output.stderr).toMatch(
        /^voice-agent: REDIS_URL: needs the package redis\. [^\n]*npm install redis@6\n$/,
      );
      const without = start({}, root);
      await without.line(/minting from OpenAI\n/);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
