/**
 * Asks for answers, one at a time: the service refuses a second `response.create` while an answer
 * is being made. It follows the events of both directions and knows no connection beyond `send`.
 */
import type { ClientEvent, ServerEvent } from './protocol.js';

export class Responses {
  readonly #send: (event: ClientEvent) => void;
  /** Asked for, and neither confirmed nor refused yet: the event id of the request. */
  #pending: string | undefined;
  #asked = 0;
  /** Being generated: its id. */
  #active: string | undefined;
  /** Somebody wants one more answer as soon as there is room. */
  #wanted = false;
  /** The pending answer is to be cancelled as soon as it has an id; before that nothing can be. */
  #cancelPending = false;
  #playing = false;

  constructor(send: (event: ClientEvent) => void) {
    this.#send = send;
  }

  /** Asks for an answer now, or as soon as the present one is done. Several wishes become one. */
  request(): void {
    this.#wanted = true;
    this.#flush();
  }

  /** Stops the answer that is being made or spoken, and whatever is wanted after it. */
  interrupt(): void {
    this.#wanted = false;
    if (this.#active) this.#send({ type: 'response.cancel', response_id: this.#active });
    else if (this.#pending) this.#cancelPending = true;
    // After the cancel: a cleared buffer would be filled again by an answer still being made.
    if (this.#playing) this.#send({ type: 'output_audio_buffer.clear' });
  }

  /** To be told of every event from the service. */
  observe(event: ServerEvent): void {
    switch (event.type) {
      case 'response.created':
        this.#pending = undefined;
        this.#active = event.response.id;
        if (this.#cancelPending) {
          this.#cancelPending = false;
          this.#send({ type: 'response.cancel', response_id: event.response.id });
        }
        break;
      case 'response.done':
        if (event.response.id !== this.#active) return;
        this.#active = undefined;
        this.#flush();
        break;
      case 'output_audio_buffer.started':
        this.#playing = true;
        break;
      case 'output_audio_buffer.stopped':
      case 'output_audio_buffer.cleared':
        this.#playing = false;
        break;
      case 'error':
        if (!this.#pending || event.error.event_id !== this.#pending) return;
        this.#pending = undefined;
        this.#cancelPending = false;
        // Voice activity started one first: ours follows when that one is done.
        this.#wanted ||= event.error.code === 'conversation_already_has_active_response';
        break;
    }
  }

  #flush(): void {
    if (!this.#wanted || this.#pending || this.#active) return;
    this.#wanted = false;
    this.#pending = `voice-agent-response-${++this.#asked}`;
    this.#send({ type: 'response.create', event_id: this.#pending });
  }
}
