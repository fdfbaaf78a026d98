/**
 * The token host: answers a visitor who may ask with a client secret. Web standards only, so that it
 * runs wherever `Request` and `Response` do; it knows no key and no service.
 */
import { agentChooser, refuseDurations } from './agents.js';
import { readJsonObject } from './body.js';
import { withDeadline } from './deadline.js';
import { createFront, type Asked, type HostHandler } from './front.js';
import { createGuard } from './guard.js';
import type { LogEntry } from './host-log.js';
import { checkHostOptions, type HostOptions } from './host-options.js';
import { HostProblem } from './problem.js';
import type { ClientSecret } from './provider.js';
import type { SessionFields } from './session-fields.js';

export interface TokenHostOptions extends HostOptions {
  /** Called once per request but for health checks. Nothing in it is secret. */
  log?: (entry: LogEntry) => void;
}

export type TokenHost = HostHandler;

const BODY_LIMITS = { maxBytes: 2_048, timeoutMs: 5_000 };
/** Both tries together; below the 8 s that the element waits for this host. */
const MINT_MS = 7_000;

/** @throws {ConfigurationError} naming the setting that cannot be served */
export function createTokenHost(options: TokenHostOptions): TokenHost {
  checkHostOptions(options);
  const { provider } = options;
  const chooseAgent = agentChooser(options.agents, provider);
  refuseDurations(options.agents);
  const guard = createGuard(options, provider.free);

  async function mint({ request, visit }: Asked, session?: SessionFields): Promise<ClientSecret> {
    const { identity } = visit;
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

  return createFront(options, guard, {
    methods: ['POST'],
    // A page needs the host's clock to read expires_at, for its own may be wrong.
    exposed: ['Date', 'Retry-After'],
    async answer(asked) {
      const { request, visit, headers, notes } = asked;
      const { name, session, handoff } = chooseAgent(await readJsonObject(request, BODY_LIMITS));
      if (name !== undefined) notes.agent = name;
      if (handoff) {
        await guard.admit(visit, () => Promise.resolve());
        return { response: Response.json({ handoff }, { headers }), outcome: 'handed-over' };
      }
      const minted = await mint(asked, session);
      const { value, expires_at, calls_url } = minted;
      const secret = {
        value,
        expires_at,
        calls_url,
        session: minted.session,
        provider: provider.name,
      };
      return { response: Response.json(secret, { headers }), outcome: 'minted' };
    },
  });
}
