/**
 * Lets the agent of a call use functions of the page. It listens to a `Call` from the outside, as
 * any page could, and is loaded only where there are tools.
 */
import type { ServerEvent } from '../protocol.js';
import { Approvals } from './approvals.js';
import { FunctionCalls } from './function-calls.js';
import { Handoffs, type HandoffSource } from './handoffs.js';
import { LiveCall, type CallOfTools } from './live-call.js';
import { McpCalls } from './mcp.js';
import { Offer } from './offer.js';
import { knownTools, usableTools, type KnownTool, type PageTool } from './page-tool.js';

export interface ToolsOptions {
  /** Longest wait for the visitor's consent, in ms; default 60,000. */
  readonly approvalTimeout?: number | undefined;
  /** Who takes over when an agent hands over to another: `handoffs('/token')`. Default: nobody. */
  readonly handoffs?: HandoffSource | undefined;
}

export { handoffs } from './handoff-source.js';

/** The tools of one `Call`, over all its calls. */
export interface Tools {
  /**
   * Offers these tools and no others, at once in a live call.
   * @param others of lower rank, such as those that the browser knows: one whose name is taken is
   * left out, and one that is not well defined is reported as `tool-failed`
   * @throws {TypeError} which of `tools` is not well defined, and how; nothing has changed then
   */
  set(tools: readonly PageTool[], others?: readonly PageTool[]): void;
  /**
   * To be told what the service said in the present call before tools were attached: every event, in
   * order, from the session's first one on. What the agent has asked for by then is done as well. It
   * means nothing before a call and after it, and while a lost connection is made again.
   */
  observe(event: ServerEvent): void;
  /** To be told when the visitor presses the stop button, of which the service need not hear. */
  interrupt(): void;
  /** Takes the tools back and stops listening; those that run are not waited for. */
  close(): void;
}

/**
 * Attaches tools to a call, best before its start: it goes on for all calls that follow, and asks for
 * nothing until one is live.
 * @throws {TypeError} which tool is not well defined, and how
 */
export function attachTools(
  call: CallOfTools,
  tools: readonly PageTool[],
  options: ToolsOptions = {},
): Tools {
  const listening = new AbortController();
  let known: ReadonlyMap<string, KnownTool> = knownTools(tools);
  let session = new ToolSession(call, options);
  const follow = () => {
    const { status } = call.state;
    const isLive = status === 'live';
    if (isLive === session.isLive && status !== 'ended') return;
    if (isLive) {
      session.begin(known);
      return;
    }
    session.close();
    session = new ToolSession(call, options, status === 'recovering' ? session : {});
  };
  const { signal } = listening;
  call.addEventListener('voice-state-change', follow, { signal });
  call.addEventListener('voice-server-event', ({ detail }) => session.observe(detail), { signal });
  follow();
  return {
    observe: (event) => {
      const { status } = call.state;
      if (status === 'connecting' || status === 'live') session.observe(event);
    },
    set: (next, others = []) => {
      const own = knownTools(next);
      known = new Map([...usableTools(others, session.report), ...own]);
      session.set(known);
    },
    interrupt: () => session.interrupt(),
    close: () => {
      listening.abort();
      session.set(new Map());
      session.close();
    },
  };
}

/** What lasts over the connections of one call. */
interface CallSoFar {
  /** Who has taken over. */
  readonly agent?: string | undefined;
  /** What the visitor has approved for the whole call. */
  readonly approved?: Set<string>;
}

/** All that belongs to one connection of a call, and ends with it. */
class ToolSession implements CallSoFar {
  readonly approved: Set<string>;
  readonly #live: LiveCall;
  readonly #offer: Offer;
  readonly #handoffs: Handoffs;
  readonly #functions: FunctionCalls;
  readonly #mcp: McpCalls;
  readonly #reported = new Set<string>();
  isLive = false;

  constructor(
    call: CallOfTools,
    { approvalTimeout = 60_000, handoffs }: ToolsOptions,
    { agent = handoffs?.agent, approved = new Set() }: CallSoFar = {},
  ) {
    this.approved = approved;
    this.#live = new LiveCall(call);
    this.#offer = new Offer({
      update: (session, event_id) => {
        const update = {
          type: 'session.update',
          session: { type: 'realtime', ...session },
        } as const;
        this.#live.send(event_id === undefined ? update : { ...update, event_id });
      },
      onTaken: (name) => {
        this.#live.report(`The host has a tool named "${name}"; the page's is not offered.`);
      },
    });
    const approvals = new Approvals(this.#live, approvalTimeout, approved);
    this.#handoffs = new Handoffs(this.#live, this.#offer, handoffs, agent);
    this.#functions = new FunctionCalls(this.#live, approvals, this.#offer, this.#handoffs);
    this.#mcp = new McpCalls(this.#live, approvals);
  }

  get agent(): string | undefined {
    return this.#handoffs.agent;
  }

  readonly report = (message: string, cause: unknown): void => {
    // What the browser knows is looked at again with each change of it.
    if (this.#reported.has(message)) return;
    this.#reported.add(message);
    this.#live.report(message, cause);
  };

  begin(tools: ReadonlyMap<string, KnownTool>): void {
    this.isLive = true;
    this.#offer.set(tools);
    this.#offer.begin();
  }

  set(tools: ReadonlyMap<string, KnownTool>): void {
    if (this.isLive) this.#offer.set(tools);
  }

  observe(event: ServerEvent): void {
    const parts = [this.#live, this.#offer, this.#handoffs, this.#functions, this.#mcp];
    for (const part of parts) {
      try {
        part.observe(event);
      } catch {
        // A malformed event changes nothing, and the next part may still make sense of it.
      }
    }
  }

  interrupt(): void {
    this.#live.interrupt();
  }

  close(): void {
    this.isLive = false;
    this.#live.close();
  }
}
