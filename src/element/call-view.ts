/**
 * What only a call shows: whose turn it is, how long it lasted, the buttons that it needs. It comes
 * with the code for calls, and what it makes is drawn in its place by `view.ts`.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { microphone, microphoneOff, speaker } from './icons.js';
import { CALL_ENGLISH, type CallStrings, type Strings } from './strings.js';
import type { CallParts, Intents, ViewModel } from './view.js';

export function callParts(model: ViewModel, intents: Intents): CallParts {
  const { state, playbackBlocked } = model;
  const strings = { ...CALL_ENGLISH, ...model.strings };
  const waitsForMicrophone = state.status === 'connecting' && state.waitingFor.has('microphone');
  return {
    status: status(model, strings),
    notice: waitsForMicrophone
      ? html`<p class="notice late" part="notice">${strings.allowMicrophone}</p>`
      : nothing,
    buttons: [
      playbackBlocked ? hearButton(strings, intents) : nothing,
      state.status === 'live' ? muteButton(model.muted, strings, intents) : nothing,
    ],
  };
}

function hearButton({ hear }: CallStrings, intents: Intents): TemplateResult {
  return html`<button class="start hear" part="button hear-button" @click=${intents.hear}>
    ${speaker}${hear}
  </button>`;
}

function muteButton(muted: boolean, { mute }: CallStrings, intents: Intents): TemplateResult {
  return html`<button
    class="round"
    part="button mute-button"
    aria-pressed=${muted}
    aria-label=${mute}
    title=${mute}
    @click=${intents.toggleMute}
  >
    <slot name="mute-icon">${muted ? microphoneOff : microphone}</slot>
  </button>`;
}

/** Screen readers hear of the call; whose turn it is they hear from the agent itself. */
function status({ state }: ViewModel, strings: Strings): TemplateResult | string {
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
