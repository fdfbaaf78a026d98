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
  #activity: Activity = QUIET;

  constructor(send: (event: ClientEvent) => void, handlers: ConversationHandlers) {
    this.#send = send;
    this.responses = new Responses(send);
    this.#handlers = handlers;
  }

  /** What was said so far, oldest first. */
  get items(): readonly TranscriptItem[] {
    return this.#transcript.items;
  }

  /** From now on with another session, which has been told what was said; nobody speaks in it yet. */
  restart(): void {
    this.responses = new Responses(this.#send);
    this.#activity = QUIET;
  }

  sent(event: ClientEvent): void {
    this.#act(event);
  }

  received(event: ServerEvent): void {
    this.responses.observe(event);
    this.#act(event);
    const item = this.#transcript.receive(event);
    if (item) this.#handlers.onTranscript(item);
  }

  /** The visitor takes the turn by hand, or gives it back. */
  hold(held: boolean | undefined): void {
    this.#become({ ...this.#activity, held });
  }

  #act(event: ClientEvent | ServerEvent): void {
    this.#become(nextActivity(this.#activity, event));
  }

  #become(activity: Activity): void {
    this.#activity = activity;
    this.#handlers.onTurn(turnOf(activity));
  }
}
