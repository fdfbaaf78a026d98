/** A token host, good or bad, for tests: a real HTTP server that answers as the test wishes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface TokenHost {
  readonly url: string;
  /** How often it was asked, also by those who left before the answer. */
  asked(): number;
  close(): Promise<void>;
}

async function startTokenHost(answer: Answer): Promise<TokenHost> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    request.resume();
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/token`,
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Starts token hosts for the file that calls this; each test's end closes its own. */
export function tokenHosts(): (answer: Answer) => Promise<TokenHost> {
  const hosts: TokenHost[] = [];
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((one) => one.close()));
  });
  return async (answer) => {
    const started = await startTokenHost(answer);
    hosts.push(started);
    return started;
  };
}

/** Answers with `body`, as JSON unless it is text or bytes already. */
export function json(body: unknown, headers: Record<string, string> = {}, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body));
  };
}
