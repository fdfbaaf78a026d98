/**
 * What a new session must be told so that a conversation goes on in it: the session's changes, what was
 * said, what tools brought, and what was sent and perhaps never arrived. It knows no connection.
 */
import type { ClientEvent, ServerEvent, SessionUpdate } from '../protocol.js';
import type { TranscriptItem } from '../transcript.js';

type MessageEvent = Extract<ClientEvent, { type: 'conversation.item.create' }>;
type Item = MessageEvent['item'];
type Fields = Record<string, unknown>;

/** What is not shown as text, and after which message it came. */
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
  readonly #notes = new Map<string, Note>();
  #unconfirmed: MessageEvent[] = [];
  readonly #replayed = new Set<unknown>();

  /** @param session what the call was configured with before anything was heard of it */
  constructor(session: SessionUpdate = {}) {
    this.#session = { ...session };
  }

  /** To be told of every event that was sent, or is to be. */
  sent(event: ClientEvent): void {
    if (event.type === 'session.update') this.#session = merged(this.#session, event.session, 2);
    if (event.type === 'conversation.item.create') this.#note(event.item, undefined);
    if (isMessage(event)) this.#unconfirmed = [...this.#unconfirmed, event].slice(-MAX_UNCONFIRMED);
  }

  /** To be told of every event from the service. @param last the newest message that is shown */
  observe(event: ServerEvent, last: string | undefined): void {
    if (event.type !== 'conversation.item.added' && event.type !== 'conversation.item.done') return;
    const { item } = event;
    if (item.type === 'message') {
      const text = wordsOf(item);
      const arrived = this.#unconfirmed.find((one) => wordsOf(one.item) === text);
      this.#unconfirmed = this.#unconfirmed.filter((one) => one !== arrived);
    }
    this.#note(item, last);
  }

  /** Of messages, only what the visitor did not see: those of the system, once they have an id. */
  #note(item: Item, after: string | undefined): void {
    if (item.type === 'function_call_output') {
      const call = this.#notes.get(item.call_id);
      if (call) call.output = item;
    } else if (
      item.type === 'function_call' ||
      (item.type === 'message' && item.role === 'system')
    ) {
      const id = 'call_id' in item ? item.call_id : item.id;
      if (id) this.#notes.set(id, { after, ...this.#notes.get(id), item });
    }
  }

  /** A tool is at work, and its result belongs to the present session. */
  get isBusy(): boolean {
    return [...this.#notes.values()].some(({ item, output }) => item.type !== 'message' && !output);
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
    const told: Item[] = [];
    if (earlier)
      told.push(message('earlier', 'system', `Earlier in this conversation: ${earlier}`));
    const tell = (after: string | undefined) => {
      for (const note of this.#notes.values()) {
        if (note.after !== after) continue;
        told.push(note.item);
        if (note.item.type !== 'function_call') continue;
        const { call_id = '' } = note.item;
        note.output ??= { type: 'function_call_output', call_id, output: UNKNOWN };
        told.push(note.output);
      }
    };
    if (!earlier) tell(undefined);
    for (const { id, role, text } of items) {
      if (text) told.push(message(id, role, text));
      tell(id);
    }
    const replay = told.map((item): ClientEvent => {
      this.#replayed.add(item.id);
      const plain = { ...item, object: undefined, status: undefined } as Item;
      return { type: 'conversation.item.create', event_id: EVENT_ID, item: plain };
    });
    if (Object.keys(this.#session).length === 0) return replay;
    const session = { ...this.#session, type: 'realtime' as const };
    return [{ type: 'session.update', event_id: EVENT_ID, session }, ...replay];
  }

  /** What was sent and not confirmed; it is to be sent again. */
  takeUnconfirmed(): MessageEvent[] {
    const events = this.#unconfirmed;
    this.#unconfirmed = [];
    return events;
  }
}

/** Something for the agent to read: these are kept when they cannot be sent, and nothing else is. */
export function isMessage(event: ClientEvent): event is MessageEvent {
  return event.type === 'conversation.item.create' && event.item.type === 'message';
}

function message(id: string, role: 'user' | 'agent' | 'system', text: string): Item {
  return role === 'agent'
    ? { id, type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }
    : { id, type: 'message', role, content: [{ type: 'input_text', text }] };
}

function wordsOf(item: Item): string {
  if (item.type !== 'message') return '';
  return item.content.map((part) => ('text' in part && part.text) || '').join('');
}

/** Fields of fields as well, down to those of either side of `audio`, whose own fields are whole. */
function merged(old: unknown, more: unknown, depth: number): Fields {
  const result: Fields = { ...(old as Fields) };
  for (const [key, value] of Object.entries(more as Fields)) {
    const goesOn = depth > 0 && typeof value === 'object' && value && !Array.isArray(value);
    result[key] = goesOn ? merged(result[key], value, depth - 1) : value;
  }
  return result;
}
