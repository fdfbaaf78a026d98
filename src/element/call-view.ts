/**
 * What only a call shows: whose turn it is, how long it lasted, the buttons that it needs. It comes
 * with the code for calls, and what it makes is drawn in its place by `view.ts`.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { Call } from '../core/call.js';
import type { CallState } from '../core/call-state.js';
import { hangUp, microphoneOff, speaker, stop, talk } from './call-icons.js';
import { secondsToNextTry } from './busy.js';
import { clock, inWords } from './durations.js';
import { extrasOf } from './extras.js';
import { filled } from './filled.js';
import { microphone } from './icons.js';
import { CALL_ENGLISH, type CallStrings } from './strings.js';
import type { CallParts, Intents, ViewModel } from './view.js';

export function callParts(model: ViewModel, intents: Intents, call: Call | undefined): CallParts {
  const { state, code } = model;
  const strings = { ...CALL_ENGLISH, ...model.strings };
  const isLive = state.status === 'live';
  const talkButton =
    isLive && state.voice && call ? extrasOf(call)?.talkButton(model.muted, strings) : undefined;
  const notice = isLive && call ? extrasOf(call)?.notice(strings) : undefined;
  const waitsForMicrophone = state.status === 'connecting' && state.waitingFor.has('microphone');
  return {
    status:
      busy(secondsToNextTry(call), strings) ??
      status(model, strings, talkButton !== undefined, notice?.spoken),
    transcript: model.transcript
      ? html`<div
            class="transcript"
            part="transcript"
            role="log"
            aria-live="off"
            tabindex="0"
            aria-label=${strings.conversation}
          >
            <ol></ol>
          </div>
          <div class="spoken-only" role="log" data-answers></div>`
      : nothing,
    approvals: call && extrasOf(call)?.ofTools(strings),
    notice: waitsForMicrophone
      ? html`<p class="notice late" part="notice">${strings.allowMicrophone}</p>`
      : notice && html`<p class="notice" part="notice" aria-hidden="true">${notice.shown}</p>`,
    mainLabel: mainLabel(state, strings),
    endIcon: isOn(state) ? hangUp : undefined,
    buttons: [
      // The browser wants a tap before it plays the agent's voice.
      code === 'playback-blocked' ? hearButton(strings, intents) : nothing,
      talkButton,
      isLive ? callButtons(state, model.muted, strings, intents) : nothing,
    ],
  };
}

/** Read out once and not every second. */
function busy(
  wait: ReturnType<typeof secondsToNextTry>,
  { hostBusy }: CallStrings,
): TemplateResult | undefined {
  if (!wait) return undefined;
  return html`<span class="spoken-only">${filled(hostBusy, wait.ofAll)}</span
    ><span aria-hidden="true">${filled(hostBusy, wait.left)}</span>`;
}

function hearButton({ hear }: CallStrings, intents: Intents): TemplateResult {
  return html`<button class="start hear" part="button hear-button" @click=${intents.hear}>
    ${speaker}${hear}
  </button>`;
}

function callButtons(
  { turn, voice }: Extract<CallState, { status: 'live' }>,
  muted: boolean,
  strings: CallStrings,
  intents: Intents,
): TemplateResult {
  const { interrupt, speak } = strings;
  const answering = turn === 'thinking' || turn === 'speaking';
  return html`${
      voice
        ? muteButton(muted, strings, intents)
        : html`<button
            class="round"
            part="button talk-button"
            aria-label=${speak}
            title=${speak}
            @click=${intents.start}
          >
            <slot name="talk-icon">${talk}</slot>
          </button>`
    }<button
      class="round"
      part="button interrupt-button"
      aria-disabled=${!answering}
      aria-label=${interrupt}
      title=${interrupt}
      @click=${intents.interrupt}
    >
      <slot name="interrupt-icon">${stop}</slot>
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

function isOn({ status }: CallState): boolean {
  return status === 'live' || status === 'recovering';
}

function mainLabel(state: CallState, strings: CallStrings): string | undefined {
  if (isOn(state)) return strings.end;
  const isOver = state.status === 'ended' && !state.error && state.durationMs > 0;
  return isOver ? strings.startAgain : undefined;
}

/** Screen readers hear of the call; whose turn it is they hear from the agent itself. */
function status(
  { state, language }: ViewModel,
  strings: CallStrings,
  byHand: boolean,
  notice: string | undefined,
): TemplateResult | string | undefined {
  // What never began did not end.
  if (state.status === 'ended' && state.durationMs > 0) {
    const { durationMs } = state;
    const lang = language.tag || 'en';
    return html`<span class="spoken-only">${strings.ended}. ${inWords(durationMs, lang)}</span
      ><span aria-hidden="true">${strings.ended} · ${clock(durationMs, lang)}</span>`;
  }
  if (state.status === 'recovering') {
    const seconds = Math.ceil(((state.nextTryAt ?? 0) - performance.now()) / 1000);
    // Spoken once, and not with every second.
    return html`${strings.recovering}<span aria-hidden="true"
        >${seconds > 0 ? ` ${seconds}` : ''}</span
      >`;
  }
  if (state.status !== 'live') return undefined;
  const { quality, muted, turn, voice } = state;
  const ready = byHand ? strings.yourTurn : voice ? strings.listening : strings.connectedByText;
  const shown = turn !== 'listening' ? strings[turn] : voice && muted ? strings.muted : ready;
  const connected = voice ? strings.connected : strings.connectedByText;
  const spoken = notice ?? (muted ? strings.muted : byHand ? strings.yourTurn : connected);
  const isPoor = quality === 'poor';
  return html`<span class="spoken-only">${isPoor ? strings.poor : spoken}</span
    ><span aria-hidden="true">${isPoor ? strings.poor : shown}</span>`;
}
