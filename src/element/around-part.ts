/**
 * What a page may want around a call: typing, settings, a yes before it, a question after it. Each is
 * code of its own and is fetched here when it is wanted; what it does this file does not know.
 */
import type { ReactiveController } from 'lit';
import type { Call } from '../core/call.js';
import type { VoiceErrorCode } from '../core/voice-error.js';
import { asksConsent, type AroundHost } from './around-host.js';
import type { CallController } from './call-controller.js';
import type { Composer } from './composer.js';
import type { Help } from './help-part.js';
import type { LanguageController } from './language.js';
import type { Questions } from './questions-part.js';
import type { Settings } from './settings-part.js';
import type { KnownStrings } from './strings.js';
import type { AroundView, Intents } from './view.js';

export class Around implements ReactiveController {
  readonly #host: AroundHost;
  readonly #intents: Intents;
  readonly #controller: CallController;
  readonly #language: LanguageController;
  #composer: Composer | undefined;
  #settings: Settings | undefined;
  #questions: Questions | undefined;
  #help: Help | undefined;
  /** What is there, or on its way. */
  readonly #opening = new Map<string, Promise<void>>();
  /** Pages put in what is to be agreed to when they like. */
  readonly #watch = new MutationObserver(() => {
    this.#host.requestUpdate();
  });

  constructor(
    host: AroundHost,
    intents: Intents,
    controller: CallController,
    language: LanguageController,
  ) {
    this.#host = host;
    this.#intents = intents;
    this.#controller = controller;
    this.#language = language;
    host.addController(this);
    // It may have something to show at once.
    host.requestUpdate();
  }

  hostConnected(): void {
    this.#watch.observe(this.#host, { childList: true });
    this.hostUpdate();
  }

  hostDisconnected(): void {
    this.#watch.disconnect();
  }

  /** What cannot be had is tried again with the next change. */
  hostUpdate(): void {
    const { textInput, settings, feedback, phone } = this.#host;
    const wanted = [
      textInput && this.#openComposer(),
      settings && this.#openSettings(),
      phone && this.#openHelp(),
      (feedback || asksConsent(this.#host)) && this.#openQuestions(),
    ];
    for (const one of wanted) if (one) one.catch(() => undefined);
  }

  /** Whether there is nothing to agree to, or the visitor is known to have agreed. */
  get agreed(): boolean {
    return !asksConsent(this.#host) || this.#questions?.agreed === true;
  }

  /** Asks for the visitor's yes. @throws {DOMException} `AbortError` as long as there is none */
  async agree(): Promise<void> {
    await this.#openQuestions();
    if (!this.agreed) await this.#questions?.ask();
  }

  /** A call was made, which has not begun. */
  attach(call: Call): void {
    this.#settings?.attach(call);
  }

  /** @param code of the error on screen */
  view(strings: KnownStrings, code: VoiceErrorCode | undefined): AroundView {
    if (code) this.#openHelp().catch(() => undefined);
    const help = this.#help;
    const { disabled, state, settings: wanted } = this.#host;
    const settings = wanted ? this.#settings : undefined;
    const isOver = state.status === 'idle' || state.status === 'ended';
    return {
      composer: this.#composer?.view(strings, disabled && isOver),
      button: [help?.button(code, strings), settings?.button(strings)],
      box: [
        settings?.view(strings, help?.phoneLink(strings)),
        this.#questions?.view(strings),
        help?.view(code, strings),
      ],
    };
  }

  #openComposer(): Promise<void> {
    return this.#open('composer', async () => {
      const { Composer } = await import('./composer.js');
      const root = this.#host.shadowRoot;
      this.#composer = root ? new Composer(root, this.#intents) : undefined;
    });
  }

  #openSettings(): Promise<void> {
    return this.#open('settings', async () => {
      const { Settings } = await import('./settings-part.js');
      this.#settings = new Settings(this.#host, this.#controller, this.#language);
    });
  }

  #openQuestions(): Promise<void> {
    return this.#open('questions', async () => {
      const { Questions } = await import('./questions-part.js');
      this.#questions = new Questions(this.#host, this.#controller);
    });
  }

  #openHelp(): Promise<void> {
    return this.#open('help', async () => {
      const [{ Help }] = await Promise.all([
        import('./help-part.js'),
        // Where the network fails, it cannot be had when it is asked for.
        import('./report-part.js'),
      ]);
      this.#help = new Help(this.#host);
    });
  }

  /** Once; after a failure once more. */
  #open(name: string, open: () => Promise<void>): Promise<void> {
    let opening = this.#opening.get(name);
    if (!opening) {
      opening = open().then(() => {
        this.#host.requestUpdate();
      });
      this.#opening.set(name, opening);
      opening.catch(() => this.#opening.delete(name));
    }
    return opening;
  }
}
