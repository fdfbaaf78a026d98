// OpenAI's own agents SDK holds calls with the local service in a real browser: a visitor asks by
// voice, or types; functions of the page and remote tools run, after an approval where one is needed;
// answers are spoken and interrupted. What this client takes for the real service, others will too.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchChromium } from '../support/browsers.js';
import { startLocalServiceProcess, type LocalServiceProcess } from '../support/local-service.js';
import { startEverything, type RunningServer } from '../local/mcp-servers.js';
import { scriptSpeech, writeWav } from '../support/speech.js';

const SDK = join(
  dirname(createRequire(import.meta.url).resolve('@openai/agents-realtime')),
  'bundle/openai-realtime-agents.umd.js',
);

let service: LocalServiceProcess;
let remote: RunningServer;
let site: Server;
let browser: Browser;
let page: Page;
let folder: string;

beforeAll(async () => {
  [service, remote] = await Promise.all([startLocalServiceProcess(), startEverything()]);
  folder = await mkdtemp(join(tmpdir(), 'agents-sdk-'));
  const { samples, sampleRate } = scriptSpeech(
    [5_000, 'what is the status of my order', 15_000],
    'rms',
  );
  const microphone = join(folder, 'visitor.wav');
  writeWav(microphone, samples, sampleRate);
  site = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end('<!doctype html><title>A page with the agents SDK</title>');
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  browser = await launchChromium({ microphone });
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  await page.addScriptTag({ path: SDK });
});

afterAll(async () => {
  await browser.close();
  site.close();
  await Promise.all([service.close(), remote.close()]);
  await rm(folder, { recursive: true });
});

/** The part of the SDK that runs in the page here. */
interface Sdk {
  OpenAIRealtimeWebRTC: new (options: { baseUrl: string; mediaStream?: MediaStream }) => unknown;
  RealtimeAgent: new (options: object) => unknown;
  RealtimeSession: new (agent: unknown, options: object) => SdkSession;
  tool(options: object): unknown;
}
interface SdkSession {
  readonly history: unknown[];
  connect(options: { apiKey: string }): Promise<void>;
  on(event: string, listener: (...values: never[]) => void): void;
  sendMessage(text: string): void;
  approve(item: unknown): Promise<void>;
  interrupt(): void;
  close(): void;
}
interface SdkWindow {
  readonly OpenAIAgentsRealtime: Sdk;
  sdk: {
    session: SdkSession;
    events: string[];
    errors: string[];
    toolCalls: number;
    approved: string[];
  };
}

async function clientSecret(): Promise<string> {
  const response = await fetch(`${service.url}/v1/realtime/client_secrets`, {
    method: 'POST',
    headers: { Authorization: 'Bearer sk-local', 'Content-Type': 'application/json' },
    body: JSON.stringify({ session: { type: 'realtime', model: 'gpt-realtime-2.1' } }),
    signal: AbortSignal.timeout(10_000),
  });
  return ((await response.json()) as { value: string }).value;
}

const events = (): Promise<string[]> =>
  page.evaluate(() => (window as unknown as SdkWindow).sdk.events);

