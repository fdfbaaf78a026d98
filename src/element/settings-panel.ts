/**
 * Where the visitor sets devices, volume, language, transcript and what of it is announced. It knows what
 * there is to choose; what is chosen, and what comes of it, is kept by `Settings`.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { microphoneError } from '../core/microphone-error.js';
import type { VoiceError } from '../core/voice-error.js';
import { choosesSpeaker, choosesVolume } from '../media/devices.js';
import type { AroundHost } from './around-host.js';
import type { CallController } from './call-controller.js';
import type { Choices } from './choices.js';
import { languages } from './language-names.js';
import { LevelView } from './level-view.js';
import type { KnownStrings, SETTINGS_ENGLISH } from './strings.js';

export type SettingsStrings = KnownStrings & Record<keyof typeof SETTINGS_ENGLISH, string>;

export interface Chooser {
  readonly choices: Choices;
  readonly microphones: readonly MediaDeviceInfo[];
  readonly speakers: readonly MediaDeviceInfo[];
  /** @throws where it cannot be had; then everything is as before */
  useLanguage(tag: string): void;
  useMicrophone(deviceId: string): Promise<void>;
  choose(choice: Choices): void;
}

export class SettingsPanel {
  readonly #host: AroundHost;
  readonly #controller: CallController;
  readonly #chooser: Chooser;
  readonly #level: LevelView;
  readonly #volumeCanBeSet = choosesVolume();
  /** What did not work, until the next choice. */
  #problem: VoiceError | undefined;
  /** One switch after the other. */
  #switching = Promise.resolve();

