/**
 * Lets another agent of the host take over in a call: asks who that is, changes the session and tells
 * the page; or only tells it, where the host itself does that beside the page. It knows neither the
 * host's address nor what is drawn of it.
 */
import { until, within } from '../abort.js';
import type { ServerEvent, SessionUpdate } from '../protocol.js';
import type { LiveCall } from './live-call.js';
import { namesOf, type Offer } from './offer.js';
import type { ToolRequest } from './run-tool.js';

/** An agent that takes over, as its host describes it. */
export interface Handoff {
  readonly to: string;
  /** How visitors are told of it. */
  readonly label?: string | undefined;
  readonly session: SessionUpdate;
}

/** Where agents take over from one another; `handoffs` makes the usual one. */
export interface HandoffSource {
  /** The agent that a call begins with. */
  readonly agent: string;
  /**
   * Left out where the host itself makes handoffs, as it does when it places the calls.
   *
   * @returns `undefined` where there is no such handoff, and somebody else may answer the agent
   */
  readonly ask?: (to: string, from: string, signal: AbortSignal) => Promise<Handoff | undefined>;
}

/** For the service to take the change of its session. */
const UPDATE_MS = 5_000;
/** For the host to hand over by itself, in at most two tries, and to be heard of. */
const HOST_MS = 12_000;

/** Outputs that are remembered, for one may come before the page has looked at the call. */
const MAX_TOLD = 50;

interface Change {
  readonly eventId: string;
  readonly session: SessionUpdate;
  readonly done: () => void;
  readonly refused: (error: TypeError) => void;
}

export class Handoffs {
  /** Who speaks at present. */
  agent: string | undefined;
  readonly #live: LiveCall;
  readonly #offer: Offer;
  readonly #source: HandoffSource | undefined;
  #isBusy = false;
  #change: Change | undefined;
  #changes = 0;
  /** What somebody else has told the agent, by the function call's id; and who waits for it. */
  readonly #told = new Map<string, string>();
  readonly #waiting = new Map<string, (output: string) => void>();

  constructor(
    live: LiveCall,
    offer: Offer,
    source: HandoffSource | undefined,
    agent: string | undefined,
  ) {
    this.#live = live;
    this.#offer = offer;
    this.#source = source;
    this.agent = agent;
  }

  /** To be told of every event from the service. */
  observe(event: ServerEvent): void {
    if (event.type === 'conversation.item.added') this.#noteOutput(event.item);
    const change = this.#change;
    if (!change) return;
    if (event.type === 'session.updated' && isMade(change.session, event.session)) change.done();
    if (event.type !== 'error' || event.error.event_id !== change.eventId) return;
    change.refused(new TypeError(`The service refused the handoff: ${event.error.message}`));
  }

  /** The agent has been told what came of a call: by the host, which makes the handoffs. */
  isTold(id: string): boolean {
    return this.#told.has(id);
  }

  /**
   * @param name of the function that the agent calls, such as `transfer_to_billing`
   * @returns what to tell the agent, unless it is told; `undefined` when it is no handoff of the host
   * @throws {Error} why it did not come about, in words for the agent
   */
  async make({ id, name }: ToolRequest): Promise<string | undefined> {
    const to = /^transfer_to_(.+)$/.exec(name)?.[1];
    const from = this.agent;
    if (to === undefined || from === undefined) return undefined;
    if (this.#isBusy) throw new TypeError('Only one agent can take over.');
    this.#isBusy = true;
    try {
      const ask = this.#source?.ask;
      if (!ask) return this.#handedOver(from, to, await this.#labelFromHost(id));
      const handoff = await ask(to, from, this.#live.signal);
      if (!handoff) return undefined;
      await this.#update(handoff.session);
      return this.#handedOver(from, handoff.to, handoff.label ?? readable(handoff.to));
    } catch (error) {
      this.#live.signal.throwIfAborted();
      this.#live.report(`The handoff to "${to}" failed: ${(error as Error).message}`, error);
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  #handedOver(from: string, to: string, label: string): string {
    this.agent = to;
    this.#live.emit('voice-handoff', { from, to, label });
    return JSON.stringify({ transferred_to: label });
  }

  #noteOutput({
    type,
    call_id: id,
    output,
  }: {
    type?: unknown;
    call_id?: unknown;
    output?: unknown;
  }): void {
    if (type !== 'function_call_output' || typeof id !== 'string' || this.#source?.ask) return;
    if (this.#told.size >= MAX_TOLD) this.#told.clear();
    this.#told.set(id, String(output));
    this.#waiting.get(id)?.(String(output));
  }

  /** @throws {TypeError} why the host has not handed over, in its words */
  async #labelFromHost(id: string): Promise<string> {
    let output = this.#told.get(id);
    if (output === undefined) {
      const { promise, resolve } = Promise.withResolvers<string>();
      this.#waiting.set(id, resolve);
      output = await until(within(HOST_MS, this.#live.signal), promise).catch((cause: unknown) => {
        throw new TypeError('The host did not hand over in time.', { cause });
      });
    }
    const { transferred_to: label, error } = JSON.parse(output) as Record<string, unknown>;
    if (typeof label === 'string') return label;
    throw new TypeError(typeof error === 'string' ? error : 'The host did not hand over.');
  }

  async #update({ audio, tools = [], ...fields }: SessionUpdate): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const eventId = `voice-agent-handoff-${++this.#changes}`;
    const session = {
      ...fields,
      tools: this.#offer.beside(tools, eventId),
      // Once anything was heard the voice cannot change, and an update with it is refused whole.
      ...(audio && !this.#live.isSpoken && { audio }),
      type: 'realtime' as const,
    };
    this.#change = { eventId, session, done: resolve as () => void, refused: reject };
    try {
      this.#live.send({ type: 'session.update', event_id: eventId, session });
      await until(within(UPDATE_MS, this.#live.signal), promise);
    } finally {
      this.#change = undefined;
    }
  }
}

/** The service does not say whose update it tells of, but it tells of the whole session. */
function isMade({ instructions, tools = [] }: SessionUpdate, session: SessionUpdate): boolean {
  const { instructions: now = instructions, tools: offered = [] } = session;
  return namesOf(offered) === namesOf(tools) && (now === instructions || !instructions);
}

/** `order_status` reads "Order status". */
function readable(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
