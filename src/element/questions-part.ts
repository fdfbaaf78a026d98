/** What a visitor is asked before and after a call, where the page wants that. */
import type { ReactiveController } from 'lit';
import { adopt } from './adopt.js';
import type { AroundHost } from './around-host.js';
import type { CallController } from './call-controller.js';
import { Consent } from './consent.js';
import { Feedback } from './feedback.js';
import { questionsStyles } from './questions-styles.js';
import { COMPOSER_ENGLISH, QUESTIONS_ENGLISH, type KnownStrings } from './strings.js';

export class Questions implements ReactiveController {
  readonly #consent: Consent;
  readonly #feedback: Feedback;

  constructor(host: AroundHost, controller: CallController) {
    this.#consent = new Consent(host);
    this.#feedback = new Feedback(host, controller);
    adopt(host.shadowRoot, questionsStyles);
    host.addController(this);
  }

  get agreed(): boolean {
    return this.#consent.agreed;
  }

  /** @throws {DOMException} `AbortError` */
  ask(): Promise<void> {
    return this.#consent.ask();
  }

  hostUpdate(): void {
    this.#feedback.follow();
  }

  hostUpdated(): void {
    this.#consent.mark();
  }

  view(known: KnownStrings): unknown {
    const strings = { ...COMPOSER_ENGLISH, ...QUESTIONS_ENGLISH, ...known };
    return [this.#consent.view(strings.agree), this.#feedback.view(strings)];
  }
}
