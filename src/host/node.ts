/**
 * `voice-agent-element/host/node`: a host as a Node server of its own, or on a route of one that is
 * there already. What a host answers is decided in `token-host.ts` and `relay-host.ts`.
 */
import type { Handler } from './node-listener.js';
import { toNodeListener } from './node-listener.js';
import { listen, type ListenOptions, type RunningServer } from './node-server.js';
import { HostProblem } from './problem.js';
import { warningOfProxies } from './proxy-warning.js';
import { createRelayHost, type RelayHostOptions } from './relay-host.js';
import { SESSION_PATH, sessionRoute } from './session-route.js';
import { createTokenHost, type TokenHostOptions } from './token-host.js';

export { toNodeListener } from './node-listener.js';
export type { ListenOptions, RunningServer } from './node-server.js';

/**
 * Serves `POST /token` and `GET /health`. It warns once on stderr where requests were forwarded and
 * `trustedProxies` is not set.
 *
 * @throws {ConfigurationError} naming the setting that cannot be served
 */
export async function serveTokenHost(
  options: TokenHostOptions & ListenOptions,
): Promise<RunningServer> {
  const handler = warningOfProxies(routes(createTokenHost(options), /^\/token$/), options);
  return await listen(toNodeListener(handler), options);
}

/**
 * Serves `POST /session`, `DELETE /session/{call}` and `GET /health`. Its end is the relay host's,
 * too.
 *
 * @throws {ConfigurationError} naming the setting that cannot be served
 */
export async function serveRelayHost(
  options: RelayHostOptions & ListenOptions,
): Promise<RunningServer> {
  const relayHost = createRelayHost(options);
  const handler = routes(sessionRoute(relayHost.handle), SESSION_PATH);
  const listener = toNodeListener(warningOfProxies(handler, options));
  const server = await listen(listener, options).catch(async (error: unknown) => {
    await relayHost.close();
    throw error;
  });
  return {
    ...server,
    async close(graceMs) {
      await server.close(graceMs);
      await relayHost.close();
    },
  };
}

function routes(host: Handler, path: RegExp): Handler {
  return async (request, peer) => {
    const { pathname } = new URL(request.url);
    if (path.test(pathname) || pathname === '/health') return await host(request, peer);
    const headers = new Headers({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    return new HostProblem('not-found').toResponse(headers);
  };
}
