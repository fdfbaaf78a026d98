// The WebSockets of the service: refused in HTTP, or joined to a call until one of the two ends. What
// they say is for the call's process; a client that sends faster than it listens has to wait.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { HowEnded } from '../call/call-messages.js';
import { ApiError } from './api-error.js';
import { toReply } from './error-reply.js';
import type { RouteParts } from './routes.js';
import { planSocket, type SocketPlan } from './socket-routes.js';

/** An `input_audio_buffer.append` may be as large as 15 MiB. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** More than this waiting to be sent means that nobody reads. */
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024;
/** A client that answers no ping until the next one is gone. */
const PING_MS = 15_000;
const MAX_URL = 2_000;

const CODES: Readonly<Record<HowEnded, number>> = { closed: 1000, expired: 1001, died: 1011 };

export function serveSockets(
  server: Server,
  parts: Omit<RouteParts, 'wait'>,
  log: (line: string) => void,
): { close(): void } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    // The other subprotocol of a browser is its client secret, which is not sent back.
    handleProtocols: (names) => (names.has('realtime') ? 'realtime' : false),
  });

  const accept = async (request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> => {
    const timers = new Set<NodeJS.Timeout>();
    const wait = (ms: number): Promise<void> =>
      new Promise((resolve) => timers.add(setTimeout(resolve, ms)));
    stream.on('close', () => timers.forEach(clearTimeout));
    stream.on('error', () => undefined);
    const target = request.url ?? '/';
    let plan: SocketPlan;
    try {
      if (target.length > MAX_URL) throw new ApiError(414, 'The URL is too long.');
      if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
        throw new ApiError(426, 'The only upgrade here is to a WebSocket.');
      }
      plan = await planSocket(request, new URL(target, 'http://local'), { ...parts, wait });
    } catch (error) {
      const { status, body = '' } = toReply(error);
      if (status === 500) log(error instanceof Error ? String(error.stack) : String(error));
      stream.end(
        `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      log(`WebSocket ${target.split('?')[0]?.slice(0, 100)} ${status}`);
      return;
    }
    let joined = false;
    const gone = (): void => {
      if (!joined && plan.kind === 'own') parts.pool.hangUp(plan.callId);
    };
    if (stream.destroyed) gone();
    else stream.once('close', gone);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      joined = true;
      join(socket, plan, parts);
      log(`WebSocket ${plan.kind} of ${plan.callId}`);
    });
  };
  server.on('upgrade', (request, stream, head) => void accept(request, stream, head));

  const alive = new WeakSet<WebSocket>();
  const pings = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, PING_MS);
  pings.unref();

  const join = (socket: WebSocket, plan: SocketPlan, { pool }: Pick<RouteParts, 'pool'>): void => {
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    // A frame that is none; `close` follows.
    socket.on('error', () => undefined);
    const line = pool.join(plan.callId, plan.kind, {
      onMessage: (text) => {
        if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
        else socket.send(text, () => undefined);
      },
      onClosed: (how, reason) => socket.close(CODES[how], reason.slice(0, 100)),
    });
    if (!line) {
      socket.close(1000, 'the call has ended');
      return;
    }
    socket.on('message', (data: Buffer, binary) => {
      socket.pause();
      line.send(binary ? undefined : data.toString('utf8'), () => socket.resume());
    });
    socket.on('close', () => line.close());
  };

  return {
    close: () => {
      clearInterval(pings);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
