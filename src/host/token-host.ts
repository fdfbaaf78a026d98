/**
 * The token host: judges a request and answers it with a client secret. Web standards only, so
 * that it runs wherever `Request` and `Response` do; it knows no key and no service.
 */
import type { AgentOptions } from './agent-options.js';
import { agentChooser } from './agents.js';
import { readJsonObject } from './body.js';
import type { Peer } from './client-address.js';
import { ConfigurationError } from './configuration-error.js';
import { withDeadline } from './deadline.js';
import { createGuard, type GuardOptions, type Traces } from './guard.js';
import type { Visit } from './limits.js';
import { judgeOrigin, parseAllowedOrigins } from './origins.js';
import { HostProblem, type ProblemCode } from './problem.js';
import type { ClientSecret, Provider } from './provider.js';

export interface TokenHostOptions extends GuardOptions {
  /** Where secrets come from: `openai({ … })`, `azure({ … })`, `azurePreview({ … })`, `compatible({ … })`, `local({ url })` or your own. */
  provider: Provider;
  /** What a page may choose from, by name, with variables to fill in. Without: always the provider's session. */
  agents?: Readonly<Record<string, AgentOptions>>;
  /**
   * Origins of the pages that may ask, exactly as browsers write them (`https://shop.example`).
   * The host's own origin is always allowed.
   */
  allowedOrigins?: readonly string[];
  /**
   * Who is asking? A stable name for a visitor who may start a call, `null` for one who may not.
   * Within 5 seconds, from the request's headers: its body belongs to the host. Required, unless
   * secrets are free or `allowAnonymous` is written out.
   */
  authorize?: (request: Request) => string | null | Promise<string | null>;
  /** Let everybody start calls at your cost, who can send an HTTP request. */
  allowAnonymous?: boolean;
  /** Lets pages of other origins send cookies (`Access-Control-Allow-Credentials`). */
  allowCredentials?: boolean;
  /** Called once per request but for health checks. Nothing in it is secret. */
  log?: (entry: LogEntry) => void;
}

export interface LogEntry extends Traces {
  readonly method: string;
  readonly status: number;
  readonly outcome: 'minted' | 'preflight' | ProblemCode;
  readonly ms: number;
  readonly provider: string;
  /** The limit that refused: `visitorPerMinute`, … */
  readonly limit?: string;
  /** The realtime service's status and code, where it refused. */
  readonly upstream?: { readonly status?: number; readonly code?: string };
  /** The name of an error that this host did not expect. Its message might hold anything. */
  readonly error?: string;
}

/** Without a peer, and without `clientAddress`, nobody is held to a limit by address. */
export type TokenHost = (request: Request, peer?: Peer) => Promise<Response>;

const BODY_LIMITS = { maxBytes: 2_048, timeoutMs: 5_000 };
const AUTHORIZE_MS = 5_000;
/** Both tries together; below the 8 s that the element waits for this host. */
const MINT_MS = 7_000;

/** @throws {ConfigurationError} naming the setting that cannot be served */
export function createTokenHost(options: TokenHostOptions): TokenHost {
  const { provider, authorize, log } = checked(options);
  const allowedOrigins = parseAllowedOrigins(options.allowedOrigins ?? []);
  const chooseAgent = agentChooser(options.agents, provider);
  const guard = createGuard(options, provider.free);
  const { name } = provider;

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

  async function mint(request: Request, visit: Visit): Promise<ClientSecret> {
    const identity = (visit.identity = await identify(request));
    const session = chooseAgent(await readJsonObject(request, BODY_LIMITS));
    const query = new URL(request.url).searchParams;
    return await guard.admit(visit, () =>
      withDeadline(
        MINT_MS,
        (signal) => provider.mint({ identity, query, session, signal }),
        () => new HostProblem('provider-timeout'),
        request.signal,
      ),
    );
  }

  async function answer(request: Request, headers: Headers, visit: Visit): Promise<Response> {
    const allow = isHealth(request) ? 'GET, HEAD' : 'POST, OPTIONS';
    if (!allow.split(', ').includes(request.method)) {
      throw new HostProblem('method-not-allowed', { allow });
    }
    if (isHealth(request)) return Response.json({ status: 'ok' }, { headers });
    const origin = judgeOrigin(request, allowedOrigins);
    if (!origin.allowed) throw new HostProblem('origin-not-allowed');
    // Whoever is no browser can call itself by many names and claim each as the host's own.
    visit.origin = origin.cors ?? 'own';
    if (origin.cors !== undefined) {
      headers.set('access-control-allow-origin', origin.cors);
      if (options.allowCredentials) headers.set('access-control-allow-credentials', 'true');
      // A page needs the host's clock to read expires_at, for its own may be wrong.
      headers.set('access-control-expose-headers', 'Date, Retry-After');
    }
    if (request.method === 'OPTIONS') {
      headers.set('access-control-allow-methods', 'POST');
      headers.set('access-control-allow-headers', 'Authorization, Content-Type');
      headers.set('access-control-max-age', '600');
      return new Response(null, { status: 204, headers });
    }
    const { value, expires_at, calls_url } = await mint(request, visit);
    return Response.json({ value, expires_at, calls_url, provider: name }, { headers });
  }

  return async (request, peer) => {
    const started = performance.now();
    const headers = commonHeaders();
    let response: Response;
    let problem: HostProblem | undefined;
    let unexpected: string | undefined;
    let visit: Visit | undefined;
    try {
      visit = guard.visit(request, peer);
      response = await answer(request, headers, visit);
    } catch (error) {
      if (!(error instanceof HostProblem)) unexpected = error instanceof Error ? error.name : '?';
      problem = error instanceof HostProblem ? error : new HostProblem('internal');
      response = problem.toResponse(headers);
    }
    if (log && !isHealth(request)) {
      const outcome = request.method === 'OPTIONS' ? 'preflight' : 'minted';
      try {
        log({
          method: request.method,
          status: response.status,
          outcome: problem?.code ?? outcome,
          ms: Math.round(performance.now() - started),
          provider: name,
          ...(problem?.details.upstream && { upstream: problem.details.upstream }),
          ...(problem?.details.limit !== undefined && { limit: problem.details.limit }),
          ...(unexpected !== undefined && { error: unexpected }),
          ...(visit && (await guard.traces(visit))),
        });
      } catch {
        // A visitor's call does not depend on a log.
      }
    }
    return response;
  };
}

function checked(options: TokenHostOptions): TokenHostOptions {
  // Also called from plain JavaScript, where nothing else says what is missing.
  const { provider, authorize, allowAnonymous = false } = options as Partial<TokenHostOptions>;
  if (typeof provider?.mint !== 'function' || !provider.name) {
    throw new ConfigurationError(
      'provider',
      'is missing. Use openai({ … }), azure({ … }), compatible({ … }) or local({ url }).',
    );
  }
  if (authorize !== undefined && typeof authorize !== 'function') {
    throw new ConfigurationError('authorize', 'must be a function.');
  }
  if (authorize && allowAnonymous) {
    throw new ConfigurationError('allowAnonymous', 'contradicts authorize. Keep one of them.');
  }
  if (!authorize && !allowAnonymous && !provider.free) {
    throw new ConfigurationError(
      'authorize',
      'is missing, so anybody could start calls at your cost. If that is what you want, write ' +
        'allowAnonymous: true.',
    );
  }
  return options;
}

function isHealth(request: Request): boolean {
  return new URL(request.url).pathname.endsWith('/health');
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
