// `voice-agent dev` as a child process: one line, the demo, secrets, and nothing left afterwards.
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CANARY, OFFER, placed, problemOf, startUpstream, type Upstream } from '../host/support.js';
import { packageRoot, post, run, type Command } from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

const running: Command[] = [];
const upstreams: Upstream[] = [];
afterEach(async () => {
  for (const command of running.splice(0)) await command.kill();
  for (const upstream of upstreams.splice(0)) await upstream.close();
});

const LINE = /^voice-agent demo on (http:\/\/localhost:(\d+)\/) talking to (.+)\n$/;

async function dev(args: string[] = ['--port', '0'], env: Record<string, string> = {}) {
  const command = run(['dev', '--no-open', ...args], env);
  running.push(command);
  const [, url, port, partner] = await command.line(LINE);
  return { ...command, url: url!, port: Number(port), partner: partner! };
}

/** Against a stub instead of OpenAI, so that no test needs a key or the internet. */
async function devWithKey(args?: string[]) {
  const upstream = await startUpstream();
  upstreams.push(upstream);
  const env = { OPENAI_API_KEY: CANARY, OPENAI_BASE_URL: `${upstream.url}/v1` };
  return { upstream, ...(await dev(args, env)) };
}

function mint(url: string, query = ''): Promise<Response> {
  const headers = { origin: new URL(url).origin, 'content-type': 'application/json' };
  return post(`${url}token${query}`, headers, '{}');
}

interface Minted {
  value: string;
  expires_at: number;
  calls_url: string;
  provider: string;
}

