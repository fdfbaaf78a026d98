/**
 * What a new session must be told so that a conversation goes on in it: the session's changes, what was
 * said, what tools brought, and what was sent and perhaps never arrived. It knows no connection.
 */
import type { ClientEvent, ServerEvent, SessionUpdate } from '../protocol.js';
import type { TranscriptItem } from '../transcript.js';
import { merged, type Fields } from './merged.js';

type UpdateEvent = Extract<ClientEvent, { type: 'session.update' }>;
type CreateEvent = Extract<ClientEvent, { type: 'conversation.item.create' }>;
type Item = CreateEvent['item'];
type KeptEvent = UpdateEvent | (CreateEvent & { item: Extract<Item, { type: 'message' }> });

/** What an item may hold, whatever its type. */
interface AnyItem {
  readonly id?: string;
  readonly type: string;
  readonly role?: string;
  readonly status?: string;
  readonly content?: readonly { readonly text?: string }[];
  readonly call_id?: string;
  readonly approval_request_id?: string | null;
  /** What came of it. */
  readonly output?: unknown;
  readonly error?: unknown;
  readonly approve?: boolean;
}

/** What is not shown as text, what came of it, and after which message it stands. */
interface Note {
  readonly after: string | undefined;
  readonly item: Item;
  output?: Item;
}

interface Id {
  readonly id?: unknown;
  readonly event_id?: unknown;
}

/** Some services do not say what arrived. */
const MAX_UNCONFIRMED = 20;

/** So that an error about one of them is not taken for one of the visitor's. */
const EVENT_ID = 'voice-agent-replay';

/** Nobody knows any more what became of a request to a tool. */
const UNKNOWN = 'The connection was lost before a result came. It may have been done, or not.';

export class History {
  #session: Fields = {};
  readonly #notes = new Map<unknown, Note>();
  /** Tools at work, whose results belong to the present session: what their results will name. */
  readonly #busy = new Set<unknown>();
  /** What the service has neither taken nor refused yet, oldest first. */
  #unconfirmed: KeptEvent[] = [];
  readonly #replayed = new Set<unknown>();

  /** @param session what the call was configured with before anything was heard of it */
  constructor(session: SessionUpdate = {}) {
    this.#session = { ...session };
  }

  /** To be told of every event that was sent, or is to be. */
  sent(event: ClientEvent): void {
    if (event.type === 'conversation.item.create' && event.item.type !== 'message')
      this.#note(event.item);
    else if (isKept(event)) this.#unconfirmed.push(event);
    if (this.#unconfirmed.length > MAX_UNCONFIRMED) this.#take(() => true);
  }

  /** To be told of every event from the service. @param last the newest message that is shown */
  observe(event: ServerEvent, last: string | undefined): void {
    switch (event.type) {
      case 'session.updated':
        this.#take(isUpdate);
        break;
      case 'error': {
        // Events are answered in order: an error that names none is about the oldest without a name,
        // unless it is about a wish to answer, or to stop, that crossed on the wire.
        const { event_id, code } = event.error;
        if (event_id || !/active|empty/.test(code ?? ''))
          this.#take((one) => one.event_id === (event_id ?? undefined), true);
        break;
      }
      case 'response.done':
        // What an answer that was cut short has asked for is not done.
        if (event.response.status !== 'completed')
          for (const item of event.response.output ?? []) this.#busy.delete(keyOf(item));
        break;
      case 'conversation.item.deleted':
        for (const [key, { item, output }] of this.#notes)
          if (item.id === event.item_id || output?.id === event.item_id) {
            this.#notes.delete(key);
            this.#busy.delete(key);
          }
        break;
      case 'conversation.item.added': {
        const words = wordsOf(event.item);
        this.#take((one) => 'item' in one && wordsOf(one.item) === words);
        this.#note(event.item, last);
        break;
      }
      case 'conversation.item.done':
        this.#note(event.item, last);
    }
  }

  /** The oldest event that is so was taken, or refused. @returns whether there was one */
  #take(isSo: (event: KeptEvent) => boolean, isRefused = false): boolean {
    const found = this.#unconfirmed.find(isSo);
    this.#unconfirmed = this.#unconfirmed.filter((event) => event !== found);
    if (found && isUpdate(found) && !isRefused)
      this.#session = merged(this.#session, found.session, 2);
    return !!found;
  }

  /** Of messages, only what the visitor did not see: those of the system. */
  #note(item: Item, after?: string): void {
    const { type, role, status, output, error, approve }: AnyItem = item;
    const key = keyOf(item);
    const note = this.#notes.get(key);
    const isDone = type === 'mcp_call' && status === 'completed';
    if (isDone || (output ?? error ?? approve) !== undefined) {
      this.#busy.delete(key);
      if (note) note.output = item;
      return;
    }
    if (type === 'function_call' || role === 'system')
      this.#notes.set(key, { after, ...note, item });
    if (/(call|request)$/.test(type) && !note?.output)
      this.#busy[status === 'incomplete' ? 'delete' : 'add'](key);
  }