describe("OpenAI's agents SDK in a browser", () => {
  it('connects, asks by voice, runs a tool, hears the answer, and hangs up', async () => {
    await page.evaluate(
      async (calls, apiKey) => {
        const own = window as unknown as SdkWindow;
        const { OpenAIRealtimeWebRTC, RealtimeAgent, RealtimeSession, tool } =
          own.OpenAIAgentsRealtime;
        const status = tool({
          name: 'get_order_status',
          description: 'Where the order is',
          parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
          strict: true,
          execute: () => {
            own.sdk.toolCalls++;
            return 'Your order waits in the green house.';
          },
        });
        const agent = new RealtimeAgent({ name: 'Shop', instructions: 'Help.', tools: [status] });
        const transport = new OpenAIRealtimeWebRTC({ baseUrl: calls });
        const session = new RealtimeSession(agent, { transport });
        own.sdk = { session, events: [], errors: [], toolCalls: 0, approved: [] };
        session.on('transport_event', (event: { type: string }) => own.sdk.events.push(event.type));
        session.on('error', (error: unknown) => own.sdk.errors.push(JSON.stringify(error)));
        await session.connect({ apiKey });
      },
      `${service.url}/v1/realtime/calls`,
      await clientSecret(),
    );
    expect(await events()).toContain('session.updated');
    await vi.waitFor(
      async () => {
        const types = await events();
        expect(types.filter((type) => type === 'response.done')).toHaveLength(2);
        expect(types).toContain('output_audio_buffer.stopped');
      },
      { timeout: 25_000, interval: 200 },
    );
    const { history, errors, toolCalls } = await page.evaluate(() => {
      const { session, errors, toolCalls } = (window as unknown as SdkWindow).sdk;
      return { history: session.history, errors, toolCalls };
    });
    expect(errors).toEqual([]);
    expect(toolCalls).toBe(1);
    expect(history).toMatchObject([
      { role: 'user', content: [{ transcript: 'What is the status of my order' }] },
      { type: 'function_call', name: 'get_order_status', status: 'completed' },
      {
        role: 'assistant',
        status: 'completed',
        content: [{ transcript: 'Your order waits in the green house.' }],
      },
    ]);
    await page.evaluate(() => (window as unknown as SdkWindow).sdk.session.close());
    await vi.waitFor(async () => expect((await service.health()).calls).toBe(0), {
      timeout: 10_000,
    });
  });

  it('types, allows a remote tool and one of its own, hears both answers, and interrupts', async () => {
    await page.evaluate(
      async (calls, mcp, apiKey) => {
        const own = window as unknown as SdkWindow;
        const { OpenAIRealtimeWebRTC, RealtimeAgent, RealtimeSession, tool } =
          own.OpenAIAgentsRealtime;
        const lock = tool({
          name: 'lock_door',
          description: 'Locks a door',
          parameters: {
            type: 'object',
            properties: { door: { type: 'string', enum: ['front', 'back'] } },
            required: ['door'],
            additionalProperties: false,
          },
          strict: true,
          needsApproval: true,
          execute: ({ door }: { door: string }) => `The ${door} door is locked.`,
        });
        // What hostedMcpTool() of the SDK returns; the bundle for browsers does not have it.
        const everything = {
          type: 'hosted_tool',
          name: 'hosted_mcp',
          providerData: {
            type: 'mcp',
            server_label: 'everything',
            server_url: mcp,
            require_approval: { never: { tool_names: ['get-sum'] } },
          },
        };
        const tools = [lock, everything];
        const agent = new RealtimeAgent({ name: 'Shop', instructions: 'Help.', tools });
        const mediaStream = new AudioContext().createMediaStreamDestination().stream;
        const transport = new OpenAIRealtimeWebRTC({ baseUrl: calls, mediaStream });
        const session = new RealtimeSession(agent, { transport });
        own.sdk = { session, events: [], errors: [], toolCalls: 0, approved: [] };
        session.on('transport_event', (event: { type: string }) => own.sdk.events.push(event.type));
        session.on('error', (error: unknown) => own.sdk.errors.push(JSON.stringify(error)));
        session.on(
          'tool_approval_requested',
          (
            _context: unknown,
            _agent: unknown,
            request: { type: string; approvalItem: unknown },
          ) => {
            own.sdk.approved.push(request.type);
            void session.approve(request.approvalItem);
          },
        );
        await session.connect({ apiKey });
      },
      `${service.url}/v1/realtime/calls`,
      remote.url,
      await clientSecret(),
    );
    const count = async (type: string): Promise<number> =>
      (await events()).filter((one) => one === type).length;
    const soon = (check: () => Promise<void>) =>
      vi.waitFor(check, { timeout: 20_000, interval: 100 });
    const type = (text: string) =>
      page.evaluate((said) => (window as unknown as SdkWindow).sdk.session.sendMessage(said), text);
    await soon(async () => expect(await count('mcp_list_tools.completed')).toBe(1));
    for (const [index, text] of ['echo hello', 'add two and three', 'lock door back'].entries()) {
      await type(text);
      await soon(async () => expect(await count('output_audio_buffer.stopped')).toBe(index + 1));
    }
    await type('tell me a story');
    await soon(async () => expect(await count('output_audio_buffer.started')).toBe(4));
    await page.evaluate(() => (window as unknown as SdkWindow).sdk.session.interrupt());
    await soon(async () => expect(await count('conversation.item.truncated')).toBe(1));
    const { history, errors, approved } = await page.evaluate(() => {
      const { session, errors, approved } = (window as unknown as SdkWindow).sdk;
      return { history: session.history, errors, approved };
    });
    expect(errors).toEqual([]);
    expect(approved).toEqual(['mcp_approval_request', 'function_approval']);
    const said = (transcript: string) => ({ role: 'assistant', content: [{ transcript }] });
    expect(history).toMatchObject([
      { role: 'user', content: [{ text: 'echo hello' }] },
      { type: 'mcp_approval_request', name: 'echo', arguments: { message: 'hello' } },
      // Its status is left out: the SDK retrieves a call that begins, and takes whatever is retrieved
      // for one in progress, also when the answer comes after the call is done.
      { type: 'mcp_call', name: 'echo', output: 'Echo: hello' },
      said('Echo: hello'),
      { role: 'user', content: [{ text: 'add two and three' }] },
      { type: 'mcp_call', name: 'get-sum', output: 'The sum of 2 and 3 is 5.' },
      said('The sum of 2 and 3 is 5.'),
      { role: 'user', content: [{ text: 'lock door back' }] },
      { type: 'function_call', name: 'lock_door', output: 'The back door is locked.' },
      said('The back door is locked.'),
      { role: 'user', content: [{ text: 'tell me a story' }] },
      { role: 'assistant' },
    ]);
    await page.evaluate(() => (window as unknown as SdkWindow).sdk.session.close());
  });
});
