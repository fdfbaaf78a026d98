// Remote MCP servers for the tests: the published one that has everything, and a small one of our own
// that wants a password and fails as it is told. Each takes a free port of this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { freePort } from '../support/free-port.js';

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

const EVERYTHING = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-everything/dist/index.js',
);

/** `@modelcontextprotocol/server-everything` as its makers publish it, in a process of its own. */
export async function startEverything(): Promise<RunningServer> {
  const port = await freePort();
  const child = spawn(process.execPath, [EVERYTHING, 'streamableHttp'], {
    env: { PATH: process.env['PATH'], PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  await once(child.stderr, 'data', { signal: AbortSignal.timeout(20_000) });
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

export interface OwnServer extends RunningServer {
  /** The headers of every request so far. */
  readonly requests: readonly IncomingHttpHeaders[];
  /** Requests that have no answer yet. */
  readonly open: number;
}

/** Takes only who knows `password`. Its tools: `whisper` tells it, `break_down` fails, `wait` hangs. */
export async function startOwnServer(password: string): Promise<OwnServer> {
  const requests: IncomingHttpHeaders[] = [];
  let open = 0;
  const http = createServer((request, response) => {
    requests.push(request.headers);
    open++;
    response.on('close', () => open--);
    if (request.headers.authorization !== `Bearer ${password}`) {
      response.writeHead(401).end(`Who are you, ${request.headers.authorization}?`);
    } else if (request.method !== 'POST') {
      response.writeHead(405).end();
    } else {
      // Without sessions: every request has a server of its own.
      const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
      const server = makeServer(password);
      response.on('close', () => void server.close());
      void server.connect(transport).then(() => transport.handleRequest(request, response));
    }
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    requests,
    get open() {
      return open;
    },
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function makeServer(password: string): McpServer {
  const server = new McpServer({ name: 'own', version: '1' });
  const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });
  server.registerTool('whisper', { annotations: { readOnlyHint: true } }, () =>
    text(`It is ${password}.`),
  );
  server.registerTool('break_down', {}, () => ({ ...text('It broke.'), isError: true }));
  server.registerTool('wait', {}, () => new Promise<never>(() => undefined));
  server.registerTool('long_story', {}, () => text('x'.repeat(100_000)));
  return server;
}
