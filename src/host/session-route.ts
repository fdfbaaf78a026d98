/**
 * The paths of a relay host that has a server to itself: calls are placed at `/session`, and what is
 * below it is a call, which can only be ended. The relay host itself does not know where it stands.
 */
import type { Handler } from './node-listener.js';
import { HostProblem } from './problem.js';

export const SESSION_PATH = /^\/session(\/[^/]+)?$/;

export function sessionRoute(host: Handler): Handler {
  return async (request, peer) => {
    const { pathname } = new URL(request.url);
    if (request.method !== 'POST' || !pathname.startsWith('/session/')) {
      return await host(request, peer);
    }
    const problem = new HostProblem('method-not-allowed', { allow: 'DELETE, OPTIONS' });
    return problem.toResponse(new Headers({ 'cache-control': 'no-store' }));
  };
}
