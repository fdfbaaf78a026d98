// Which MCP servers a page can send the service to.
import { describe, expect, it, vi } from 'vitest';
import { originsOf, requireAllowed } from '../../src/local/mcp/mcp-allowed.js';
import { callers } from '../support/callers.js';

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
    requireAllowed(named(url), originsOf(['https://mcp.example/mcp']), 'session.tools');
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
    expect(() => requireAllowed(named(url), ['https://mcp.example'], 'session.tools')).toThrow(
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
