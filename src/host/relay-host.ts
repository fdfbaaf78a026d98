/**
 * The relay host: takes a page's offer to the realtime service itself, lets agents take over in the
 * call, and ends it when its time is up, whatever the page does. Web standards only; it knows no key
 * and no service.
 */
import { agentChooser, type ChosenAgent } from './agents.js';
import { ConfigurationError, requireInteger } from './configuration-error.js';
import { withDeadline } from './deadline.js';
import { createFront, type Asked, type HostHandler } from './front.js';
import { createGuard } from './guard.js';
import { callTrace, createHangUps } from './hang-ups.js';
import type { CallLogEntry, HandoffLogEntry, LogEntry } from './host-log.js';
import { checkHostOptions, type HostOptions } from './host-options.js';
import { sidebandsFor } from './host-sidebands.js';
import { digest } from './limits.js';
import type { CallTable } from './live-calls.js';
import { memoryCalls } from './memory-calls.js';
import { readOffer, type Offer } from './offer.js';
import { HostProblem } from './problem.js';
import type { CallRequest, CallService, PlacedCall } from './provider.js';

export interface RelayHostOptions extends HostOptions {
  /** Seconds until this host ends a call, 10 to 7200; an agent's own goes before it. Default 600. */
  maxDuration?: number;
  /**
   * How many calls one visitor may have at once. One more ends the oldest, so that no crashed tab
   * locks anybody out. Not for anonymous visitors. Default 1.
   */
  concurrentPerVisitor?: number;
  /** How many calls there may be at once, of all hosts that share a table. Default 100. */
  concurrentTotal?: number;
  /** Where live calls are kept. Default: in this process's memory. */
  calls?: CallTable;
  /**
   * Called once per request but for health checks, for each handoff, and for each end of a call.
   * Nothing in it is secret.
   */
  log?: (entry: LogEntry | CallLogEntry | HandoffLogEntry) => void;
}

export interface RelayHost {
  handle: HostHandler;
  /** Tries once to end every call whose time is up: for runtimes that keep no timers. */
  hangUpOverdue(): Promise<void>;
  /**
   * Stops all timers, once no request is under way any more. Calls that no other host knows of are
   * ended now; within about six seconds.
   */
  close(): Promise<void>;
}

/** What fits into a path as it is. */
const CALL_ID = /^[\w-]{1,100}$/;
/** For the service to place a call, with the secret before it where it needs one. */
const PLACE_CALL_MS = 7_000;

