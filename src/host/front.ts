/**
 * What stands before every host: it judges where a request comes from and who sent it, answers
 * preflights and health checks, makes answers of refusals, and logs. It does not know what is asked
 * for: whoever may ask is handed on.
 */
import type { Peer } from './client-address.js';
import { withDeadline } from './deadline.js';
import type { Guard } from './guard.js';
import { tracesOf, type LogEntry } from './host-log.js';
import type { HostOptions } from './host-options.js';
import type { Visit } from './limits.js';
import { judgeOrigin, parseAllowedOrigins } from './origins.js';
import { HostProblem } from './problem.js';

/** Without a peer, and without `clientAddress`, nobody is held to a limit by address. */
export type HostHandler = (request: Request, peer?: Peer) => Promise<Response>;

/** What one kind of host answers, and what pages of other origins are told of it. */
export interface Service {
  /** Besides OPTIONS, as `Access-Control-Allow-Methods` names them. */
  readonly methods: readonly string[];
  /** Headers that a page of another origin may read. */
  readonly exposed: readonly string[];
  /** @throws {HostProblem} to refuse */
  answer(asked: Asked): Promise<Answer>;
}

/** A request of a visitor who may ask. */
export interface Asked {
  readonly request: Request;
  readonly visit: Visit;
  /** To make the answer with. */
  readonly headers: Headers;
  /** For the log, also where the request is refused later on. */
  readonly notes: Notes;
}

export type Notes = { -readonly [Key in 'agent' | 'call']?: LogEntry[Key] };

export interface Answer {
  readonly response: Response;
  readonly outcome: LogEntry['outcome'];
}

const AUTHORIZE_MS = 5_000;

/** @throws {ConfigurationError} */
export function createFront(
  options: HostOptions & { log?: (entry: LogEntry) => void },
  guard: Guard,
  service: Service,
): HostHandler {
  const { provider, authorize, allowCredentials, log } = options;
  const allowedOrigins = parseAllowedOrigins(options.allowedOrigins ?? []);

  async function identify(request: Request): Promise<string | null> {
    if (!authorize) return null;
    const identity = await withDeadline(
      AUTHORIZE_MS,
      () => authorize(request),
      () => new HostProblem('authorize-failed'),
    ).catch(() => {
      throw new HostProblem('authorize-failed');
    });
    if (typeof identity !== 'string' || identity === '') throw new HostProblem('unauthorized');
    return identity;
  }

  async function answer({ request, headers, visit, notes }: Asked): Promise<Answer> {
    requireMethod(request, [...service.methods, 'OPTIONS']);
    const origin = judgeOrigin(request, allowedOrigins);
    if (!origin.allowed) throw new HostProblem('origin-not-allowed');
    // Whoever is no browser can call itself by many names and claim each as the host's own.
    visit.origin = origin.cors ?? 'own';
    if (origin.cors !== undefined) {
      headers.set('access-control-allow-origin', origin.cors);
      if (allowCredentials) headers.set('access-control-allow-credentials', 'true');
      headers.set('access-control-expose-headers', service.exposed.join(', '));
    }
    if (request.method === 'OPTIONS') {
      headers.set('access-control-allow-methods', service.methods.join(', '));
      headers.set('access-control-allow-headers', 'Authorization, Content-Type');
      headers.set('access-control-max-age', '600');
      return { response: new Response(null, { status: 204, headers }), outcome: 'preflight' };
    }
    visit.identity = await identify(request);
    return await service.answer({ request, visit, headers, notes });
  }

  return async (request, peer) => {
    const started = performance.now();
    const headers = commonHeaders();
    if (isHealth(request)) return health(request, headers);
    const notes: Notes = {};
    let response: Response;
    let entry: Pick<LogEntry, 'outcome' | 'limit' | 'upstream' | 'error'>;
    let visit: Visit | undefined;
    try {
      visit = guard.visit(request, peer);
      ({ response, ...entry } = await answer({ request, headers, visit, notes }));
    } catch (error) {
      const problem = error instanceof HostProblem ? error : new HostProblem('internal');
      response = problem.toResponse(headers);
      entry = { outcome: problem.code, ...tracesOf(error) };
    }
    if (log) {
      try {
        log({
          method: request.method,
          status: response.status,
          ms: Math.round(performance.now() - started),
          provider: provider.name,
          ...notes,
          ...entry,
          ...(visit && (await guard.traces(visit))),
        });
      } catch {
        // A visitor's call does not depend on a log.
      }
    }
    return response;
  };
}

function isHealth(request: Request): boolean {
  return new URL(request.url).pathname.endsWith('/health');
}

function health(request: Request, headers: Headers): Response {
  try {
    requireMethod(request, ['GET', 'HEAD']);
    return Response.json({ status: 'ok' }, { headers });
  } catch (error) {
    return (error as HostProblem).toResponse(headers);
  }
}

function requireMethod({ method }: Request, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  throw new HostProblem('method-not-allowed', { allow: allowed.join(', ') });
}

function commonHeaders(): Headers {
  return new Headers({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    date: new Date().toUTCString(),
    'referrer-policy': 'no-referrer',
    vary: 'Origin',
    'x-content-type-options': 'nosniff',
  });
}
