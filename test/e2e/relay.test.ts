// A page that means no good: it begins a call with a bare connection of its own, and then does nothing
// any more. The host ends the call at the service, in time, and where the host is killed another does.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'puppeteer-core';
import { run, type Command } from '../cli/support.js';
import { launchChromium } from '../support/browsers.js';
import { startLocalServiceProcess, type LocalServiceProcess } from '../support/local-service.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';

const MAX_MS = 10_000;

let service: LocalServiceProcess;
let site: Server;
let siteUrl: string;
let browser: Browser;
const running: Command[] = [];
const redisServers: RedisServer[] = [];

beforeAll(async () => {
  service = await startLocalServiceProcess();
  site = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>Hostile</title><link rel="icon" href="data:,">');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await service.close();
  await new Promise((resolve) => {
    site.close(resolve);
    site.closeAllConnections();
  });
});
afterEach(async () => {
  for (const command of running.splice(0)) await command.kill();
  for (const redis of redisServers.splice(0)) await redis.remove();
});

/** A relay host in front of the local service, and its session URL. */
async function host(env: Record<string, string> = {}): Promise<Command & { session: string }> {
  const command = run(['host'], {
    VOICE_AGENT_REALTIME_URL: service.url,
    VOICE_AGENT_REALTIME_KEY: 'any-key-does',
    VOICE_AGENT_MODEL: 'shop',
    VOICE_AGENT_CONNECT: 'relay',
    VOICE_AGENT_MAX_DURATION: String(MAX_MS / 1_000),
    VOICE_AGENT_ALLOW_ANONYMOUS: 'true',
    VOICE_AGENT_ALLOWED_ORIGINS: siteUrl,
    PORT: '0',
    HOST: '127.0.0.1',
    ...env,
  });
  running.push(command);
  const session = (await command.line(/relay host on (http:\S+\/session) /))[1]!;
  return { ...command, session };
}

/** Calls, and resolves once events come; until then nothing of the element is on the page. */
async function call(session: string): Promise<{ page: Page; location: string }> {
  const page = await browser.newPage();
  await page.goto(siteUrl);
  const location = await page.evaluate(async (url) => {
    const connection = new RTCPeerConnection();
    // Kept, so that it is not taken away as rubbish.
    Object.assign(globalThis, { connection });
    connection.addTransceiver('audio');
    const channel = connection.createDataChannel('oai-events');
    const event = new Promise((resolve) => channel.addEventListener('message', resolve));
    await connection.setLocalDescription();
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp' },
      body: connection.localDescription!.sdp,
    });
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
    await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
    await event;
    return answer.headers.get('location') ?? '';
  }, session);
  return { page, location };
}

async function freeze(page: Page): Promise<void> {
  const devtools = await page.createCDPSession();
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
}

const calls = async () => (await service.health()).calls;

/** When the service has no call any more, in ms after `began`. */
async function overAfter(began: number): Promise<number> {
  await expect.poll(calls, { timeout: 30_000, interval: 50 }).toBe(0);
  return performance.now() - began;
}

describe('a frozen page', () => {
  it('has its call ended within two seconds of its time', async () => {
    const { session } = await host();
    const began = performance.now();
    const { page, location } = await call(session);
    const answered = performance.now();
    expect(location).toMatch(/^\/session\/rtc_\w+$/);
    await freeze(page);
    expect(await calls()).toBe(1);
    const over = await overAfter(began);
    expect(over).toBeGreaterThan(MAX_MS - 500);
    expect(over).toBeLessThan(MAX_MS + 2_000 + (answered - began));
    await page.close();
  });

  it('has its call ended in time though the host was killed, by another one on the same Redis', async () => {
    const redis = await startRedis();
    redisServers.push(redis);
    const env = { REDIS_URL: redis.url };
    const [first, second] = [await host(env), await host(env)];
    const began = performance.now();
    const { page } = await call(first.session);
    const answered = performance.now();
    await freeze(page);
    await first.kill();
    expect(await calls()).toBe(1);
    const over = await overAfter(began);
    expect(over).toBeGreaterThan(MAX_MS - 500);
    expect(over).toBeLessThan(MAX_MS + 2_000 + (answered - began));
    await expect.poll(() => second.output.stdout).toContain('"cause":"max-duration"');
    await page.close();
  });
});

describe('a page', () => {
  it('ends its call through the host, at once', async () => {
    const { session } = await host();
    const { page, location } = await call(session);
    const url = new URL(location, session).href;
    const statuses = await page.evaluate(async (address) => {
      const end = async () => (await fetch(address, { method: 'DELETE' })).status;
      return [await end(), await end()];
    }, url);
    expect(statuses).toEqual([204, 404]);
    expect(await calls()).toBe(0);
    await page.close();
  });
});
