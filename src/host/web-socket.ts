/**
 * Where a WebSocket comes from that can carry a credential in a header: the platform, or the package
 * `ws`. A browser's cannot, and this is no code for browsers.
 */
import type { SidebandAddress } from './provider.js';

export type SocketMaker = (address: SidebandAddress) => WebSocket;

/** The platforms' own and `ws` take this in the same place. */
type WebSocketClass = new (
  url: string,
  options: { headers: Readonly<Record<string, string>> },
) => WebSocket;

/** @returns a maker, or why there is none on this platform, as the end of a sentence */
export function webSockets(): SocketMaker | string {
  const { navigator, WebSocket: own } = globalThis as unknown as {
    navigator?: { userAgent?: string };
    WebSocket?: WebSocketClass;
  };
  // It would also take no headers.
  if (navigator?.userAgent === 'Cloudflare-Workers') {
    return 'on Cloudflare Workers, where a connection ends with the request that opened it.';
  }
  const Socket = own ?? packageWs();
  if (Socket) return ({ url, headers }) => new Socket(url, { headers });
  return 'without WebSocket: use Node 22 or later, or run npm install ws.';
}

/** Node has a WebSocket of its own since version 22. */
function packageWs(): WebSocketClass | undefined {
  try {
    const { createRequire } = process.getBuiltinModule('node:module');
    const { WebSocket } = createRequire(import.meta.url)('ws') as { WebSocket: WebSocketClass };
    return WebSocket;
  } catch {
    return undefined;
  }
}
