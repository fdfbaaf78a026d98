/**
 * Everything that is asked of a token host, once and in order. What the answers mean is judged by
 * the checks; this file only collects them.
 */
import { ask, type Answer } from './answer.js';

export const FOREIGN_ORIGIN = 'https://foreign.example';

/** Sent as model and instructions: an answer that repeats it was made by the page. */
export const CANARY = 'voice-agent-check-canary';
const QUICK_REQUESTS = 20;

export interface Target {
  readonly url: string;
  /** The page that is to be served. */
  readonly origin: string;
  readonly headers: Headers;
  readonly timeoutMs: number;
}

export interface Seen {
  readonly target: Target;
  readonly sameOrigin: boolean;
  readonly first: Answer;
  readonly second: Answer;
  readonly preflight: Answer;
  readonly foreign: Answer;
  readonly foreignPreflight: Answer;
  readonly nullOrigin: Answer;
  readonly get: Answer;
  readonly unknownKeys: Answer;
  /** Only where it was asked for, since each of them may cost a secret. */
  readonly quick?: readonly Answer[];
}

function isSameOrigin({ url, origin }: Target): boolean {
  return new URL(url).origin === origin;
}

/** The element's own request. */
export function askForSecret(target: Target, body: unknown = {}): Promise<Answer> {
  return post(target, target.origin, body);
}

/** @param first the answer to `askForSecret`, which decides whether the rest is worth asking */
export async function askTheRest(target: Target, first: Answer, limit: boolean): Promise<Seen> {
  const seen = {
    target,
    sameOrigin: isSameOrigin(target),
    first,
    second: await askForSecret(target),
    preflight: await preflight(target, target.origin),
    foreign: await post(target, FOREIGN_ORIGIN),
    foreignPreflight: await preflight(target, FOREIGN_ORIGIN),
    nullOrigin: await post(target, 'null'),
    get: await send(target, 'GET', target.origin),
    unknownKeys: await askForSecret(target, {
      model: CANARY,
      instructions: CANARY,
      session: { type: 'realtime', model: CANARY, instructions: CANARY },
      expires_after: { anchor: 'created_at', seconds: 7_200 },
    }),
  };
  if (!limit) return seen;
  const quick = Array.from({ length: QUICK_REQUESTS }, () => askForSecret(target));
  return { ...seen, quick: await Promise.all(quick) };
}

function post(target: Target, origin: string, body: unknown = {}): Promise<Answer> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  return send(target, 'POST', origin, headers, JSON.stringify(body));
}

/** Browsers send no login with it, so none is sent here. */
function preflight(target: Target, origin: string): Promise<Answer> {
  const headers = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  };
  return send({ ...target, headers: new Headers() }, 'OPTIONS', origin, headers);
}

function send(
  target: Target,
  method: string,
  origin: string,
  own: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  const headers = new Headers(target.headers);
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  headers.set('origin', origin);
  // Behind a proxy a host knows its own pages by this header alone.
  const site = origin === new URL(target.url).origin ? 'same-origin' : 'cross-site';
  headers.set('sec-fetch-site', site);
  return ask(
    target.url,
    { method, headers, ...(body !== undefined && { body }) },
    target.timeoutMs,
  );
}
