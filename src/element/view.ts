/**
 * What is on screen, as a function of the state. It asks for things through `Intents` and does
 * nothing itself.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { CallState } from '../core/call-state.js';
import { close, hangUp, microphone, microphoneOff, phrase, speaker } from './icons.js';
import type { Strings } from './strings.js';

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
  readonly strings: Strings;
}

export function view(model: ViewModel, intents: Intents): TemplateResult {
  const { state, strings } = model;
  const live = state.status === 'live';
  return html`<section class="panel" part="panel" aria-label=${strings.label}>
    <slot name="header"></slot>
    ${
      model.visualizer
        ? html`<div class="visualizer" part="visualizer" aria-hidden="true">
            ${phrase}<canvas></canvas>
          </div>`
        : nothing
    }
    <p class="status" part="status" role="status">${status(model)}</p>
    ${
      state.status === 'connecting' && state.waitingFor.has('microphone')
        ? html`<p class="notice late" part="notice">${strings.allowMicrophone}</p>`
        : nothing
    }
    <div role="alert" class="error" part="error" ?hidden=${!model.problem}>${model.problem}</div>
    <div class="controls" part="controls">
      ${
        model.playbackBlocked
          ? html`<button class="start hear" part="button hear-button" @click=${intents.hear}>
              ${speaker}${strings.hear}
            </button>`
          : nothing
      }
      ${
        live
          ? html`<button
              class="round"
              part="button mute-button"
              aria-pressed=${model.muted}
              aria-label=${strings.mute}
              title=${strings.mute}
              @click=${intents.toggleMute}
            >
              <slot name="mute-icon">${model.muted ? microphoneOff : microphone}</slot>
            </button>`
          : nothing
      }
      ${mainButton(model, intents)}
    </div>
    <slot name="footer"></slot>
  </section>`;
}

/** One button for start and end, so that the keyboard's focus stays where it is. */
function mainButton({ state, disabled, strings }: ViewModel, intents: Intents): TemplateResult {
  const active = state.status === 'connecting' || state.status === 'live';
  const connecting = state.status === 'connecting';
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
        ? html`<slot name="end-icon">${connecting ? close : hangUp}</slot>`
        : html`<slot name="start-icon">${microphone}</slot>`
    }
    ${mainLabel(state, strings)}
  </button>`;
}

function mainLabel(state: CallState, strings: Strings): string {
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

/** Screen readers hear of the call; whose turn it is they hear from the agent itself. */
function status({ state, strings }: ViewModel): TemplateResult | string {
  switch (state.status) {
    case 'idle':
      return strings.idle;
    case 'connecting':
      return strings.connecting;
    case 'live':
      return html`<span class="spoken-only"
          >${
            state.quality === 'poor'
              ? strings.poor
              : state.muted
                ? strings.muted
                : strings.connected
          }</span
        ><span aria-hidden="true"
          >${
            state.quality === 'poor'
              ? strings.poor
              : state.muted && state.turn === 'listening'
                ? strings.muted
                : strings[state.turn]
          }</span
        >`;
    case 'ended':
      // What never began did not end: the error, or the invitation, stands alone.
      if (state.durationMs > 0) return `${strings.ended} · ${clock(state.durationMs)}`;
      return state.error ? '' : strings.idle;
  }
}

/** 83,000 ms are 1:23. */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
