// What a WebSocket is for, before it is one: a session of its own (`?model=`) or a sideband of a call
// (`?call_id=`), and every refusal. It upgrades nothing.
import type { IncomingMessage } from 'node:http';
import type { CallPool } from '../call/call-pool.js';
import { parseFaults, type Faults } from '../faults.js';
import { allowedFor, requireAllowed } from '../mcp/mcp-allowed.js';
import { requirePcm } from '../session/event-formats.js';
import { newId } from '../session/ids.js';
import { createSessionConfig } from '../session/session-config.js';
import { ApiError } from './api-error.js';
import type { ClientSecret } from './client-secrets.js';
import { readCredentials } from './credentials.js';
import { delayOrRefuse } from './fault-replies.js';
import { callNotFound, type RouteParts } from './routes.js';

export interface SocketPlan {
  readonly callId: string;
  readonly kind: Parameters<CallPool['join']>[1];
}

const MAX_SIDEBANDS = 4;

/** Rejects with the ApiError or ProtocolError that the request is answered with. */
export async function planSocket(
  request: IncomingMessage,
  url: URL,
  parts: RouteParts,
): Promise<SocketPlan> {
  if (url.pathname !== '/v1/realtime') {
    throw new ApiError(404, `Invalid URL (${request.method} ${url.pathname.slice(0, 200)})`);
  }
  const { secret } = readCredentials(request, parts.secrets, 'websocket');
  const callId = url.searchParams.get('call_id');
  const model = url.searchParams.get('model');
  if (callId !== null && model !== null) {
    throw new ApiError(400, 'Give either model or call_id.', 'invalid_value', 'call_id');
  }
  const faults: Faults = { ...secret?.faults, ...parseFaults(url.searchParams.get('fault')) };
  return callId === null
    ? await startSession(model, secret, faults, request.headers.origin, parts)
    : planSideband(callId, secret, parts);
}

async function startSession(
  model: string | null,
  secret: ClientSecret | undefined,
  faults: Faults,
  origin: string | undefined,
  { pool, mcpAllow: named, wait }: RouteParts,
): Promise<SocketPlan> {
  if (!model) {
    const message = 'You must provide a model parameter.';
    throw new ApiError(400, message, 'missing_required_parameter', 'model');
  }
  // The session of a client secret is complete, its model with it.
  const config = secret?.config ?? createSessionConfig({ type: 'realtime', model });
  const mcpAllow = allowedFor(origin, named, secret?.config.tools);
  requireAllowed(config.tools, mcpAllow, 'session.tools');
  requirePcm(config.audio);
  await delayOrRefuse(faults, 'calls', wait);
  const callId = newId('socket', 24);
  await pool.start({ callId, offer: undefined, config, faults, mcpAllow });
  return { callId, kind: 'own' };
}

/** Like the real service, it takes no client secret: a page is no server. */
function planSideband(
  callId: string,
  secret: ClientSecret | undefined,
  { pool }: RouteParts,
): SocketPlan {
  const lines = secret || !callId.startsWith('rtc_') ? undefined : pool.linesOf(callId);
  if (lines === undefined) throw callNotFound(callId);
  if (lines >= MAX_SIDEBANDS) {
    const message = `At most ${MAX_SIDEBANDS} sidebands may join a call here.`;
    throw new ApiError(429, message, 'rate_limit_exceeded', null, 'rate_limit_error');
  }
  return { callId, kind: 'sideband' };
}