function occupy(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    // Somebody else on this machine has it already: that will do as well.
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

describe('with no key', () => {
  it('serves the demo, mints from the local service, and ends on SIGTERM within 2 s', async () => {
    const { url, partner, child, ended, output, isAlive } = await dev();
    expect(partner).toBe('the local realtime service (no key, no internet)');
    const script = await fetch(`${url}dist/voice-agent.js`);
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript']);

    const response = await mint(url);
    expect(response.status).toBe(200);
    const minted = (await response.json()) as Minted;
    expect(minted.provider).toBe('local');
    expect(minted.expires_at * 1000).toBeGreaterThan(Date.now());
    const calls = new URL(minted.calls_url);
    expect([calls.hostname, calls.pathname]).toEqual(['127.0.0.1', '/v1/realtime/calls']);

    const strict = await fetch(`${url}strict/`);
    expect(strict.headers.get('content-security-policy')).toContain(
      `connect-src 'self' ${calls.origin} ws://${calls.host};`,
    );
    const fault = await mint(url, '?fault=secret-status:503');
    expect([fault.status, (await problemOf(fault)).code]).toEqual([503, 'provider-unavailable']);

    const asked = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(performance.now() - asked).toBeLessThan(2_000);
    expect(output.stdout).toMatch(LINE);
    expect(output.stderr).toBe('');
    for (const gone of [url, calls.origin]) await expect(fetch(gone)).rejects.toThrow();
    await expect.poll(isAlive, { timeout: 5_000 }).toBe(false);
  });

  it('takes eight calls at once, for each is a process', async () => {
    const { url } = await dev();
    const { value, calls_url } = (await (await mint(url)).json()) as Minted;
    const call = async () => {
      const { status } = await post(
        calls_url,
        { authorization: `Bearer ${value}`, 'content-type': 'application/sdp' },
        ANYBODYS_OFFER,
      );
      return status === 429 ? status : Promise.reject(new Error(String(status)));
    };
    // The ninth is refused before any other has an answer.
    expect(await Promise.any(Array.from({ length: 9 }, call))).toBe(429);
  });
});

/** Nobody is there who would go on with it. */
const ANYBODYS_OFFER = `${OFFER}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r
c=IN IP4 0.0.0.0\r
a=mid:0\r
a=setup:actpass\r
a=sctp-port:5000\r
a=ice-ufrag:abcd\r
a=ice-pwd:abcdefghijklmnopqrstuvwx\r
a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}\r
`;

describe('without the packages that are optional', () => {
  it('says in one line what to install', async () => {
    const root = await mkdtemp(join(tmpdir(), 'voice-agent-'));
    try {
      await cp(join(packageRoot, 'dist'), join(root, 'dist'), { recursive: true });
      await cp(join(packageRoot, 'package.json'), join(root, 'package.json'));
      await mkdir(join(root, 'node_modules'));
      const install = (name: string) =>
        symlink(join(packageRoot, 'node_modules', name), join(root, 'node_modules', name));
      const attempt = async () => {
        const command = run(['dev', '--no-open', '--port', '0'], {}, root);
        running.push(command);
        expect(await command.ended).toBe(1);
        expect(command.output.stdout).toBe('');
        return command.output.stderr;
      };
      await install('openai');
      await install('rate-limiter-flexible');
      const sentence = await attempt();
      expect(sentence).toMatch(/^voice-agent: sirv is not installed[^\n]*\n$/);
      const { peerDependencies } = JSON.parse(
        await readFile(join(root, 'package.json'), 'utf8'),
      ) as { peerDependencies: Record<string, string> };
      // All that is optional, but for what only a host in production, or a remote tool, may need.
      const packages = Object.entries(peerDependencies)
        .filter(
          ([name]) => !['@azure/identity', '@modelcontextprotocol/sdk', 'redis'].includes(name),
        )
        .map(([name, range]) => `${name}@${range}`);
      const [, named = ''] = /npm install --save-dev (.+)\n$/.exec(sentence) ?? [];
      expect(named.split(' ').sort()).toEqual(packages.sort());
      await install('sirv');
      expect(await attempt()).toMatch(/^voice-agent: [^\n]*npm [^\n]*node-datachannel[^\n]*\n$/);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

describe('Ctrl-C in a terminal', () => {
  // It goes to every process of the group, helpers included, and not only to the first.
  it('ends in peace, with helpers that heard it as well', async () => {
    const { child, ended, output, isAlive } = await dev();
    process.kill(-child.pid!, 'SIGINT');
    expect(await ended).toBe(0);
    expect(output.stderr).toBe('');
    await expect.poll(isAlive, { timeout: 5_000 }).toBe(false);
  });
});

describe('with a key', () => {
  it('talks to OpenAI and never shows the key', async () => {
    const { url, partner, upstream, child, ended, output } = await devWithKey();
    expect(partner).toBe('OpenAI (gpt-realtime-2.1)');
    const response = await mint(url, '?fault=secret-status&agent=echo');
    expect(await response.json()).toEqual({
      value: 'ek_stub',
      expires_at: 1_790_000_000,
      calls_url: `${upstream.url}/v1/realtime/calls`,
      provider: 'openai',
    });
    expect(upstream.requests[0]?.url).toBe('/v1/realtime/client_secrets');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(output.stdout + output.stderr).not.toContain(CANARY);
  });

  it('has the agents of the demo for OpenAI as well', async () => {
    const { url, upstream } = await devWithKey();
    const headers = { origin: new URL(url).origin, 'content-type': 'application/json' };
    expect((await post(`${url}token`, headers, '{"agent":"shop"}')).status).toBe(200);
    const { session } = JSON.parse(upstream.requests[0]?.body ?? '') as {
      session: { instructions: string; tools: { name: string }[] };
    };
    expect(session.instructions).toContain('Fern & Co');
    expect(session.tools.map(({ name }) => name)).toEqual(['transfer_to_support']);
  });

  it('places calls at /session as well, and ends them with itself', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voice-agent-'));
    try {
      const upstream = await startUpstream();
      upstreams.push(upstream);
      const config = join(folder, 'agents.json');
      // A length that the token host of a production would refuse.
      await writeFile(config, JSON.stringify({ agents: { default: { maxDuration: 60 } } }));
      const { url, child, ended } = await dev(undefined, {
        OPENAI_API_KEY: CANARY,
        OPENAI_BASE_URL: `${upstream.url}/v1`,
        VOICE_AGENT_CONFIG: config,
      });
      expect((await mint(url)).status).toBe(200);
      upstream.answer = placed('rtc_1');
      const ask = (path: string) =>
        fetch(url + path, {
          method: 'POST',
          headers: { origin: new URL(url).origin, 'content-type': 'application/sdp' },
          body: OFFER,
        });
      const answer = await ask('session');
      expect([answer.status, answer.headers.get('location')]).toEqual([201, '/session/rtc_1']);
      expect((await ask('session/new')).status).toBe(405);
      upstream.answer = (outgoing) => void outgoing.writeHead(200).end();
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      expect(upstream.requests.at(-1)?.url).toBe('/v1/realtime/calls/rtc_1/hangup');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('ends within 2 s even while an answer is owed', async () => {
    const { url, upstream, child, ended } = await devWithKey();
    const asked = new Promise<void>((resolve) => (upstream.answer = () => resolve()));
    const response = mint(url).catch(() => 'cut off');
    await asked;
    const start = performance.now();
    child.kill('SIGTERM');
    await ended;
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(await response).toBe('cut off');
  });

  it('takes a free port where the usual one is taken', async () => {
    const usual = await occupy(4300);
    try {
      const { url, port } = await devWithKey([]);
      expect(port).not.toBe(4300);
      expect((await mint(url)).status).toBe(200);
    } finally {
      usual?.close();
    }
  });

  it('takes the port that it is given', async () => {
    const free = await occupy(0);
    const { port } = free!.address() as { port: number };
    await new Promise((resolve) => free!.close(resolve));
    expect((await devWithKey(['--port', String(port)])).port).toBe(port);
  });

  it('adds the delay to each token answer, and to nothing else', async () => {
    const { url } = await devWithKey(['--port', '0', '--delay', '1000']);
    const timed = async (ask: () => Promise<Response>) => {
      const start = performance.now();
      await (await ask()).arrayBuffer();
      return performance.now() - start;
    };
    expect(await timed(() => mint(url))).toBeGreaterThanOrEqual(1_000);
    expect(await timed(() => mint(url))).toBeGreaterThanOrEqual(1_000);
    expect(await timed(() => fetch(`${url}dist/voice-agent.js`))).toBeLessThan(1_000);
  });
});

describe('with another service', () => {
  it.each([
    [
      'Azure OpenAI (shop-voice)',
      '/openai/v1/realtime/calls?webrtcfilter=on',
      (url: string) => ({
        AZURE_OPENAI_ENDPOINT: url,
        AZURE_OPENAI_DEPLOYMENT: 'shop-voice',
        AZURE_OPENAI_API_KEY: CANARY,
        VOICE_AGENT_EVENT_FILTER: 'true',
      }),
    ],
    [
      'http://127.0.0.1:[0-9]+ (voice)',
      '/v1/realtime/calls',
      (url: string) => ({
        VOICE_AGENT_REALTIME_URL: `${url}/v1`,
        VOICE_AGENT_REALTIME_KEY: CANARY,
        VOICE_AGENT_MODEL: 'voice',
      }),
    ],
  ])('says so: %s, and lets pages talk to it', async (words, calls, envFor) => {
    const upstream = await startUpstream();
    upstreams.push(upstream);
    const { url, partner, child, ended, output } = await dev(undefined, envFor(upstream.url));
    expect(partner).toMatch(new RegExp(`^${words.replace(/[()]/g, '\\$&')}$`));
    expect(await (await mint(url)).json()).toMatchObject({ calls_url: `${upstream.url}${calls}` });
    const strict = await fetch(`${url}strict/`);
    expect(strict.headers.get('content-security-policy')).toContain(
      `connect-src 'self' ${upstream.url} ${upstream.url.replace('http', 'ws')};`,
    );
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(output.stdout + output.stderr).not.toContain(CANARY);
  });

  it('names the variable that it lacks', async () => {
    const env = { VOICE_AGENT_REALTIME_URL: 'https://llm.example' };
    const command = run(['dev', '--no-open', '--port', '0'], env);
    running.push(command);
    expect(await command.ended).toBe(1);
    expect(command.output.stderr).toMatch(/^voice-agent: VOICE_AGENT_MODEL: [^\n]+\n$/);
  });
});
