/**
 * What the visitor has set, and the button that opens where it is set. It gives each call the chosen
 * devices; how they are chosen is in `settings-panel.ts`, which is loaded with the first press.
 */
import { html, nothing, svg, type ReactiveController, type TemplateResult } from 'lit';
import { until } from '../core/abort.js';
import type { Call } from '../core/call.js';
import type { CallState } from '../core/call-state.js';
import { preferMicrophone } from '../core/microphone/prefer-microphone.js';
import { knownDevices } from '../media/devices.js';
import { soon } from '../media/soon.js';
import { adopt } from './adopt.js';
import type { AroundHost } from './around-host.js';
import type { CallController } from './call-controller.js';
import { keepChoices, readChoices, type Choices } from './choices.js';
import type { LanguageController } from './language.js';
import { icon } from './icons.js';
import type { Chooser, SettingsPanel } from './settings-panel.js';
import { settingsStyles } from './settings-styles.js';
import { SETTINGS_ENGLISH, type KnownStrings } from './strings.js';
import { onWayBack } from './way-back.js';

/** A device that does not start must not hold up the next choice. */
const OPEN_TIMEOUT_MS = 10_000;

const sliders = icon(
  svg`<path d="M4 7.500h8M18 7.500h2M4 16.500h2M12 16.500h8"/><circle cx="15" cy="7.500" r="2.800"/><circle cx="9" cy="16.500" r="2.800"/>`,
);

export class Settings implements ReactiveController, Chooser {
  choices: Choices = readChoices();
  /** Both empty without the visitor's permission: until then devices have no names, and are not shown. */
  microphones: readonly MediaDeviceInfo[] = [];
  speakers: readonly MediaDeviceInfo[] = [];
  readonly #host: AroundHost;
  readonly #controller: CallController;
  readonly #attached = new WeakSet<Call>();
  readonly #language: LanguageController;
  #panel: SettingsPanel | undefined;
  #isOpen = false;
  #forgetBack: (() => void) | undefined;
  #isLoading = false;
  /** A chosen device that is not there: whatever it is called. */
  #missing: 'microphone' | 'speaker' | undefined;

