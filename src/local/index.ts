// The local realtime service: an agent that a Realtime client can call with no key and no internet.
// This is its public entry; it loads nothing native by being imported.
import type { AddressInfo } from 'node:net';
import { CallPool } from './call/call-pool.js';
import { ClientSecrets } from './http/client-secrets.js';
import { createHttpServer } from './http/server.js';
import { originsOf } from './mcp/mcp-allowed.js';
import { missingLocalPeers } from './peers.js';

export { FAULTS, type FaultName } from './faults.js';
export { LOCAL_PEERS, missingLocalPeers } from './peers.js';

export interface LocalServiceOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Where it listens; the default is this machine alone. */
  readonly hostname?: string;
  /** Calls at the same time, 60 by default; one more is refused with 429. */
  readonly maxCalls?: number;
  /**
   * Addresses of MCP servers on other machines that sessions may name; those of this machine always may.
   * Their origins count.
   */
  readonly mcpAllow?: readonly string[];
  /** Takes one line for each request and each call's end. */
  readonly log?: (line: string) => void;
}

export interface LocalService {
  /** For example `http://127.0.0.1:40123`; the routes are below `/v1/realtime`. */
  readonly url: string;
  /** Ends every call and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts the service; it is warm when the promise resolves. Rejects with one clear sentence when a
 * package is missing, an address is none or the port is taken.
 */
export async function startLocalService(options: LocalServiceOptions = {}): Promise<LocalService> {
  const { port = 0, hostname = '127.0.0.1', maxCalls = 60, log = () => undefined } = options;
  const mcpAllow = originsOf(options.mcpAllow ?? []);
  const missing = missingLocalPeers();
  if (missing) throw new Error(missing);
  // It needs a package that may be missing.
  const { serveSockets } = await import('./http/sockets.js');
  const pool = new CallPool({ maxCalls, log });
  const parts = { pool, secrets: new ClientSecrets(), mcpAllow };
  const server = createHttpServer(parts, log);
  const sockets = serveSockets(server, parts, log);
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    sockets.close();
    server.closeAllConnections();
    await Promise.all([closed, pool.close()]);
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, hostname, resolve);
    });
    await pool.ready();
  } catch (error) {
    await close();
    throw error;
  }
  const address = server.address() as AddressInfo;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { url: `http://${host}:${address.port}`, close };
}
