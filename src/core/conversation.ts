/**
 * Follows the conversation of one call: who is doing what, and what was said. It
 * is told of every event in both directions and reports changes; it opens nothing.
 */
import { nextActivity, QUIET, turnOf, type Activity } from './activity.js';
import type { Turn } from './call-state.js';
import type { ClientEvent, ServerEvent } from './protocol.js';
import { Responses } from './responses.js';
import { Transcript, type TranscriptItem } from './transcript.js';

export interface ConversationHandlers {
  readonly onTurn: (turn: Turn) => void;
  readonly onTranscript: (item: TranscriptItem) => void;
}

export class Conversation {
  responses: Responses;
  readonly #send: (event: ClientEvent) => void;
  readonly #handlers: ConversationHandlers;
  readonly #transcript = new Transcript();
  readonly #beside = new Set<string | undefined>();
  #activity: Activity = QUIET;

  constructor(send: (event: ClientEvent) => void, handlers: ConversationHandlers) {
    this.#send = send;
    this.#handlers = handlers;
    this.responses = this.#ask();
  }

  /** What was said so far, oldest first. */
  get items(): readonly TranscriptItem[] {
    return this.#transcript.items;
  }

  /** From now on with another session, which has been told what was said; nobody speaks in it yet. */
  restart(): void {
    this.responses = this.#ask();
    this.#activity = QUIET;
  }

  sent(event: ClientEvent): void {
    if (event.type !== 'response.create' || event.response?.conversation !== 'none')
      this.#act(event);
  }

  received(event: ServerEvent): void {
    if (this.#isBeside(event)) return;
    this.#activity = nextActivity(this.#activity, event);
    this.responses.observe(event);
    this.#become(this.#activity);
    const item = this.#transcript.receive(event);
    if (item) this.#handlers.onTranscript(item);
  }

  /** Of a response that a page has asked for outside of the conversation; its sound is heard in it. */
  #isBeside(event: ServerEvent): boolean {
    const { response, response_id: id = response?.id } = event as {
      response?: { id?: string; conversation_id?: string | null };
      response_id?: string;
    };
    if (id && response?.conversation_id === null) this.#beside.add(id);
    const isBeside = this.#beside.has(id) && !event.type.startsWith('output_audio');
    if (event.type === 'response.done') this.#beside.delete(id);
    return isBeside;
  }

  /** The visitor takes the turn by hand, or gives it back. */
  hold(held: boolean | undefined): void {
    this.#become({ ...this.#activity, held });
  }

  #ask(): Responses {
    return new Responses(this.#send, () => this.#activity, this.#beside);
  }

  #act(event: ClientEvent | ServerEvent): void {
    this.#become(nextActivity(this.#activity, event));
  }

  #become(activity: Activity): void {
    this.#activity = activity;
    this.#handlers.onTurn(turnOf(activity));
  }
}
