/**
 * Lets agents take over from one another in one call, from its sideband: sees that an agent calls a
 * function for it, changes the session, tells the agent, and asks it to speak. It knows neither the
 * agents nor how the sideband is held.
 */
import { withDeadline } from './deadline.js';
import type { Handoff } from './handoffs.js';
import { readable, targetOf } from './handoffs.js';
import { isObject } from './shape.js';

export interface CallHandoffsParts {
  /** The agent that the call begins with, and the names of its functions. */
  readonly agent: string;
  readonly tools: readonly unknown[];
  /** @returns `undefined` where the one does not hand over to the other; throws what else is wrong */
  readonly find: (from: string, to: string) => Handoff | undefined;
  /** @returns whether it was sent */
  readonly send: (event: object) => boolean;
  readonly log: (entry: { outcome: 'handed-over' | 'handoff-failed'; agent: string }) => void;
}

interface Change {
  readonly eventId: string;
  readonly session: Record<string, unknown>;
  readonly settle: (refusal: string | undefined) => void;
}

interface Called {
  readonly id: string;
  readonly name: string;
}

/** For the service to take the change of its session; the page waits longer. */
const UPDATE_MS = 5_000;
/** Two agents that hand over to each other for ever cost as much as they like. */
const MAX_HANDOFFS = 50;

export class CallHandoffs {
  readonly #parts: CallHandoffsParts;
  #agent: string;
  /** Functions of the agent; all others of the session are the page's, and stay. */
  #own: ReadonlySet<string>;
  #session: readonly unknown[] = [];
  /** The agent was heard, and its voice cannot change any more. */
  #isHeard = false;
  /** The visitor has the floor, and what they do leads to an answer. */
  #isQuiet = false;
  #isBusy = false;
  #made = 0;
  #changes = 0;
  #change: Change | undefined;
  readonly #known = new Set<string>();

  constructor(parts: CallHandoffsParts) {
    this.#parts = parts;
    this.#agent = parts.agent;
    this.#own = namesOf(parts.tools);
  }

