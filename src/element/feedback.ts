/**
 * Asks how a call was, once it is over: good or bad, and a sentence for those who want to say more. The
 * page gets the answer as an event; it goes nowhere else.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { AroundHost } from './around-host.js';
import type { CallController } from './call-controller.js';
import { thumbDown, thumbUp } from './questions-icons.js';
import { send } from './composer-icons.js';
import { mainButton } from './main-button.js';
import type { VoiceFeedbackDetail } from './dom-events.js';
import type { COMPOSER_ENGLISH, QUESTIONS_ENGLISH, Strings } from './strings.js';

export type FeedbackStrings = Pick<
  Strings,
  keyof typeof QUESTIONS_ENGLISH | keyof typeof COMPOSER_ENGLISH
>;

const MAX_LENGTH = 1_000;

export class Feedback {
  readonly #host: AroundHost;
  readonly #controller: CallController;
  #callId: string | undefined;
  #rating: VoiceFeedbackDetail['rating'] | undefined;
  #isDone = false;

  constructor(host: AroundHost, controller: CallController) {
    this.#host = host;
    this.#controller = controller;
  }

  /** To be called with every state: the id of a call is gone with it. */
  follow(): void {
    const { state, callId } = this.#host;
    if (state.status === 'connecting') {
      this.#rating = this.#callId = undefined;
      this.#isDone = false;
    }
    if (state.status === 'live') this.#callId = callId ?? this.#callId;
  }

  view(strings: FeedbackStrings): TemplateResult | typeof nothing {
    const { state, feedback } = this.#host;
    // What never was live lasted 0 ms.
    const isAsked = feedback && state.status === 'ended' && state.durationMs > 0;
    if (!isAsked) return nothing;
    const { howWasIt, good, bad, thanks } = strings;
    return html`<div class="feedback" part="feedback">
      <div class="rating" role="group" aria-label=${howWasIt}>
        <p role="status">${this.#rating ? thanks : howWasIt}</p>
        ${
          this.#isDone
            ? nothing
            : html`${this.#button('good', good, html`<slot name="good-icon">${thumbUp}</slot>`)}
              ${this.#button('bad', bad, html`<slot name="bad-icon">${thumbDown}</slot>`)}`
        }
      </div>
      ${this.#rating && !this.#isDone ? this.#form(strings) : nothing}
    </div>`;
  }

  #button(
    rating: VoiceFeedbackDetail['rating'],
    label: string,
    icon: TemplateResult,
  ): TemplateResult {
    return html`<button
      class="round"
      part="button rating-button ${rating === this.#rating ? 'pressed' : ''}"
      aria-pressed=${rating === this.#rating}
      aria-label=${label}
      title=${label}
      @click=${() => {
        if (rating === this.#rating) return;
        this.#rating = rating;
        this.#tell();
      }}
    >
      ${icon}
    </button>`;
  }

  #form({ tellMore, send: label }: FeedbackStrings): TemplateResult {
    return html`<form class="more" @submit=${this.#submit}>
      <input
        part="input"
        dir="auto"
        autocomplete="off"
        maxlength=${MAX_LENGTH}
        aria-label=${tellMore}
        placeholder=${tellMore}
      />
      <button class="round" part="button send-button" aria-label=${label} title=${label}>
        ${send}
      </button>
    </form>`;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = form.querySelector('input')?.value.trim() ?? '';
    if (text === '') return;
    this.#isDone = true;
    this.#tell(text);
    // The row with the focus goes away.
    mainButton(this.#host.shadowRoot)?.focus();
  };

  #tell(text?: string): void {
    const { call, talk } = this.#controller;
    const detail: VoiceFeedbackDetail = {
      rating: this.#rating ?? 'good',
      ...(text !== undefined && { text }),
      ...(this.#callId !== undefined && { callId: this.#callId }),
    };
    const extras = call && talk?.extrasOf(call);
    const leaving = extras ? extras.leaving('voice-feedback', detail) : detail;
    const options = { detail: leaving, bubbles: true, composed: true };
    this.#host.dispatchEvent(new CustomEvent('voice-feedback', options));
    this.#host.requestUpdate();
  }
}
