/**
 * The demo's server: files, and the token host at `/token`. Loopback only, in name as well: a
 * foreign page whose name is made to point at this machine gets no secret (DNS rebinding).
 */
import type { RequestListener } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createTokenHost,
  HostProblem,
  type Provider,
  type TokenHost,
  type TokenHostOptions,
} from '../host/index.js';
import { toNodeListener } from '../host/node.js';
import { listenPreferring, type RunningServer } from '../host/node-server.js';
import { staticFiles } from './static-files.js';

export interface DevServerOptions {
  port: number;
  provider: Provider;
  agents?: TokenHostOptions['agents'];
  /** Origin of the realtime service that pages talk to. */
  connectTo: string;
  /** Added to each token answer, in ms. */
  delayMs?: number;
  /** Folder that holds `demo/` and `dist/`. */
  root?: string;
}

export async function startDevServer(options: DevServerOptions): Promise<RunningServer> {
  const { port, provider, agents, delayMs = 0 } = options;
  // Open and without limits, because only this machine can ask, and only from a page of this very
  // server: one developer who reloads often is no abuse.
  const anybody = !provider.free && { allowAnonymous: true };
  const host = createTokenHost({ provider, agents, limits: false, ...anybody });
  const token = toNodeListener(delayed(host, delayMs));
  const files = staticFiles(options);
  const refuse = toNodeListener(() =>
    Promise.resolve(new HostProblem('host-not-allowed').toResponse()),
  );
  const listener: RequestListener = (incoming, outgoing) => {
    const path = (incoming.url ?? '/').replace(/[?#].*$/s, '');
    if (!isLoopbackHost(incoming.headers.host)) refuse(incoming, outgoing);
    else if (path === '/token' || path === '/health') token(incoming, outgoing);
    else files(incoming, outgoing);
  };
  return await listenPreferring(listener, { port });
}

function isLoopbackHost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '');
}

function delayed(host: TokenHost, ms: number): TokenHost {
  if (ms === 0) return host;
  return async (request) => {
    const response = await host(request);
    await pause(ms);
    return response;
  };
}
