/**
 * The state of a call and the only function that makes a new one. It is pure: it knows neither
 * microphones nor networks, only what follows what.
 */
import type { VoiceError } from './voice-error.js';

/** What a connecting call still waits for; these three run side by side. */
export type ConnectStep = 'microphone' | 'token' | 'connection';

/** Whose turn it is: waiting, hearing the visitor, preparing an answer, or speaking it. */
export type Turn = 'listening' | 'hearing' | 'thinking' | 'speaking';

/** `poor` while the network is silent or unstable; the call goes on. */
export type Quality = 'good' | 'poor';

/** Why a call needs another connection. */
export type RecoveryCause = 'network' | 'session-limit';

/** `agent`: by a tool (`endCall`). `idle` and `max-duration` are limits that the page has set. */
export type EndReason =
  'user' | 'agent' | 'removed' | 'idle' | 'max-duration' | 'connection-lost' | 'error';

/** The state of a call. Frozen; a new object for every change. Durations are in milliseconds. */
export type CallState =
  | { readonly status: 'idle' }
  | { readonly status: 'connecting'; readonly waitingFor: ReadonlySet<ConnectStep> }
  | {
      readonly status: 'live';
      readonly turn: Turn;
      readonly muted: boolean;
      readonly quality: Quality;
      /** False in a conversation by text: the microphone is not used, and nothing is heard. */
      readonly voice: boolean;
    }
  | {
      /** The connection is gone, and another one is being made; the conversation will go on. */
      readonly status: 'recovering';
      /** Which try it is, from 1. */
      readonly attempt: number;
      readonly cause: RecoveryCause;
      /** When that try begins, on the clock of `performance.now()`; there only while it is waited for. */
      readonly nextTryAt?: number | undefined;
      readonly voice: boolean;
    }
  | {
      readonly status: 'ended';
      readonly reason: EndReason;
      readonly durationMs: number;
      readonly error?: VoiceError | undefined;
    };

type Connecting = Extract<CallState, { status: 'connecting' }>;
type Live = Extract<CallState, { status: 'live' }>;
type Recovering = Extract<CallState, { status: 'recovering' }>;
type Ended = Extract<CallState, { status: 'ended' }>;

export type LiveChange = Partial<Omit<Live, 'status'>>;

export type CallAction =
  | { type: 'start' }
  | { type: 'ready'; step: ConnectStep }
  | { type: 'live'; muted: boolean; voice: boolean }
  | { type: 'change'; change: LiveChange }
  | { type: 'recover'; step: Omit<Recovering, 'status' | 'voice'> }
  | { type: 'end'; end: Omit<Ended, 'status'> };

export const IDLE: CallState = Object.freeze({ status: 'idle' });

/** Where every call begins: nothing of what it needs is there yet. */
export const CONNECTING: Connecting = Object.freeze({
  status: 'connecting',
  waitingFor: new Set<ConnectStep>(['microphone', 'token', 'connection']),
});

/** The state after `action`; the very same object when the action changes nothing or does not fit. */
export function nextState(state: CallState, action: CallAction): CallState {
  return Object.freeze(next(state, action));
}

function next(state: CallState, action: CallAction): CallState {
  switch (action.type) {
    case 'start':
      return state.status === 'idle' || state.status === 'ended' ? CONNECTING : state;
    case 'ready': {
      if (state.status !== 'connecting') return state;
      const waitingFor = new Set(state.waitingFor);
      return waitingFor.delete(action.step) ? { ...state, waitingFor } : state;
    }
    case 'live':
      return state.status === 'connecting' || state.status === 'recovering'
        ? {
            status: 'live',
            turn: 'listening',
            quality: 'good',
            muted: action.muted,
            voice: action.voice,
          }
        : state;
    case 'change':
      return isNew(state, action.change) ? { ...state, ...action.change } : state;
    case 'recover':
      return state.status === 'live' || state.status === 'recovering'
        ? { status: 'recovering', ...action.step, voice: state.voice }
        : state;
    case 'end':
      return state.status === 'idle' || state.status === 'ended'
        ? state
        : { status: 'ended', ...action.end };
  }
}

/** A state has no more than it tells: while a call recovers, only its `voice` can change. */
function isNew(state: CallState, change: LiveChange): state is Live {
  return Object.entries(change).some(
    ([key, value]) => key in state && (state as Live)[key as keyof Live] !== value,
  );
}
