/** What follows what in a call: every state met by every action. */
import { describe, expect, it } from 'vitest';
import {
  IDLE,
  nextState,
  type CallAction,
  type CallState,
  type ConnectStep,
} from '../../src/core/call-state.js';
import { VoiceError } from '../../src/core/voice-error.js';

const connecting = (...waitingFor: ConnectStep[]): CallState =>
  Object.freeze({ status: 'connecting', waitingFor: new Set(waitingFor) });
const error = new VoiceError('connection-lost', 'Gone.');
const live = (change: object = {}): CallState =>
  Object.freeze({
    status: 'live',
    turn: 'listening',
    muted: false,
    quality: 'good',
    voice: true,
    ...change,
  });
const ended: CallState = Object.freeze({ status: 'ended', reason: 'user', durationMs: 5 });

const states = {
  idle: IDLE,
  connecting: connecting('microphone', 'token', 'connection'),
  'connecting, token there': connecting('microphone', 'connection'),
  live: live(),
  'live, speaking, muted, poor': live({ turn: 'speaking', muted: true, quality: 'poor' }),
  recovering: Object.freeze<CallState>({
    status: 'recovering',
    attempt: 2,
    cause: 'network',
    nextTryAt: 9_000,
    voice: false,
  }),
  ended,
};

const actions = {
  start: { type: 'start' },
  'ready: token': { type: 'ready', step: 'token' },
  live: { type: 'live', muted: true, voice: true },
  'turn: speaking': { type: 'change', change: { turn: 'speaking' } },
  'muted: true': { type: 'change', change: { muted: true } },
  'quality: poor': { type: 'change', change: { quality: 'poor' } },
  'turn: speaking, muted: false': { type: 'change', change: { turn: 'speaking', muted: false } },
  'voice: true': { type: 'change', change: { voice: true } },
  recover: { type: 'recover', step: { attempt: 3, cause: 'session-limit' } },
  'end: user': { type: 'end', end: { reason: 'user', durationMs: 7 } },
  'end: connection-lost': { type: 'end', end: { reason: 'connection-lost', durationMs: 7, error } },
} satisfies Record<string, CallAction>;

const recovering = (voice: boolean): CallState => ({
  status: 'recovering',
  attempt: 3,
  cause: 'session-limit',
  voice,
});

type Outcomes = Partial<Record<keyof typeof actions, CallState>>;
const started = connecting('microphone', 'token', 'connection');
const over = (reason: 'user' | 'connection-lost'): CallState => ({
  status: 'ended',
  reason,
  durationMs: 7,
  ...(reason === 'connection-lost' && { error }),
});
const ends: Outcomes = {
  'end: user': over('user'),
  'end: connection-lost': over('connection-lost'),
};

/** What is not named here changes nothing. */
const changes: Record<keyof typeof states, Outcomes> = {
  idle: { start: started },
  connecting: {
    'ready: token': connecting('microphone', 'connection'),
    live: live({ muted: true }),
    ...ends,
  },
  'connecting, token there': { live: live({ muted: true }), ...ends },
  live: {
    'turn: speaking': live({ turn: 'speaking' }),
    'muted: true': live({ muted: true }),
    'quality: poor': live({ quality: 'poor' }),
    'turn: speaking, muted: false': live({ turn: 'speaking' }),
    recover: recovering(true),
    ...ends,
  },
  'live, speaking, muted, poor': {
    'turn: speaking, muted: false': live({ turn: 'speaking', quality: 'poor' }),
    recover: recovering(true),
    ...ends,
  },
  // By text it goes on by text, unless the visitor has asked for more meanwhile.
  recovering: {
    live: live({ muted: true }),
    'voice: true': { ...states.recovering, voice: true } as CallState,
    recover: recovering(false),
    ...ends,
  },
  ended: { start: started },
};

const keys = <K extends string>(table: Record<K, unknown>) => Object.keys(table) as K[];
const table = keys(states).flatMap((state) =>
  keys(actions).map((action) => ({ state, action, next: changes[state][action] })),
);

describe('the state of a call', () => {
  it.each(table.filter(({ next }) => next))('$state → $action → new', ({ state, action, next }) => {
    const result = nextState(states[state], actions[action]);
    expect(result).toEqual(next);
    expect(Object.isFrozen(result)).toBe(true);
  });

  it.each(table.filter(({ next }) => !next))('$state → $action → same', ({ state, action }) => {
    expect(nextState(states[state], actions[action])).toBe(states[state]);
  });

  it('names an error only where there is one', () => {
    expect(nextState(live(), actions['end: user'])).not.toHaveProperty('error');
  });

  it('leaves the state before it as it was', () => {
    const before = connecting('microphone', 'token');
    nextState(before, actions['ready: token']);
    expect(before).toEqual(connecting('microphone', 'token'));
  });
});
