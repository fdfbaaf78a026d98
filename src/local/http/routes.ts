// The routes of the service: what each takes, what it answers, what it refuses. It does not listen.
import type { IncomingMessage } from 'node:http';
import type { CallPool } from '../call/call-pool.js';
import { readOffer } from '../call/offer.js';
import { parseFaults, type Faults } from '../faults.js';
import { allowedFor, requireAllowed } from '../mcp/mcp-allowed.js';
import { parseJson } from '../parse-json.js';
import { newId } from '../session/ids.js';
import { createSessionConfig, type SessionConfig } from '../session/session-config.js';
import { ApiError } from './api-error.js';
import { readBody } from './body.js';
import { ClientSecrets } from './client-secrets.js';
import { readCredentials } from './credentials.js';
import { delayOrRefuse } from './fault-replies.js';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RouteParts {
  readonly pool: CallPool;
  readonly secrets: ClientSecrets;
  /** Origins of MCP servers on other machines that sessions may name. */
  readonly mcpAllow: readonly string[];
  /** Ends with the request, so that a fault's delay does not outlive it. */
  readonly wait: (ms: number) => Promise<void>;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const HTML: Reply = {
  status: 200,
  headers: { 'Content-Type': 'text/html' },
  body: '<!doctype html><title>Sign in</title><p>Sign in to use this network.',
};

const json = (status: number, body: unknown): Reply => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify(body),
});

export const callNotFound = (callId: string): ApiError =>
  new ApiError(
    404,
    `No session found for call_id: ${callId.slice(0, 100)}`,
    'call_id_not_found',
    'call_id',
  );

export async function answerRequest(
  request: IncomingMessage,
  url: URL,
  parts: RouteParts,
): Promise<Reply> {
  const { pathname } = url;
  const hangup = /^\/v1\/realtime\/calls\/([\w-]{1,100})\/hangup$/.exec(pathname);
  const allow = pathname === '/health' ? 'GET' : 'POST';
  if (
    pathname !== '/health' &&
    !hangup &&
    !/^\/v1\/realtime\/(client_secrets|calls)$/.test(pathname)
  ) {
    throw new ApiError(404, `Invalid URL (${request.method} ${pathname.slice(0, 200)})`);
  }
  if (request.method !== allow) {
    throw new ApiError(
      405,
      `Not allowed to ${request.method} on ${pathname}: use ${allow}.`,
      'method_not_supported',
    );
  }
  if (pathname === '/health') {
    return json(200, { status: 'ok', calls: parts.pool.calls, processes: parts.pool.processes });
  }
  if (hangup) {
    const callId = hangup[1] as string;
    readCredentials(request, parts.secrets);
    if (parts.pool.hangUp(callId)) return { status: 200 };
    throw callNotFound(callId);
  }
  return pathname.endsWith('/calls')
    ? await createCall(request, url, parts)
    : await createSecret(request, url, parts);
}

async function createSecret(request: IncomingMessage, url: URL, parts: RouteParts): Promise<Reply> {
  readCredentials(request, parts.secrets);
  const faults = parseFaults(url.searchParams.get('fault'));
  const body = await readBody(request);
  await delayOrRefuse(faults, 'secret', parts.wait);
  if ('secret-html' in faults) return HTML;
  const secret = parts.secrets.create(parseBody(body, {}), faults);
  const mcpAllow = allowedFor(request.headers.origin, parts.mcpAllow);
  requireAllowed(secret.config.tools, mcpAllow, 'session.tools');
  const reply = json(200, ClientSecrets.toBody(secret));
  return 'secret-malformed' in faults ? { ...reply, body: reply.body?.slice(0, 40) ?? '' } : reply;
}

async function createCall(request: IncomingMessage, url: URL, parts: RouteParts): Promise<Reply> {
  const { secret } = readCredentials(request, parts.secrets);
  const own = parseFaults(url.searchParams.get('fault'));
  const faults: Faults = { ...secret?.faults, ...own };
  const { sdp, config } = await readCall(request, secret?.config);
  const { origin } = request.headers;
  const mcpAllow = allowedFor(origin, parts.mcpAllow, secret?.config.tools);
  requireAllowed(config.tools, mcpAllow, 'session.tools');
  await delayOrRefuse(faults, 'calls', parts.wait);
  if ('answer-html' in faults) return HTML;
  // Garbage is refused here, before it reaches a process.
  readOffer(sdp);
  const callId = newId('rtc', 24);
  const dcid = readChannelId(url.searchParams.get('dcid'));
  const isFiltered = url.searchParams.get('webrtcfilter') === 'on';
  const offer = { sdp, dcid, isFiltered };
  const answer = await parts.pool.start({ callId, offer, config, faults, mcpAllow });
  return {
    status: 201,
    headers: { 'Content-Type': 'application/sdp', Location: `/v1/realtime/calls/${callId}` },
    body: spoil(answer, faults),
  };
}

/** An offer alone, with the session of its client secret; or both as form data. */
async function readCall(
  request: IncomingMessage,
  config: SessionConfig | undefined,
): Promise<{ sdp: string; config: SessionConfig }> {
  const type = request.headers['content-type'] ?? '';
  const body = await readBody(request);
  if (/^application\/sdp\b/i.test(type)) {
    return { sdp: body.toString('utf8'), config: config ?? createSessionConfig() };
  }
  if (!/^multipart\/form-data\b/i.test(type)) {
    throw new ApiError(
      400,
      `Unsupported content type "${type.slice(0, 100)}": send application/sdp, or multipart/form-data with sdp and session.`,
      'unsupported_content_type',
    );
  }
  const form = await new Response(new Uint8Array(body), { headers: { 'Content-Type': type } })
    .formData()
    .catch(() => {
      throw new ApiError(400, 'The form data could not be read.', 'invalid_form_data');
    });
  const field = async (name: string): Promise<string | undefined> => {
    const value = form.get(name);
    return value === null ? undefined : typeof value === 'string' ? value : await value.text();
  };
  const sdp = await field('sdp');
  if (sdp === undefined) {
    throw new ApiError(
      400,
      "Missing required parameter: 'sdp'.",
      'missing_required_parameter',
      'sdp',
    );
  }
  const session = await field('session');
  const given = session === undefined ? undefined : parseBody(Buffer.from(session), undefined);
  return { sdp, config: given === undefined && config ? config : createSessionConfig(given) };
}

function parseBody(body: Buffer, empty: unknown): unknown {
  if (body.length === 0) return empty;
  try {
    return parseJson(body.toString('utf8'));
  } catch {
    throw new ApiError(400, 'We could not parse the JSON body of your request.', 'invalid_json');
  }
}

function readChannelId(text: string | null): number | undefined {
  if (text === null) return undefined;
  const id = Number(text);
  if (text !== '' && Number.isInteger(id) && id >= 0 && id <= 1023) return id;
  throw new ApiError(400, 'dcid is a data channel id from 0 to 1023.', 'invalid_value', 'dcid');
}

function spoil(answer: string, faults: Faults): string {
  if ('answer-malformed' in faults) return answer.slice(0, 60);
  if (!('bad-fingerprint' in faults)) return answer;
  return answer.replace(/^(a=fingerprint:\S+ )(.+)$/gm, (_line, name: string, value: string) => {
    return name + value.replace(/[0-9A-F]/gi, (digit) => (digit === '0' ? '1' : '0'));
  });
}
