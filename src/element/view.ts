/**
 * What is on screen, as a function of the state. It asks for things through `Intents` and does
 * nothing itself. What only a call shows comes from `call-view.ts`, which is loaded with the call.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { CallState } from '../core/call-state.js';
import type { VoiceErrorCode } from '../core/voice-error.js';
import type { Language } from './dictionary.js';
import { close } from './close-icon.js';
import { phrase } from './first-icons.js';
import { microphone } from './icons.js';
import type { FirstStrings, KnownStrings } from './strings.js';

export interface Intents {
  readonly start: () => void;
  readonly end: (press: UIEvent) => void;
  readonly toggleMute: () => void;
  readonly hear: () => void;
  /** The visitor may be about to start. */
  readonly approach: () => void;
  readonly interrupt: () => void;
  /** @param pictures as `data:` URLs, small enough to be sent */
  readonly send: (text: string, pictures: readonly string[]) => Promise<void>;
}

export interface ViewModel {
  readonly state: CallState;
  readonly muted: boolean;
  readonly disabled: boolean;
  /** The sentence for the error that the call ended with, or that it goes on with. */
  readonly problem: string | undefined;
  readonly code: VoiceErrorCode | undefined;
  /** The browser may ask the visitor for the microphone. */
  readonly mayAsk: boolean;
  readonly visualizer: boolean;
  readonly transcript: boolean;
  /** The row for typing, where it is wanted; nothing as long as its code is not there. */
  readonly composer: unknown;
  readonly around: AroundView | undefined;
  readonly strings: KnownStrings;
  /** Of these words; as long as it is on its way, they have their place and are not shown. */
  readonly language: Language;
}

/** What a call adds, or says in place of what is there without one; each has its place in the panel. */
export interface CallParts {
  readonly status: TemplateResult | string | undefined;
  readonly transcript: unknown;
  readonly approvals: unknown;
  readonly notice: unknown;
  readonly mainLabel: string | undefined;
  readonly endIcon: TemplateResult | undefined;
  /** Before the main button, and behind it. */
  readonly buttons: unknown;
  readonly stop: unknown;
}

/** What a page may want around a call; each has its place, which is empty as long as its code is not there. */
export interface AroundView {
  readonly composer: unknown;
  /** Behind the main button. */
  readonly button: unknown;
  /** Beside what is asked. */
  readonly box: unknown;
}

/** What a layout adds to the panel. */
export interface Frame {
  launcher(
    model: ViewModel,
    intents: Intents,
    status: CallParts['status'],
    endLabel: string | undefined,
  ): unknown;
  /** With the slot for what the page puts there. */
  header(strings: FirstStrings): unknown;
}

/**
 * @param parts missing as long as the code for calls is not there
 * @param frame of a layout that has one
 */
export function view(
  model: ViewModel,
  intents: Intents,
  parts?: CallParts,
  frame?: Frame,
): TemplateResult {
  const { language, problem, strings } = model;
  const status = parts?.status ?? firstStatus(model);
  // Buttons stay where they are while more is said: the floating panel grows upwards, all else downwards.
  const asked = html`${parts?.approvals}${model.around?.box}`;
  const said = html`${parts?.transcript}<slot name="empty"></slot>`;
  return html`${frame?.launcher(model, intents, status, parts?.mainLabel)}
    <section
      class="panel"
      part="panel"
      lang=${language.tag}
      dir=${language.dir}
      aria-label=${strings.label}
    >
      ${frame?.header(strings) ?? html`<slot name="header"></slot>`}
      ${
        model.visualizer
          ? html`<div class="visualizer" part="visualizer" aria-hidden="true">
              ${phrase}<canvas></canvas>
            </div>`
          : nothing
      }
      <div class="say">
        <p class="status" part="status" role="status">${status}</p>
        ${parts?.notice}
        <div role="alert" class="error" part="error" ?hidden=${!problem}>${problem}</div>
      </div>
      ${frame && [said, asked]}
      <div class="controls" part="controls">
        ${parts?.buttons}${mainButton(model, intents, parts)}${parts?.stop}${model.around?.button}
      </div>
      ${frame ? nothing : [asked, said]}
      ${model.composer ? html`<div class="typing">${model.composer}</div>` : nothing}
      <slot name="footer"></slot>
    </section>`;
}

/** One button for start and end, so that the keyboard's focus stays where it is. */
function mainButton(
  { state: { status }, disabled, problem, strings }: ViewModel,
  intents: Intents,
  parts: CallParts | undefined,
): TemplateResult {
  const connecting = status === 'connecting';
  const active = status !== 'idle' && status !== 'ended';
  const act = active ? 'end' : 'start';
  return html`<button
    class=${act}
    part="button ${act}-button"
    ?disabled=${disabled && !active}
    @click=${intents[act]}
    @pointerenter=${intents.approach}
    @touchstart=${{ handleEvent: intents.approach, passive: true }}
    @focus=${intents.approach}
  >
    <slot name="${act}-icon">${active ? (parts?.endIcon ?? close) : microphone}</slot>
    <span class="label"
      >${parts?.mainLabel ?? strings[connecting ? 'cancel' : problem ? 'retry' : 'start']}</span
    >
  </button>`;
}

/** An error, and the invitation, each stand alone. */
function firstStatus({ state, strings }: ViewModel): string {
  if (state.status === 'connecting') return strings.connecting;
  return state.status === 'ended' && state.error ? '' : strings.idle;
}