  /** A tool is at work. */
  get isBusy(): boolean {
    return this.#busy.size > 0;
  }

  /** Whether an event of the new session only repeats what it was told. */
  isEcho(event: ServerEvent): boolean {
    // Of a malformed event they may be anything.
    const { error, item } = event as { error?: Id | null; item?: Id | null };
    if (event.type === 'error') return error?.event_id === EVENT_ID;
    return item?.id !== undefined && this.#replayed.has(item.id);
  }

  /**
   * The events that tell a new session everything.
   * @param items the newest ones, as many as it shall know
   * @param earlier what the others were about
   */
  replay(items: readonly TranscriptItem[], earlier: string | undefined): ClientEvent[] {
    while (this.#take(isUpdate));
    const told: Item[] = [];
    if (earlier)
      told.push(message('earlier', 'system', `Earlier in this conversation: ${earlier}`));
    const tell = (after: string | undefined) => {
      for (const [key, note] of this.#notes) {
        if (note.after !== after) continue;
        const call_id = key as string;
        if (this.#busy.delete(key))
          note.output = { type: 'function_call_output', call_id, output: UNKNOWN };
        if (note.output) told.push(note.item, note.output);
        else if (note.item.type === 'message') told.push(note.item);
      }
    };
    if (!earlier) tell(undefined);
    for (const { id, role, text } of items) {
      if (text) told.push(message(id, role, text));
      tell(id);
    }
    this.#busy.clear();
    const replay = told.map((item): ClientEvent => {
      this.#replayed.add(item.id);
      const plain = { ...item, object: undefined, status: undefined } as Item;
      return { type: 'conversation.item.create', event_id: EVENT_ID, item: plain };
    });
    const events = [...replay, ...this.#unconfirmed];
    if (Object.keys(this.#session).length === 0) return events;
    const session = { ...this.#session, type: 'realtime' as const };
    return [{ type: 'session.update', event_id: EVENT_ID, session }, ...events];
  }

  /** The visitor has typed something that perhaps never arrived. */
  get isAsking(): boolean {
    return this.#unconfirmed.some((event) => 'item' in event && event.item.role === 'user');
  }
}

/** Messages for the agent, and changes of the session, are kept when they cannot be sent; nothing else is. */
export function isKept(event: ClientEvent): event is KeptEvent {
  return (
    isUpdate(event) || (event.type === 'conversation.item.create' && event.item.type === 'message')
  );
}

function isUpdate(event: ClientEvent): event is UpdateEvent {
  return event.type === 'session.update';
}

function message(id: string, role: 'user' | 'agent' | 'system', text: string): Item {
  return role === 'agent'
    ? { id, type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }
    : { id, type: 'message', role, content: [{ type: 'input_text', text }] };
}

/** Who says what in a message. */
function wordsOf(item: Item): string {
  const { role, content = [] } = item as AnyItem;
  return `${role}${content.map(({ text }) => text).join('')}`;
}

/** By which a tool's request and its result know each other. */
function keyOf(item: Item): unknown {
  const { id, call_id = id, approval_request_id }: AnyItem = item;
  return approval_request_id ?? call_id;
}