  constructor(host: AroundHost, controller: CallController, language: LanguageController) {
    this.#host = host;
    this.#controller = controller;
    this.#language = language;
    const { transcript, readOut, language: chosen = '' } = this.choices;
    if (transcript !== undefined) host.transcript = transcript;
    host.readOut = readOut;
    language.chosen = chosen;
    const root = host.shadowRoot;
    adopt(root, settingsStyles);
    // Before the layout's own way with that key.
    root?.addEventListener('keydown', (event) => {
      const { key, isComposing } = event as KeyboardEvent;
      if (!this.#isOpen || key !== 'Escape' || isComposing) return;
      event.preventDefault();
      this.#close();
    });
    if (controller.call) this.attach(controller.call);
    host.addController(this);
  }

  hostConnected(): void {
    const { mediaDevices } = navigator as Partial<Navigator>;
    mediaDevices?.addEventListener('devicechange', this.#changed);
    void this.#look();
  }

  hostDisconnected(): void {
    const { mediaDevices } = navigator as Partial<Navigator>;
    mediaDevices?.removeEventListener('devicechange', this.#changed);
    this.#hide();
  }

  hostUpdate(): void {
    if (!this.#isSeen) this.#hide();
  }

  /** A microphone may be open for it. */
  get #isSeen(): boolean {
    const { settings, layout, open, isConnected } = this.#host;
    return isConnected && settings && (layout !== 'floating' || open);
  }

  /** Gives a call, from its next start on, what was chosen. */
  attach(call: Call): void {
    if (this.#attached.has(call)) return;
    this.#attached.add(call);
    call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
      if (state.status === 'connecting') preferMicrophone(call, this.choices.microphone);
      // A conversation by text may go on by voice.
      if (hasVoice(state) && !hasVoice(previous)) {
        void this.applySound();
        void this.#look();
      }
    });
    void this.applySound();
  }

  /** Makes the present call sound as it was chosen. */
  async applySound(): Promise<void> {
    const audio = this.#controller.call?.attempt?.speaker?.audio;
    const { volume } = this.choices;
    // One that is gone would keep the sound to itself.
    const speaker = isGone(this.choices.speaker, this.speakers) ? '' : (this.choices.speaker ?? '');
    if (!audio) return;
    if (volume !== undefined) audio.volume = volume;
    if (!('setSinkId' in audio) || audio.sinkId === speaker) return;
    // A device that is gone may come back; until then the system has its own.
    await soon(() => audio.setSinkId(speaker).catch(() => audio.setSinkId('')));
  }

  /** Speaks through another microphone, in a call at once. @throws where that cannot be had */
  async useMicrophone(microphone: string): Promise<void> {
    const { call } = this.#controller;
    if (call?.attempt?.microphone) {
      preferMicrophone(call, microphone);
      const opening = call.attempt.openMicrophone(microphone || undefined);
      try {
        await until(AbortSignal.timeout(OPEN_TIMEOUT_MS), opening);
      } catch (error) {
        preferMicrophone(call, this.choices.microphone);
        throw error;
      }
    }
    this.choose({ microphone });
  }

  /** Says everything in this language from now on, and tells the transcription; empty: as the page says. */
  useLanguage(language: string): void {
    this.#language.chosen = language;
    this.choose({ language });
  }

  /** The visitor has chosen something. */
  choose(choice: Choices): void {
    this.choices = { ...this.choices, ...choice };
    keepChoices(this.choices);
    void this.#look();
  }

  button(known: KnownStrings): TemplateResult {
    const { settings: label } = { ...SETTINGS_ENGLISH, ...known };
    return html`<button
      class="round settings-button"
      part="button settings-button ${this.#isOpen ? 'pressed' : ''}"
      aria-expanded=${this.#isOpen}
      aria-label=${label}
      title=${label}
      @click=${this.#toggle}
    >
      <slot name="settings-icon">${sliders}</slot>
    </button>`;
  }

  /** @param more stands below what can be set */
  view(known: KnownStrings, more: unknown): unknown {
    const strings = { ...SETTINGS_ENGLISH, ...known };
    const missing = this.#missing;
    const notice = missing
      ? html`<p class="notice missing" part="notice">${strings[missing]}: ${strings.usual}</p>`
      : nothing;
    // There before it is needed, or it is not read out.
    const said = html`<div class="said" role="status">${notice}</div>`;
    return [said, this.#isOpen ? this.#panel?.view(strings, more) : nothing];
  }

  readonly #toggle = (): void => {
    if (this.#isOpen) this.#close();
    else void this.#open();
  };

  async #open(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const { SettingsPanel } = await import('./settings-panel.js');
      this.#panel ??= new SettingsPanel(this.#host, this.#controller, this);
    } catch {
      // Another press tries again.
      return;
    } finally {
      this.#isLoading = false;
    }
    if (!this.#isSeen) return;
    this.#isOpen = true;
    // On a page that goes on around them the way back is the page's.
    if (this.#host.layout === 'floating') {
      this.#forgetBack = onWayBack(() => {
        this.#close();
      });
    }
    this.#panel.open();
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    this.#host.shadowRoot?.querySelector<HTMLElement>('.settings select')?.focus();
  }

  #close(): void {
    this.#hide();
    this.#host.shadowRoot?.querySelector<HTMLElement>('.settings-button')?.focus();
  }

  #hide(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#forgetBack?.();
    this.#forgetBack = undefined;
    this.#panel?.close();
    this.#host.requestUpdate();
  }

  /** Devices come and go. */
  readonly #changed = (): void => {
    void this.#look();
  };

  async #look(): Promise<void> {
    this.microphones = await knownDevices('audioinput');
    this.speakers = await knownDevices('audiooutput');
    const { microphone, speaker } = this.choices;
    this.#missing = isGone(microphone, this.microphones)
      ? 'microphone'
      : isGone(speaker, this.speakers)
        ? 'speaker'
        : undefined;
    await this.applySound();
    this.#host.requestUpdate();
  }
}

function hasVoice(state: CallState): boolean {
  return state.status === 'live' && state.voice;
}

/** Where no device has a name, nobody knows. */
function isGone(id: string | undefined, devices: readonly MediaDeviceInfo[]): boolean {
  return Boolean(id) && devices.length > 0 && !devices.some(({ deviceId }) => deviceId === id);
}
