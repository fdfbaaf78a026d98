/**
 * What only a call shows: whose turn it is, how long it lasted, the buttons that it needs. It comes
 * with the code for calls, and what it makes is drawn in its place by `view.ts`.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { Call } from '../core/call.js';
import type { CallState } from '../core/call-state.js';
import { hangUp, microphoneOff, speaker, stop, talk } from './call-icons.js';
import { waitOf, type Wait } from './busy.js';
import { clock, inWords } from './durations.js';
import { extrasOf, type Extras } from './extras.js';
import { filled } from './filled.js';
import { microphone } from './icons.js';
import { CALL_ENGLISH, type CallStrings, type KnownStrings } from './strings.js';
import type { CallParts, Intents, ViewModel } from './view.js';

type Live = Extract<CallState, { status: 'live' }>;

export function callParts(model: ViewModel, intents: Intents, call: Call | undefined): CallParts {
  const { state, code } = model;
  const lang = model.language.tag || 'en';
  const strings = { ...CALL_ENGLISH, ...model.strings };
  const isLive = state.status === 'live';
  const extras = call && extrasOf(call);
  const talkButton =
    isLive && state.voice ? extras?.turns.loaded?.button(model.muted, strings) : undefined;
  const asks = model.mayAsk && state.status === 'connecting' && state.waitingFor.has('microphone');
  const { allowMicrophone } = strings;
  const notice = asks
    ? { shown: allowMicrophone, spoken: allowMicrophone }
    : isLive
      ? extras?.life.notice(strings, lang)
      : undefined;
  return {
    status:
      busy(waitOf(call), strings, lang) ??
      status(model, lang, strings, talkButton !== undefined, notice?.spoken, extras),
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
    approvals: extras?.tools.loaded?.view(strings),
    notice: notice && html`<p class="notice" part="notice" aria-hidden="true">${notice.shown}</p>`,
    mainLabel: mainLabel(state, strings),
    endIcon: isOn(state) ? hangUp : undefined,
    buttons: [
      // The browser wants a tap before it plays the agent's voice.
      code === 'playback-blocked' ? hearButton(strings, intents) : nothing,
      talkButton,
      isLive ? voiceButton(state, model.muted, strings, intents) : nothing,
    ],
    stop: isLive ? stopButton(state, strings.interrupt, intents.interrupt) : nothing,
  };
}

/** Read out once and not every second. */
function busy(
  wait: Wait | undefined,
  { hostBusy }: CallStrings,
  lang: string,
): TemplateResult | undefined {
  return wait && said(filled(hostBusy, wait.ofAll, lang), filled(hostBusy, wait.left, lang));
}

function said(spoken: string, shown: string): TemplateResult {
  return html`<span class="spoken-only">${spoken}</span><span aria-hidden="true">${shown}</span>`;
}

function hearButton({ hear }: CallStrings, intents: Intents): TemplateResult {
  return html`<button class="start hear" part="button hear-button" @click=${intents.hear}>
    <slot name="hear-icon">${speaker}</slot>${hear}
  </button>`;
}

/** One on either side of the main button, which keeps its place so. */
function voiceButton(
  { voice }: Live,
  muted: boolean,
  { mute, speak }: CallStrings,
  { toggleMute, start }: Intents,
): TemplateResult {
  return voice
    ? round('mute', mute, muted ? microphoneOff : microphone, toggleMute, muted)
    : round('talk', speak, talk, start);
}

function stopButton({ turn }: Live, label: string, stopAnswer: () => void): TemplateResult {
  const answering = turn === 'thinking' || turn === 'speaking';
  return round('interrupt', label, stop, stopAnswer, undefined, !answering);
}

function round(
  name: string,
  label: string,
  icon: TemplateResult,
  press: () => void,
  pressed?: boolean,
  disabled?: boolean,
): TemplateResult {
  return html`<button
    class="round"
    part="button ${name}-button"
    aria-label=${label}
    title=${label}
    aria-pressed=${pressed ?? nothing}
    aria-disabled=${disabled ?? nothing}
    @click=${press}
  >
    <slot name="${name}-icon">${icon}</slot>
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
  { state }: ViewModel,
  lang: string,
  strings: CallStrings & KnownStrings,
  byHand: boolean,
  notice: string | undefined,
  extras: Extras | undefined,
): TemplateResult | string | undefined {
  // What never began did not end.
  if (state.status === 'ended' && state.durationMs > 0) {
    const { durationMs, reason } = state;
    const ended = extras?.ending(reason, strings) ?? strings.ended;
    return said(`${ended}. ${inWords(durationMs, lang)}`, `${ended} · ${clock(durationMs, lang)}`);
  }
  if (state.status === 'connecting') return notice && said(notice, strings.connecting);
  if (state.status === 'recovering') {
    const seconds = Math.ceil(((state.nextTryAt ?? 0) - performance.now()) / 1000);
    // Spoken once, and not with every second.
    const { recovering } = strings;
    return said(
      recovering,
      seconds > 0 ? `${recovering} ${seconds.toLocaleString(lang)}` : recovering,
    );
  }
  if (state.status !== 'live') return undefined;
  const { quality, muted, turn, voice } = state;
  const ready = byHand ? strings.yourTurn : voice ? strings.listening : strings.connectedByText;
  const shown = turn !== 'listening' ? strings[turn] : voice && muted ? strings.muted : ready;
  const connected = voice ? strings.connected : strings.connectedByText;
  const spoken = notice ?? (muted ? strings.muted : byHand ? strings.yourTurn : connected);
  return quality === 'poor' ? strings.poor : said(spoken, shown);
}