/** @throws {ConfigurationError} naming the setting that cannot be served */
export function createRelayHost(options: RelayHostOptions): RelayHost {
  checkHostOptions(options);
  const { provider, log } = options;
  const table = requireTable(options.calls ?? memoryCalls());
  const service = requireCalls(options);
  const maxDuration = requireInteger('maxDuration', options.maxDuration ?? 600, 10, 7_200);
  const room = {
    perVisitor: requireInteger('concurrentPerVisitor', options.concurrentPerVisitor ?? 1, 1, 1_000),
    total: requireInteger('concurrentTotal', options.concurrentTotal ?? 100, 1, 1_000_000),
  };
  const chooseAgent = agentChooser(options.agents, options.provider, 'host');
  const guard = createGuard(options, provider.free);
  const tell = (entry: Omit<CallLogEntry, 'provider'> | Omit<HandoffLogEntry, 'provider'>) => {
    try {
      log?.({ provider: provider.name, ...entry });
    } catch {
      // No call goes on for a log.
    }
  };
  const sidebands = sidebandsFor(options, service, tell);
  const hangUps = createHangUps({
    calls: {
      hangUp(id, signal) {
        sidebands?.leave(id);
        return service.hangUp(id, signal);
      },
    },
    table,
    log: tell,
  });

  /** Places the call and puts it into the table: from then on it will be ended. */
  async function place(
    request: CallRequest,
    visitor: string | null,
    maxMs: number,
    follow: (id: string) => void,
  ) {
    const reserved = crypto.randomUUID();
    if (!(await table.reserve(reserved, visitor, room))) {
      throw new HostProblem('too-many-calls', { retryAfter: 5 });
    }
    let placed: PlacedCall | undefined;
    try {
      placed = await service.create(request);
      if (!CALL_ID.test(placed.id) || placed.sdp === '') throw new HostProblem('provider-invalid');
      const call = { id: placed.id, visitor, maxMs };
      const surplus = await table.begin(reserved, call, room.perVisitor);
      follow(placed.id);
      hangUps.look(maxMs);
      for (const each of surplus) void hangUps.end(each);
    } catch (error) {
      await table.remove({ id: reserved, visitor: null }).catch(() => undefined);
      if (placed) {
        // Nobody would end it later on.
        const about = { visitor, startedAt: Date.now(), cause: 'page', tries: 1 } as const;
        await hangUps.end({ id: placed.id, ...about }, true);
      }
      throw error;
    }
    // Whoever waited for the answer has gone, or was told that it took too long.
    if (request.signal.aborted) await end(placed.id, visitor);
    return placed;
  }

  async function end(id: string, visitor: string | null): Promise<void> {
    const call = CALL_ID.test(id) ? await table.claim(id, visitor) : 'unknown';
    if (call === 'unknown') throw new HostProblem('call-unknown');
    if (call !== 'ending') await hangUps.end(call);
  }

  async function begin(
    { request, visit }: Asked,
    agent: ChosenAgent,
    { sdp, wish }: Offer,
    visitor: string | null,
  ) {
    const { identity } = visit;
    const { session } = agent;
    const query = new URL(request.url).searchParams;
    const maxMs = (agent.maxDuration ?? maxDuration) * 1_000;
    // The agents after this one know of the page what this one did.
    const find = (from: string, handoff: string) =>
      chooseAgent({ agent: from, variables: wish.variables, handoff }).handoff;
    const follow = (id: string) => {
      if (agent.handsOver) sidebands?.follow(id, agent, find, maxMs);
    };
    return await guard.admit(visit, () =>
      withDeadline(
        PLACE_CALL_MS,
        (signal) => place({ identity, query, session, sdp, signal }, visitor, maxMs, follow),
        () => new HostProblem('provider-timeout'),
        request.signal,
      ),
    );
  }

  const handle = createFront(options, guard, {
    methods: ['POST', 'DELETE'],
    exposed: ['Date', 'Location', 'Retry-After'],
    async answer(asked) {
      const { request, visit, headers, notes } = asked;
      const { pathname } = new URL(request.url);
      const visitor = visit.identity === null ? null : await digest(visit.identity);
      if (request.method === 'DELETE') {
        const id = pathname.slice(pathname.lastIndexOf('/') + 1);
        notes.call = await callTrace(id);
        await end(id, visitor);
        return { response: new Response(null, { status: 204, headers }), outcome: 'hang-up' };
      }
      const offer = await readOffer(request);
      // It is this host that hands over, in the call; no page is told what to.
      if ('handoff' in offer.wish) throw new HostProblem('body-unknown-key');
      const agent = chooseAgent(offer.wish);
      if (agent.name !== undefined) notes.agent = agent.name;
      const { id, sdp, isFiltered } = await begin(asked, agent, offer, visitor);
      notes.call = await callTrace(id);
      headers.set('content-type', 'application/sdp');
      const query = isFiltered ? '?webrtcfilter=on' : '';
      headers.set('location', `${pathname.replace(/\/+$/, '')}/${id}${query}`);
      return { response: new Response(sdp, { status: 201, headers }), outcome: 'called' };
    },
  });

  return {
    handle,
    hangUpOverdue: () => hangUps.endOverdue(),
    async close() {
      await hangUps.close();
      sidebands?.close();
    },
  };
}

function requireCalls({ provider: { name, calls } }: HostOptions): CallService {
  // A provider of one's own may come from plain JavaScript.
  const given = calls as Partial<CallService> | undefined;
  const able = typeof given?.create === 'function' && typeof given.hangUp === 'function';
  if (calls && able) return calls;
  throw new ConfigurationError(
    'provider',
    `"${name}" cannot place calls: it has no calls.create() and calls.hangUp(). Use createTokenHost().`,
  );
}

const TABLE_METHODS = ['reserve', 'begin', 'claim', 'claimDue', 'claimRest', 'remove'] as const;

function requireTable(table: CallTable): CallTable {
  const given = table as Partial<CallTable> | null;
  const missing = TABLE_METHODS.find((method) => typeof given?.[method] !== 'function');
  if (missing === undefined) return table;
  throw new ConfigurationError('calls', `must have a method ${missing}().`);
}