  /** To be told of every event of the call, whatever its shape. */
  observe(event: Record<string, unknown>): void {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        if (isObject(event.session) && Array.isArray(event.session.tools)) {
          this.#session = event.session.tools;
        }
        if (event.type === 'session.updated') this.#updated(event.session);
        break;
      case 'error':
        this.#refused(event.error);
        break;
      case 'output_audio_buffer.started':
        this.#isHeard = true;
        break;
      case 'input_audio_buffer.speech_started':
        this.#isQuiet = true;
        break;
      case 'response.created':
        this.#isQuiet = false;
        break;
      case 'response.done':
        if (isObject(event.response)) void this.#follow(event.response);
        break;
    }
  }

  /** The service does not say whose update it tells of, but it tells of the whole session. */
  #updated(session: unknown): void {
    const change = this.#change;
    if (!change || !isObject(session)) return;
    const { instructions, tools } = change.session;
    const { instructions: now = instructions } = session;
    const isMade = now === instructions && namesIn(session.tools) === namesIn(tools);
    if (isMade) change.settle(undefined);
  }

  #refused(error: unknown): void {
    if (!isObject(error) || !this.#change || error.event_id !== this.#change.eventId) return;
    this.#change.settle(typeof error.message === 'string' ? error.message : 'no reason given');
  }

  async #follow(response: Record<string, unknown>): Promise<void> {
    const called = callsIn(response);
    const isOurs = ({ name }: Called) => {
      const to = targetOf(name);
      return to !== undefined && this.#own.has(name);
    };
    const ours = called.filter((call) => isOurs(call) && !this.#known.has(call.id));
    for (const { id } of ours) this.#known.add(id);
    if (ours.length === 0) return;
    const told = await Promise.all(ours.map((call) => this.#answer(call)));
    // The page asks where it has answered for functions of its own: it waits for these outputs.
    const isAlone = called.every(isOurs) || ours.length === called.length;
    // One that must call a function would go on asking, and each of its responses is paid for.
    const goesOn = this.#made < MAX_HANDOFFS;
    if (isAlone && goesOn && told.includes(true) && !this.#isQuiet) {
      this.#parts.send({ type: 'response.create' });
    }
  }

  /** @returns whether the agent was told */
  async #answer({ id, name }: Called): Promise<boolean> {
    const to = targetOf(name) ?? '';
    let output: object;
    try {
      output = { transferred_to: await this.#make(to) };
      this.#parts.log({ outcome: 'handed-over', agent: to });
    } catch (error) {
      const words = error instanceof TypeError ? error.message : 'The host could not hand over.';
      output = { error: words };
      this.#parts.log({ outcome: 'handoff-failed', agent: to });
    }
    return this.#parts.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: id, output: JSON.stringify(output) },
    });
  }

  /**
   * @returns how visitors are told of the agent that has taken over
   * @throws {TypeError} why none has, in words for the agent
   */
  async #make(to: string): Promise<string> {
    if (this.#isBusy) throw new TypeError('Only one agent can take over.');
    if (this.#made >= MAX_HANDOFFS) throw new TypeError('There were too many handoffs.');
    this.#isBusy = true;
    this.#made += 1;
    try {
      const handoff = this.#parts.find(this.#agent, to);
      if (!handoff) throw new TypeError('There is no agent of this name.');
      const { audio, tools = [], ...fields } = handoff.session;
      const own = namesOf(tools);
      const kept = this.#session.filter((tool) => {
        const name = nameOf(tool);
        return name !== undefined && !this.#own.has(name) && !own.has(name);
      });
      const session = { type: 'realtime', ...fields, tools: [...tools, ...kept] };
      const isVoiced = audio !== undefined && !this.#isHeard;
      let refusal = await this.#update(isVoiced ? { ...session, audio } : session);
      // Sound may have been heard while nobody listened here; an update with a voice fails whole then.
      if (refusal !== undefined && isVoiced) refusal = await this.#update(session);
      if (refusal !== undefined) throw new TypeError('The service refused the handoff.');
      this.#agent = to;
      this.#own = own;
      return handoff.label ?? readable(to);
    } finally {
      this.#isBusy = false;
    }
  }

  /** @returns why the service refused it */
  async #update(session: Record<string, unknown>): Promise<string | undefined> {
    const eventId = `voice-agent-host-handoff-${++this.#changes}`;
    try {
      return await withDeadline(
        UPDATE_MS,
        () =>
          new Promise<string | undefined>((settle, fail) => {
            this.#change = { eventId, session, settle };
            if (!this.#parts.send({ type: 'session.update', event_id: eventId, session })) {
              fail(new TypeError('The host has no connection to the call.'));
            }
          }),
        () => new TypeError('The service did not take the handoff in time.'),
      );
    } finally {
      this.#change = undefined;
    }
  }
}

/**
 * The calls that the agent has written to the end. A response that was cut short may hold half a one;
 * one outside the conversation is answered by whoever asked for it.
 */
function callsIn({ status, conversation_id, output }: Record<string, unknown>): Called[] {
  if (status !== 'completed' || conversation_id === null || !Array.isArray(output)) return [];
  return output.flatMap((item: unknown) => {
    if (!isObject(item) || item.type !== 'function_call' || item.status !== 'completed') return [];
    const { call_id: id, name } = item;
    return typeof id === 'string' && id && typeof name === 'string' ? [{ id, name }] : [];
  });
}

/** Remote tool servers have none. */
function nameOf(tool: unknown): string | undefined {
  const isFunction = isObject(tool) && tool.type === 'function' && typeof tool.name === 'string';
  return isFunction ? (tool.name as string) : undefined;
}

/** The same for the same functions, in whatever order. */
const namesIn = (tools: unknown): string =>
  JSON.stringify(Array.isArray(tools) ? [...namesOf(tools)].sort() : []);

const namesOf = (tools: readonly unknown[]): ReadonlySet<string> =>
  new Set(tools.map(nameOf).filter((name) => name !== undefined));
