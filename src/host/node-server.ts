/**
 * Starting and ending a Node `http` server: limits for slow senders, a free port where the usual
 * one is taken, an end that lets answers finish. It knows no route.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, lets those under way finish for `graceMs`, then cuts them off. */
  close(graceMs?: number): Promise<void>;
}

export interface ListenOptions {
  port: number;
  /** Default `127.0.0.1`. */
  hostname?: string;
}

const DEFAULT_GRACE_MS = 10_000;

/** @throws Node's own error, for example with the code `EADDRINUSE` */
export async function listen(
  listener: RequestListener,
  { port, hostname = '127.0.0.1' }: ListenOptions,
): Promise<RunningServer> {
  const server = createServer({
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 5_000,
  });
  // Browsers open spare connections, which do not count as idle until they have been used.
  const spare = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    spare.add(socket);
    socket.once('close', () => spare.delete(socket));
  });
  server.on('request', (incoming, outgoing) => {
    spare.delete(incoming.socket);
    // Once closing, a kept connection would only be cut off before its next request.
    if (!server.listening) outgoing.setHeader('connection', 'close');
    // Nor is one whose answer was under way kept for a next request.
    outgoing.once('finish', () => {
      if (!server.listening) incoming.socket.end();
    });
    listener(incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    close: (graceMs = DEFAULT_GRACE_MS) => (closing ??= close(server, spare, graceMs)),
  };
}

/** Like `listen`, and on any free port where that one is taken. */
export async function listenPreferring(
  listener: RequestListener,
  options: ListenOptions,
): Promise<RunningServer> {
  return await withFreePort((port) => listen(listener, { ...options, port }), options.port);
}

/** Starts on the port, or on one that the system chooses where that one is taken. */
export async function withFreePort<T>(
  start: (port: number) => Promise<T>,
  port: number,
): Promise<T> {
  try {
    return await start(port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return await start(0);
  }
}

async function close(server: Server, spare: Iterable<Socket>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  for (const socket of spare) socket.destroy();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
