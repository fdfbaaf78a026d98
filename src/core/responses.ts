/**
 * Asks for answers, one at a time: the service refuses a second `response.create` while an answer
 * is being made. It follows the events of both directions and knows no connection beyond `send`.
 */
import type { ClientEvent, ServerEvent } from './protocol.js';

export class Responses {
  readonly #send: (event: ClientEvent) => void;
  /** Asked for, and neither confirmed nor refused yet. */
  #pending = false;
  /** How often it was asked for: the number in the event id of the latest request. */
  #asked = 0;
  /** Being generated: its id. */
  #active: string | undefined;
  /** Somebody wants one more answer as soon as there is room. */
  #wanted = false;
  /** The latest request is not wanted any more; it can be cancelled only once it has an id. */
  #cancelled = false;
  /** Voice activity will ask for an answer in a moment. */
  #expected = false;
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
    this.#cancelled = true;
    if (this.#active) this.#cancel();
    else if (this.#playing) this.#send({ type: 'output_audio_buffer.clear' });
  }

  /** To be told of every event from the service. */
  observe(event: ServerEvent): void {
    switch (event.type) {
      case 'response.created':
        this.#active = event.response.id;
        if ((this.#pending || this.#expected) && this.#cancelled) this.#cancel();
        this.#pending = this.#expected = false;
        break;
      case 'input_audio_buffer.speech_stopped':
        this.#expected = true;
        // An interrupt before this turn is not about its answer.
        this.#cancelled &&= this.#pending;
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
        if (event.error.event_id !== this.#eventId) return;
        this.#pending = false;
        // Voice activity started one first, perhaps the one just taken for ours; ours follows it.
        this.#wanted ||=
          !this.#cancelled && event.error.code === 'conversation_already_has_active_response';
        break;
    }
  }

  get #eventId(): string {
    return `voice-agent-response-${this.#asked}`;
  }

  #flush(): void {
    if (!this.#wanted || this.#pending || this.#active) return;
    this.#wanted = this.#cancelled = false;
    this.#pending = true;
    this.#asked++;
    this.#send({ type: 'response.create', event_id: this.#eventId });
  }

  #cancel(): void {
    this.#send({ type: 'response.cancel', response_id: this.#active });
    // After the cancel, or an answer still being made would fill the buffer again; and always, as
    // its sound may begin before the cancel arrives.
    this.#send({ type: 'output_audio_buffer.clear' });
  }
}
