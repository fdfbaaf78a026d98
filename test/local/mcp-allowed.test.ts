// Which MCP servers a page can send the service to.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  allowedFor,
  originsOf,
  requireAllowed,
  THIS_MACHINE,
} from '../../src/local/mcp/mcp-allowed.js';
import { callers } from '../support/callers.js';
import { startLocalServiceProcess, type LocalServiceProcess } from '../support/local-service.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 40_000 });

const named = (url: string) => [
  { type: 'function' as const },
  { type: 'mcp' as const, server_label: 'shop', server_url: url },
];

describe('a server', () => {
  it.each([
    'http://127.0.0.1:3001/mcp',
    'http://127.8.9.1/',
    'http://localhost:3001/mcp',
    'https://[::1]:9/mcp',
    'https://mcp.example/other/path',
  ])('at %s may be named', (url) => {
    const origins = [...originsOf(['https://mcp.example/mcp']), THIS_MACHINE];
    requireAllowed(named(url), origins, 'session.tools');
  });

  it.each([
    'http://192.168.1.1/mcp',
    'http://169.254.169.254/latest/meta-data',
    'http://mcp.example/mcp',
    'https://mcp.example:8443/mcp',
    'https://mcp.example.evil.example/mcp',
    'http://localhost.evil.example/mcp',
    'http://127.0.0.1.evil.example/mcp',
    'http://[::ffff:192.168.1.1]/mcp',
    'http://0.0.0.0:3001/mcp',
  ])('at %s is refused, by its place among the tools', (url) => {
    expect(() =>
      requireAllowed(named(url), ['https://mcp.example', THIS_MACHINE], 'session.tools'),
    ).toThrow(
      expect.objectContaining({
        code: 'invalid_value',
        param: 'session.tools[1].server_url',
        message: expect.stringContaining(`--mcp-allow ${new URL(url).origin}`) as unknown,
      }),
    );
  });

  it.each(['mcp.example', 'ftp://mcp.example', ''])('cannot be named as "%s"', (address) => {
    expect(() => originsOf([address])).toThrow(/http or https address/);
  });
});

describe('a server of this machine', () => {
  const here = named('http://127.0.0.1:3001/mcp');
  const isNamedBy = (page: string | undefined, tools?: typeof here) => () =>
    requireAllowed(here, allowedFor(page, [], tools), 'session.tools');

  it.each([undefined, 'http://localhost:4300', 'http://127.0.0.1', 'https://[::1]:8443'])(
    'may be named by %s',
    (page) => {
      expect(isNamedBy(page)).not.toThrow();
    },
  );

  it.each(['https://evil.example', 'http://localhost.evil.example', 'null', ''])(
    'may not be named by a page of "%s", but where its client secret does',
    (page) => {
      expect(isNamedBy(page)).toThrow(/server_url/);
      expect(isNamedBy(page, here)).not.toThrow();
      expect(isNamedBy(page, named('http://127.0.0.1:9/mcp'))).toThrow(/server_url/);
    },
  );
});

describe('a page of another machine', () => {
  const tools = [{ type: 'mcp', server_label: 'files', server_url: 'http://127.0.0.1:9/mcp' }];
  let service: LocalServiceProcess;
  beforeAll(async () => {
    service = await startLocalServiceProcess();
  });
  afterAll(() => service.close());

  const mint = (origin: string) =>
    fetch(`${service.url}/v1/realtime/client_secrets`, {
      method: 'POST',
      headers: { Authorization: 'Bearer x', 'Content-Type': 'application/json', origin },
      body: JSON.stringify({ session: { type: 'realtime', tools } }),
      signal: AbortSignal.timeout(10_000),
    });

  it('gets no secret for a session with a server of this one', async () => {
    expect((await mint('https://evil.example')).status).toBe(400);
    expect((await mint('http://localhost:4300')).status).toBe(200);
  });

  it('names none in a session of its own either', async () => {
    const url = `${service.url.replace('http', 'ws')}/v1/realtime?model=shop`;
    const protocols = ['realtime', 'openai-insecure-api-key.x'];
    const socket = new WebSocket(url, protocols, { origin: 'https://evil.example' });
    const answered = new Promise<string>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const event = JSON.parse(data.toString()) as { type: string; error?: { param: string } };
        if (event.type === 'session.created') {
          socket.send(
            JSON.stringify({ type: 'session.update', session: { type: 'realtime', tools } }),
          );
        }
        if (event.error) resolve(event.error.param);
        if (event.type === 'session.updated') resolve(event.type);
      });
    });
    expect(await answered).toBe('session.tools[0].server_url');
    socket.close();
  });
});

describe('a call', () => {
  const talk = callers();
  const foreign = { type: 'mcp', server_label: 'router', server_url: 'http://192.168.1.1/mcp' };

  it('is led to none, and goes on', async () => {
    const peer = await talk();
    const from = peer.events.length;
    peer.send({ type: 'session.update', session: { type: 'realtime', tools: [foreign] } });
    const { error } = await peer.event('error', { from });
    expect(error).toMatchObject({
      type: 'invalid_request_error',
      code: 'invalid_value',
      param: 'session.tools[0].server_url',
    });
    const content = [{ type: 'input_text', text: 'hello' }];
    peer.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content },
    });
    peer.send({ type: 'response.create', response: { tools: [foreign] } });
    const again = await peer.event('error', { from: peer.events.length });
    expect(again.error.param).toBe('response.tools[0].server_url');
    expect(peer.types()).not.toContain('mcp_list_tools.in_progress');
  });
});
