/**
 * `voice-agent-element/host/node`: a token host as a Node server of its own, or on a route of one
 * that is there already. What a host answers is decided in `token-host.ts`.
 */
import type { Handler } from './node-listener.js';
import { toNodeListener } from './node-listener.js';
import { listen, type ListenOptions, type RunningServer } from './node-server.js';
import { HostProblem } from './problem.js';
import { warningOfProxies } from './proxy-warning.js';
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
  const handler = warningOfProxies(routes(createTokenHost(options)), options);
  return await listen(toNodeListener(handler), options);
}

function routes(tokenHost: Handler): Handler {
  return async (request, peer) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/token' || pathname === '/health') return await tokenHost(request, peer);
    const headers = new Headers({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    return new HostProblem('not-found').toResponse(headers);
  };
}
