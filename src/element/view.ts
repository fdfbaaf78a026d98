/**
 * What is on screen, as a function of the state. It asks for things through `Intents` and does
 * nothing itself. What only a call shows comes from `call-view.ts`, which is loaded with the call.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { CallState } from '../core/call-state.js';
import { close, hangUp, microphone, phrase } from './icons.js';
import type { CallStrings, FirstStrings } from './strings.js';

export interface Intents {
  readonly start: () => void;
  readonly end: () => void;
  readonly toggleMute: () => void;
  readonly hear: () => void;
  /** The visitor may be about to start. */
  readonly approach: () => void;
}

export interface ViewModel {
  readonly state: CallState;
  readonly muted: boolean;
  readonly disabled: boolean;
  /** The browser wants a tap before it plays the agent's voice. */
  readonly playbackBlocked: boolean;
  /** The sentence for the error that the call ended with, or that it goes on with. */
  readonly problem: string | undefined;
  readonly visualizer: boolean;
  readonly strings: FirstStrings & Partial<CallStrings>;
}

/** What a call adds; each has its place in the panel. */
export interface CallParts {
  readonly status: TemplateResult | string;
  readonly notice: unknown;
  /** Beside the main button. */
  readonly buttons: unknown;
}

/** @param parts missing as long as the code for calls is not there */
export function view(model: ViewModel, intents: Intents, parts?: CallParts): TemplateResult {
  const { problem, strings } = model;
  return html`<section class="panel" part="panel" aria-label=${strings.label}>
    <slot name="header"></slot>
    ${
      model.visualizer
        ? html`<div class="visualizer" part="visualizer" aria-hidden="true">
            ${phrase}<canvas></canvas>
          </div>`
        : nothing
    }
    <p class="status" part="status" role="status">${parts?.status ?? firstStatus(model)}</p>
    ${parts?.notice}
    <div role="alert" class="error" part="error" ?hidden=${!problem}>${problem}</div>
    <div class="controls" part="controls">${parts?.buttons} ${mainButton(model, intents)}</div>
    <slot name="footer"></slot>
  </section>`;
}

/** One button for start and end, so that the keyboard's focus stays where it is. */
function mainButton({ state, disabled, strings }: ViewModel, intents: Intents): TemplateResult {
  const { status } = state;
  const active = status === 'connecting' || status === 'live';
  return html`<button
    class=${active ? 'end' : 'start'}
    part="button ${active ? 'end-button' : 'start-button'}"
    ?disabled=${disabled && !active}
    @click=${active ? intents.end : intents.start}
    @pointerenter=${intents.approach}
    @touchstart=${{ handleEvent: intents.approach, passive: true }}
    @focus=${intents.approach}
  >
    ${
      active
        ? html`<slot name="end-icon">${status === 'live' ? hangUp : close}</slot>`
        : html`<slot name="start-icon">${microphone}</slot>`
    }
    ${mainLabel(state, strings)}
  </button>`;
}

function mainLabel(state: CallState, strings: FirstStrings): string {
  switch (state.status) {
    case 'idle':
      return strings.start;
    case 'connecting':
      return strings.cancel;
    case 'live':
      return strings.end;
    case 'ended':
      if (state.error) return strings.retry;
      return state.durationMs > 0 ? strings.startAgain : strings.start;
  }
}

/** An error, and the invitation, each stand alone. */
function firstStatus({ state, strings }: ViewModel): string {
  if (state.status === 'connecting') return strings.connecting;
  return state.status === 'ended' && state.error ? '' : strings.idle;
}
