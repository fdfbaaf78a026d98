/**
 * The demo's files: `demo/` at `/` and `dist/` at `/dist/`, never cached, and the same under
 * `/strict/` with the strictest policy that a page with a call can have. It knows no token.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import sirv from 'sirv';
import { packageRoot } from './package-info.js';

export interface StaticFilesOptions {
  /** Origin of the realtime service, for `connect-src`. */
  connectTo: string;
  /** Folder that holds `demo/` and `dist/`. */
  root?: string;
}

export function staticFiles({
  connectTo,
  root = packageRoot,
}: StaticFilesOptions): RequestListener {
  // "dev" looks at the disk for each request, so a rebuilt file is served without a restart.
  const demo = sirv(`${root}demo/`, { dev: true });
  const dist = sirv(`${root}dist/`, { dev: true });
  const policy = strictPolicy(connectTo);

  return (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const address = `http://localhost${incoming.url ?? ''}`;
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
      outgoing.setHeader('allow', 'GET, HEAD');
      end(outgoing, 405, 'Method not allowed');
      return;
    }
    // An encoded slash or backslash has no use in these folders but to leave them.
    if (!url || /%(2f|5c|00)/i.test(url.pathname)) {
      end(outgoing, 404, 'Not found');
      return;
    }
    let path = url.pathname;
    if (path === '/strict') path = '/strict/';
    const strict = path.startsWith('/strict/');
    if (strict) path = path.slice('/strict'.length);
    if (strict || url.searchParams.has('csp')) {
      outgoing.setHeader('content-security-policy', policy);
    }
    outgoing.setHeader('cache-control', 'no-store');
    outgoing.setHeader('x-content-type-options', 'nosniff');
    const inDist = path.startsWith('/dist/');
    // The URL parser has resolved every dot segment, so the rest stays below its folder.
    incoming.url = inDist ? path.slice('/dist'.length) : path;
    (inDist ? dist : demo)(incoming, outgoing, () => {
      end(outgoing, 404, 'Not found');
    });
  };
}

function strictPolicy(connectTo: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // The same place for calls that fall back to a WebSocket.
    `connect-src 'self' ${connectTo} ${connectTo.replace(/^http/, 'ws')}`,
    "img-src 'self'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');
}

function end(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.statusCode = status;
  outgoing.setHeader('content-type', 'text/plain;charset=utf-8');
  outgoing.end(text);
}
