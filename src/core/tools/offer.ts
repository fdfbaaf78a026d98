/**
 * Keeps the agent offered the tools of the page beside those that the session has from its host. It
 * follows the session's events and knows nothing of calls for tools.
 */
import type { ServerEvent, SessionUpdate } from '../protocol.js';
import type { KnownTool } from './page-tool.js';

type SessionTools = NonNullable<SessionUpdate['tools']>;

/** How often tools that the session has lost are offered again: two parties might quarrel for ever. */
const MAX_REPAIRS = 5;

export interface OfferHandlers {
  /** @param eventId by which the service names the update when it refuses it */
  readonly update: (session: SessionUpdate, eventId?: string) => void;
  /** The host has a tool of this name; the page's is not offered. */
  readonly onTaken: (name: string) => void;
}

interface Pending {
  readonly eventId: string;
  readonly names: string;
  /** The session is another agent's from then on, and has other tools of its own. */
  readonly isHandoff: boolean;
}

export class Offer {
  readonly #handlers: OfferHandlers;
  #wanted: ReadonlyMap<string, KnownTool> = new Map();
  /** The session's own tools, once they are known. */
  #own: SessionTools | undefined;
  /** What the latest update named, and what any did: an echo may be older than the page's wishes. */
  #offered: readonly string[] = [];
  readonly #everOffered = new Set<string | undefined>();
  readonly #reported = new Set<string>();
  /** The latest update, as JSON: a page may set the same tools often. */
  #said = '';
  /** Updates that are under way, oldest first: each will put its tools in the place of what is there by then. */
  #pending: Pending[] = [];
  #updates = 0;
  #repairs = 0;
  #isLive = false;

  constructor(handlers: OfferHandlers) {
    this.#handlers = handlers;
  }

  /** The page's tool of this name, if it is offered. */
  find(name: string): KnownTool | undefined {
    return this.isTaken(name) ? undefined : this.#wanted.get(name);
  }

  /** Whether the session has a function of this name that is not the page's. */
  isTaken(name: string): boolean {
    return this.#own?.some((tool) => nameOf(tool) === name) ?? false;
  }

  /** The host may answer it: it is the host's, or nobody knows what the session has. */
  mayBeOfHost(name: string): boolean {
    return this.#own === undefined || this.isTaken(name);
  }

  /** To be told of every event from the service, from the beginning. */
  observe(event: ServerEvent): void {
    if (event.type === 'error') {
      const { event_id: refused } = event.error;
      this.#pending = this.#pending.filter(({ eventId }) => eventId !== refused);
    }
    if (event.type !== 'session.created' && event.type !== 'session.updated') return;
    if (event.session.type === 'transcription') return;
    const { tools } = event.session;
    const all = Array.isArray(tools) ? tools : [];
    const own = all.filter((tool) => !this.#everOffered.has(nameOf(tool)));
    const isFirst = this.#own === undefined;
    // The service does not say whose update it tells of. What this one has named it knows of itself.
    const mine = this.#pending.findIndex(({ names }) => names === namesOf(all));
    if (this.#pending[mine]?.isHandoff ?? true) this.#own = own;
    this.#pending.splice(0, mine + 1);
    if (!this.#isLive) return;
    if (isFirst) {
      this.#offer();
      return;
    }
    if (this.#pending.length > 0) return;
    // Somebody has set the session's tools to others, and will not have thought of the page's; or they
    // did, and an update of the page that was under way has put the former ones back.
    const names = new Set(all.map(nameOf));
    const isLost = this.#offered.some((name) => !names.has(name));
    const isStale = namesOf(own) !== namesOf(this.#own ?? []);
    if ((isLost || isStale) && this.#repairs++ < MAX_REPAIRS) this.#offer(true);
  }

  /** The session takes updates from now on. */
  begin(): void {
    this.#isLive = true;
    if (this.#own) this.#offer();
    // Its first event came before anybody listened; an empty update brings another.
    else if (this.#wanted.size > 0) this.#handlers.update({});
  }

  set(tools: ReadonlyMap<string, KnownTool>): void {
    this.#wanted = tools;
    this.#repairs = 0;
    if (this.#isLive) this.begin();
  }

  /** The page's tools with those that the session is to have from its host, by an update of this id. */
  beside(own: SessionTools, eventId: string): SessionTools {
    const added = [...this.#wanted.values()]
      .map(({ definition }) => definition)
      .filter(({ name }) => !own.some((tool) => nameOf(tool) === name));
    this.#offered = added.map(({ name }) => name);
    for (const name of this.#offered) this.#everOffered.add(name);
    const tools = [...own, ...added];
    this.#pending.push({ eventId, names: namesOf(tools), isHandoff: true });
    return tools;
  }

  /** @param again although the same was offered last */
  #offer(again = false): void {
    const added = [...this.#wanted.values()].flatMap(({ definition }) => {
      const { name } = definition;
      if (!this.isTaken(name)) return definition;
      if (!this.#reported.has(name)) this.#handlers.onTaken(name);
      this.#reported.add(name);
      return [];
    });
    if (added.length === 0 && this.#offered.length === 0) return;
    const tools = [...(this.#own ?? []), ...added];
    const said = JSON.stringify(tools);
    if (said === this.#said && !again) return;
    this.#said = said;
    this.#offered = added.map(({ name }) => name);
    for (const name of this.#offered) this.#everOffered.add(name);
    const eventId = `voice-agent-tools-${++this.#updates}`;
    this.#pending.push({ eventId, names: namesOf(tools), isHandoff: false });
    this.#handlers.update({ tools }, eventId);
  }
}

/** The same for the same tools, in whatever order. */
export function namesOf(tools: SessionTools): string {
  const names = tools.map((tool) =>
    tool.type === 'mcp' ? `mcp ${tool.server_label}` : (tool.name ?? ''),
  );
  return JSON.stringify(names.sort());
}

/** Remote MCP servers have none. */
function nameOf(tool: SessionTools[number]): string | undefined {
  return tool.type === 'function' ? tool.name : undefined;
}
