/**
 * Lets Node's `http` server call a Web-standard handler. Made for small answers: it buffers them.
 * It passes the socket's address on, trusts no forwarding header and knows nothing of tokens.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Peer } from './client-address.js';
import { HostProblem } from './problem.js';

export type Handler = (request: Request, peer?: Peer) => Promise<Response>;

/** For `http.createServer(…)`, and for Express or Connect as the last thing on a route. */
export function toNodeListener(
  handler: Handler,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    respond(handler, incoming, outgoing).catch(() => {
      outgoing.destroy();
    });
  };
}

async function respond(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse) {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const request = requestFrom(incoming, gone);
  const response = request
    ? await handler(request, peerOf(incoming))
    : new HostProblem('bad-request').toResponse(new Headers({ 'cache-control': 'no-store' }));
  const body = Buffer.from(await response.arrayBuffer());
  // A small body comes with its headers but is read after them. Once it is in, a refusal that did not
  // look at it need not cost the connection; and the answers of one turn leave together.
  await nextTurn();
  if (outgoing.destroyed) return;
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  // Who has not sent a whole body is not listened to any longer.
  if (!incoming.complete) outgoing.setHeader('connection', 'close');
  outgoing.statusCode = response.status;
  if (response.status !== 204) outgoing.setHeader('content-length', body.byteLength);
  outgoing.end(incoming.method === 'HEAD' ? undefined : body);
}

/** A Unix socket has no address. */
function peerOf({ socket: { remoteAddress } }: IncomingMessage): Peer {
  return remoteAddress === undefined ? {} : { address: remoteAddress };
}

/** `undefined` for what cannot be a `Request`: a broken Host header, TRACE, `GET http://…`. */
function requestFrom(incoming: IncomingMessage, gone: AbortController): Request | undefined {
  const { method = 'GET', headers } = incoming;
  // Express takes the path off under which a handler was mounted; a Location must have it.
  const { originalUrl } = incoming as { originalUrl?: string };
  const url = originalUrl ?? incoming.url ?? '/';
  const scheme = (incoming.socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  // Joined as text: as a relative address, "//elsewhere/" would replace the host.
  const address = `${scheme}://${headers.host ?? 'localhost'}${url}`;
  const withBody = method !== 'GET' && method !== 'HEAD' && hasBody(headers);
  try {
    if (!url.startsWith('/')) return undefined;
    const request = new Request(address, {
      method,
      headers: headersFrom(incoming),
      ...(withBody && { body: bodyOf(incoming), duplex: 'half' as const }),
    });
    // Handed to the constructor, it would cost more than all the rest of the request, also where
    // nobody looks at it. What is made from this request with `new Request` does not follow it.
    Object.defineProperty(request, 'signal', { get: () => gone.signal });
    return request;
  } catch {
    return undefined;
  }
}

/** A length or a transfer encoding says that one comes (RFC 9112, 6.3). */
function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

function headersFrom({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

/**
 * Not `Readable.toWeb`: cancelling that destroys the socket, and with it the answer that says why.
 */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: false });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = (await chunks.next()) as IteratorResult<Uint8Array, undefined>;
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}
