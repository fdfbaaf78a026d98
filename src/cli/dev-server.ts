/**
 * The demo's server: files, the token host at `/token` and the relay host at `/session`. Loopback
 * only, in name as well: a foreign page whose name is made to point at this machine gets neither a
 * secret nor a call (DNS rebinding).
 */
import type { RequestListener } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createRelayHost,
  createTokenHost,
  HostProblem,
  type Provider,
  type RelayHost,
  type TokenHost,
  type TokenHostOptions,
} from '../host/index.js';
import { toNodeListener } from '../host/node.js';
import { listenPreferring, type RunningServer } from '../host/node-server.js';
import { SESSION_PATH, sessionRoute } from '../host/session-route.js';
import { staticFiles } from './static-files.js';

export interface DevServerOptions {
  port: number;
  provider: Provider;
  agents?: TokenHostOptions['agents'];
  /** Origin of the realtime service that pages talk to. */
  connectTo: string;
  /** Added to each answer with a secret or a call, in ms. */
  delayMs?: number;
  /** Folder that holds `demo/` and `dist/`. */
  root?: string;
}

export async function startDevServer(options: DevServerOptions): Promise<RunningServer> {
  const { port, provider, agents, delayMs = 0 } = options;
  // Open and without limits, because only this machine can ask, and only from a page of this very
  // server: one developer who reloads often is no abuse.
  const anybody = !provider.free && { allowAnonymous: true };
  const common = { provider, limits: false, ...anybody } as const;
  // Not every service lets others place calls for pages.
  const relayHost = provider.calls && createRelayHost({ ...common, agents });
  // Who tries an agent with a length of its own here need not take it out for the other route.
  const tokenHost = createTokenHost({ ...common, agents: withoutDurations(agents) });
  const token = toNodeListener(delayed(tokenHost, delayMs));
  const session = relayHost && toNodeListener(sessionRoute(delayed(relayHost.handle, delayMs)));
  const files = staticFiles(options);
  const refuse = toNodeListener(() =>
    Promise.resolve(new HostProblem('host-not-allowed').toResponse()),
  );
  const listener: RequestListener = (incoming, outgoing) => {
    const path = (incoming.url ?? '/').replace(/[?#].*$/s, '');
    if (!isLoopbackHost(incoming.headers.host)) refuse(incoming, outgoing);
    else if (path === '/token' || path === '/health') token(incoming, outgoing);
    else if (session && SESSION_PATH.test(path)) session(incoming, outgoing);
    else files(incoming, outgoing);
  };
  return endingWith(await listenPreferring(listener, { port }), relayHost);
}

/** Calls end with the server. */
function endingWith(server: RunningServer, relayHost: RelayHost | undefined): RunningServer {
  return {
    ...server,
    async close(graceMs) {
      await server.close(graceMs);
      await relayHost?.close();
    },
  };
}

function withoutDurations(agents: TokenHostOptions['agents']): TokenHostOptions['agents'] {
  if (!agents) return undefined;
  return Object.fromEntries(
    Object.entries(agents).map(([name, { maxDuration: _, ...rest }]) => [name, rest]),
  );
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
