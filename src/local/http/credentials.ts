// Who may ask: any key, a client secret of this service, and, from a browser's WebSocket, a client
// secret among its subprotocols. It knows no route.
import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.js';
import type { ClientSecret, ClientSecrets } from './client-secrets.js';

export interface Credentials {
  /** The client secret that was given; undefined for any other key, which all are good here. */
  readonly secret: ClientSecret | undefined;
}

const SUBPROTOCOL = 'openai-insecure-api-key.';

const bearerOf = (request: IncomingMessage): string | undefined =>
  /^Bearer\s+(\S.*)$/i.exec(request.headers.authorization ?? '')?.[1]?.trim();

/** A browser can give a WebSocket no header. */
const subprotocolOf = (request: IncomingMessage): string | undefined =>
  request.headers['sec-websocket-protocol']
    ?.split(',')
    .map((name) => name.trim())
    .find((name) => name.startsWith(SUBPROTOCOL))
    ?.slice(SUBPROTOCOL.length);

/** Throws an ApiError of 401 without a key, or with a client secret that is none or has expired. */
export function readCredentials(
  request: IncomingMessage,
  secrets: ClientSecrets,
  from: 'http' | 'websocket' = 'http',
): Credentials {
  const token =
    bearerOf(request) ?? (from === 'websocket' ? subprotocolOf(request) : undefined) ?? '';
  if (token === '') {
    throw new ApiError(
      401,
      "You didn't provide an API key. Put it into the header: Authorization: Bearer YOUR_KEY. Here any key does.",
    );
  }
  if (!token.startsWith('ek_')) return { secret: undefined };
  const secret = secrets.find(token);
  if (secret) return { secret };
  throw new ApiError(401, 'Invalid or expired client secret provided.', 'invalid_api_key');
}
