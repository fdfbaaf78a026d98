/**
 * Asks for answers, one at a time: the service refuses a second `response.create` while an answer
 * is being made. It follows the events of both directions and knows no connection beyond `send`.
 */
import type { Activity } from './activity.js';
import type { ClientEvent, ServerEvent } from './protocol.js';
import { ALREADY_ACTIVE } from './server-error.js';

export class Responses {
  readonly #send: (event: ClientEvent) => void;
  readonly #activity: () => Activity;
  readonly #beside: ReadonlySet<string | undefined>;
  /** Asked for, and neither confirmed nor refused yet. */
  #pending = false;
  /** How often it was asked for: the number in the event id of the latest request. */
  #asked = 0;
  /** Somebody wants one more answer as soon as there is room. */
  #wanted = false;
  /** The latest request is not wanted any more; it can be cancelled only once it has an id. */
  #cancelled = false;
  /** Voice activity will ask for an answer in a moment. */
  #expected = false;

  /**
   * @param activity of both sides, after the last event
   * @param beside answers outside of the conversation that are being made
   */
  constructor(
    send: (event: ClientEvent) => void,
    activity: () => Activity,
    beside: ReadonlySet<string | undefined>,
  ) {
    this.#send = send;
    this.#activity = activity;
    this.#beside = beside;
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
    const { generating, playing } = this.#activity();
    const made = generating ?? (this.#beside.has(playing) ? playing : undefined);
    if (made) this.#cancel(made);
    else if (playing) this.#send({ type: 'output_audio_buffer.clear' });
  }

  /** To be told of every event from the service, after the activity has followed it. */
  observe(event: ServerEvent): void {
    switch (event.type) {
      case 'response.created':
        if ((this.#pending || this.#expected) && this.#cancelled) this.#cancel(event.response.id);
        this.#pending = this.#expected = false;
        break;
      case 'input_audio_buffer.speech_started':
        // The answer to the visitor will know of it.
        this.#wanted = false;
        break;
      case 'input_audio_buffer.speech_stopped':
        this.#expected = true;
        // An interrupt before this turn is not about its answer.
        this.#cancelled &&= this.#pending;
        break;
      case 'response.done':
        this.#flush();
        break;
      case 'error':
        if (event.error.event_id !== this.#eventId) return;
        this.#pending = false;
        // Voice activity started one first, perhaps the one just taken for ours; ours follows it.
        this.#wanted ||= !this.#cancelled && event.error.code === ALREADY_ACTIVE;
        break;
    }
  }

  get #eventId(): string {
    return `voice-agent-response-${this.#asked}`;
  }

  #flush(): void {
    if (!this.#wanted || this.#pending || this.#activity().generating) return;
    this.#wanted = this.#cancelled = false;
    this.#pending = true;
    this.#asked++;
    this.#send({ type: 'response.create', event_id: this.#eventId });
  }

  #cancel(response_id: string | undefined): void {
    this.#send({ type: 'response.cancel', response_id });
    // After the cancel, or an answer still being made would fill the buffer again; and always, as
    // its sound may begin before the cancel arrives.
    this.#send({ type: 'output_audio_buffer.clear' });
  }
}
