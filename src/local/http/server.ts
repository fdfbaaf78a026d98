// The HTTP server in front of the routes: CORS, errors in the API's shape, and an end to everything
// when it closes.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { newId } from '../session/ids.js';
import { ApiError } from './api-error.js';
import { toReply } from './error-reply.js';
import { answerRequest, type Reply, type RouteParts } from './routes.js';

const MAX_URL = 2_000;

/** Any page may call, as with the real service; what counts is the secret. */
const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Location, x-request-id',
  Vary: 'Origin',
};

function preflight(request: IncomingMessage): Reply {
  const asked = request.headers['access-control-request-headers'];
  return {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
      'Access-Control-Allow-Headers':
        typeof asked === 'string' && asked.length < 1_000 ? asked : 'Authorization, Content-Type',
      'Access-Control-Max-Age': '600',
      // A public page that talks to a service on this machine has to be told that it may.
      'Access-Control-Allow-Private-Network': 'true',
    },
  };
}

export function createHttpServer(
  parts: Omit<RouteParts, 'wait'>,
  log: (line: string) => void,
): Server {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = performance.now();
    const timers = new Set<NodeJS.Timeout>();
    response.on('close', () => timers.forEach(clearTimeout));
    const wait = (ms: number): Promise<void> =>
      new Promise((resolve) => timers.add(setTimeout(resolve, ms)));
    let reply: Reply;
    const target = request.url ?? '/';
    try {
      if (target.length > MAX_URL) throw new ApiError(414, 'The URL is too long.');
      const url = new URL(target, 'http://local');
      reply =
        request.method === 'OPTIONS'
          ? preflight(request)
          : await answerRequest(request, url, { ...parts, wait });
    } catch (error) {
      reply = toReply(error);
      if (reply.status === 500) log(error instanceof Error ? String(error.stack) : String(error));
    }
    if (response.destroyed) return;
    response.writeHead(reply.status, {
      ...CORS,
      'Cache-Control': 'no-store',
      'x-request-id': newId('req'),
      ...reply.headers,
      // A body that was refused is not read to its end.
      ...(request.complete ? {} : { Connection: 'close' }),
    });
    response.end(reply.body);
    const ms = Math.round(performance.now() - startedAt);
    log(`${request.method} ${target.split('?')[0]?.slice(0, 100)} ${reply.status} ${ms} ms`);
  };
  const server = createServer(
    { requestTimeout: 15_000, headersTimeout: 5_000, maxHeaderSize: 16 * 1024 },
    (request, response) => void handle(request, response),
  );
  server.maxConnections = 500;
  return server;
}