  constructor(host: AroundHost, controller: CallController, chooser: Chooser) {
    this.#host = host;
    this.#controller = controller;
    this.#chooser = chooser;
    this.#level = new LevelView(
      () => controller.call,
      () => this.#chosen('microphone'),
      (error) => {
        this.#tell(error as VoiceError | DOMException);
      },
    );
  }

  open(): void {
    this.#problem = undefined;
  }

  close(): void {
    this.#level.close();
  }

  view(strings: SettingsStrings, more: unknown): TemplateResult {
    const { settings, microphone, speaker, volume, level } = strings;
    const { choices, speakers } = this.#chooser;
    this.#level.element.ariaLabel = level;
    const hearsVisitor = this.#hearsVisitor;
    if (hearsVisitor) this.#level.open();
    else this.#level.close();
    return html`<div class="settings" part="settings" role="group" aria-labelledby="settings">
      <strong id="settings">${settings}</strong>
      ${
        hearsVisitor
          ? html`<div>
              ${this.#select('microphone', microphone, strings)}${this.#level.element}
              <p class="error" role="alert" ?hidden=${!this.#problem}>${this.#sentence(strings)}</p>
            </div>`
          : nothing
      }
      ${
        choosesSpeaker() && speakers.length > 0
          ? html`<div>${this.#select('speaker', speaker, strings)}</div>`
          : nothing
      }
      ${
        this.#volumeCanBeSet
          ? html`<label
              >${volume}<input
                type="range"
                min="0"
                max="1"
                step="0.05"
                .value=${String(choices.volume ?? 1)}
                @input=${this.#setVolume}
            /></label>`
          : nothing
      }
      ${this.#languages(strings)} ${this.#host.textInput ? nothing : this.#transcript(strings)}
      ${this.#host.textInput || this.#host.transcript ? this.#readOut(strings) : nothing}${more}
    </div>`;
  }

  /** Nobody's microphone is looked at before it was allowed, or in a conversation by text. */
  get #hearsVisitor(): boolean {
    const { state } = this.#host;
    return this.#chooser.microphones.length > 0 && (state.status !== 'live' || state.voice);
  }

  get #isByText(): boolean {
    const { state, textInput } = this.#host;
    return state.status === 'live' ? !state.voice : textInput;
  }

  #select(
    what: 'microphone' | 'speaker',
    label: string,
    { usual }: SettingsStrings,
  ): TemplateResult {
    const chosen = this.#chosen(what);
    return html`<label
      >${label}<select
        part="select"
        @change=${what === 'speaker' ? this.#setSpeaker : this.#setMicrophone}
      >
        <option value="" .selected=${chosen === ''}>${usual}</option>
        ${this.#devices(what).map(
          ({ deviceId, label: name }) =>
            html`<option value=${deviceId} .selected=${deviceId === chosen}>${name}</option>`,
        )}
      </select></label
    >`;
  }

  /** Each by its own name, for whoever cannot read the present one. */
  #languages({ language, automatic }: SettingsStrings): TemplateResult {
    const { language: chosen = '' } = this.#chooser.choices;
    return html`<div>
      <label
        >${language}<select part="select" @change=${this.#setLanguage}>
          <option value="" .selected=${!chosen}>${automatic}</option>
          ${languages().map(
            ({ tag, name }) =>
              html`<option value=${tag} lang=${tag} .selected=${tag === chosen}>${name}</option>`,
          )}
        </select></label
      >
    </div>`;
  }

  /** With typing the conversation is always shown. Its name comes with the first call. */
  #transcript({ conversation = 'Conversation' }: SettingsStrings): TemplateResult {
    return html`<label class="check"
      ><input
        type="checkbox"
        .checked=${this.#host.transcript}
        @change=${this.#setTranscript}
      />${conversation}</label
    >`;
  }

  /** By voice the agent is audible, but not to everybody. */
  #readOut({ readOut: label }: SettingsStrings): TemplateResult {
    return html`<label class="check"
      ><input
        type="checkbox"
        .checked=${this.#host.readOut ?? this.#isByText}
        @change=${this.#setReadOut}
      />${label}</label
    >`;
  }

  /** Empty for the system's, and for one that is not there. */
  #chosen(what: 'microphone' | 'speaker'): string {
    const id = this.#chooser.choices[what];
    return this.#devices(what).some(({ deviceId }) => deviceId === id) ? (id ?? '') : '';
  }

  #devices(what: 'microphone' | 'speaker'): readonly MediaDeviceInfo[] {
    return what === 'speaker' ? this.#chooser.speakers : this.#chooser.microphones;
  }

  #sentence(strings: SettingsStrings): string {
    const problem = this.#problem;
    if (!problem) return '';
    return this.#controller.talk?.sentenceFor(problem, strings, this.#host) ?? strings.failed;
  }

  #tell(problem: VoiceError | DOMException | undefined): void {
    this.#problem = problem instanceof DOMException ? microphoneError(problem) : problem;
    this.#host.requestUpdate();
  }

  readonly #setMicrophone = ({ target }: Event): void => {
    const select = target as HTMLSelectElement;
    const microphone = select.value;
    this.#switching = this.#switching.then(async () => {
      try {
        await this.#chooser.useMicrophone(microphone);
        this.#level.restart();
        this.#tell(undefined);
      } catch (error) {
        select.value = this.#chosen('microphone');
        this.#tell(error as VoiceError | DOMException);
      }
    });
  };

  readonly #setSpeaker = ({ target }: Event): void => {
    this.#chooser.choose({ speaker: (target as HTMLSelectElement).value });
  };

  readonly #setVolume = ({ target }: Event): void => {
    this.#chooser.choose({ volume: (target as HTMLInputElement).valueAsNumber });
  };

  readonly #setLanguage = ({ target }: Event): void => {
    this.#chooser.useLanguage((target as HTMLSelectElement).value);
  };

  readonly #setTranscript = ({ target }: Event): void => {
    const transcript = (target as HTMLInputElement).checked;
    this.#host.transcript = transcript;
    this.#chooser.choose({ transcript });
  };

  readonly #setReadOut = ({ target }: Event): void => {
    const { checked } = target as HTMLInputElement;
    // As it is without a choice: then both kinds of conversation are as they are without one.
    const readOut = checked === this.#isByText ? undefined : checked;
    this.#host.readOut = readOut;
    this.#chooser.choose({ readOut });
  };
}
