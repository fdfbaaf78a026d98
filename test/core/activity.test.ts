/** Whose turn it is, along the sequences in which a service sends its events. */
import { describe, expect, it } from 'vitest';
import { nextActivity, QUIET, turnOf } from '../../src/core/activity.js';
import type { Turn } from '../../src/core/call-state.js';
import type { ClientEvent, ServerEvent } from '../../src/core/protocol.js';
import {
  answered,
  errorEvent,
  event,
  responseEvent,
  spoken,
  typed,
} from '../support/server-events.js';

type Events = readonly (ServerEvent | ClientEvent)[];

/** The turns that a visitor sees, one after another. */
function turnsOf(events: Events): Turn[] {
  let activity = QUIET;
  const turns: Turn[] = ['listening'];
  for (const one of events) {
    activity = nextActivity(activity, one);
    const turn = turnOf(activity);
    if (turn !== turns.at(-1)) turns.push(turn);
  }
  return turns;
}

const create: ClientEvent = { type: 'response.create' };
const question = spoken('u1', 'Hello? ', null);
const answer = answered('resp_1', 'a1', 'Good morning.', 'u1');
const until = (events: ServerEvent[], type: string) =>
  events.slice(0, events.findIndex((one) => one.type === type) + 1);
const half = until(answer, 'output_audio_buffer.started');
const cut = (responseId: string) => [
  responseEvent('response.done', responseId, 'cancelled'),
  event('output_audio_buffer.cleared', { response_id: responseId }),
];

describe('whose turn it is', () => {
  it.each<[story: string, events: Events, turns: Turn[]]>([
    [
      'a spoken turn',
      [...question, ...answer],
      ['listening', 'hearing', 'thinking', 'speaking', 'listening'],
    ],
    ['a greeting', [create, ...answer], ['listening', 'thinking', 'speaking', 'listening']],
    [
      'a typed turn',
      [...typed('u1', 'Hello', null), create, ...answer],
      ['listening', 'thinking', 'speaking', 'listening'],
    ],
    [
      'a typed turn with a written answer',
      [
        create,
        responseEvent('response.created', 'resp_1'),
        event('response.output_text.delta', { item_id: 'a1', delta: 'Hi' }),
        responseEvent('response.done', 'resp_1'),
      ],
      ['listening', 'thinking', 'listening'],
    ],
    [
      'barge-in while the answer is being made',
      [
        ...question,
        ...half,
        ...question.slice(0, 1),
        ...cut('resp_1'),
        ...question.slice(1),
        ...answered('resp_2', 'a2', 'Yes?', 'u2'),
      ],
      [
        'listening',
        'hearing',
        'thinking',
        'speaking',
        'hearing',
        'thinking',
        'speaking',
        'listening',
      ],
    ],
    [
      'barge-in while only the sound is left',
      [
        ...until(answer, 'response.done'),
        ...question.slice(0, 1),
        event('output_audio_buffer.cleared', { response_id: 'resp_1' }),
        ...question.slice(1),
      ],
      ['listening', 'thinking', 'speaking', 'hearing', 'thinking'],
    ],
    [
      'the stop button',
      [...question, ...half, ...cut('resp_1')],
      ['listening', 'hearing', 'thinking', 'speaking', 'listening'],
    ],
    [
      'a response that failed',
      [...question, ...half.slice(0, 1), responseEvent('response.done', 'resp_1', 'failed')],
      ['listening', 'hearing', 'thinking', 'listening'],
    ],
    [
      'a request that was refused',
      [create, errorEvent('invalid_value')],
      ['listening', 'thinking', 'listening'],
    ],
    [
      'a visitor who says nothing for too long',
      [event('input_audio_buffer.timeout_triggered', { item_id: 'u1' }), ...answer],
      ['listening', 'thinking', 'speaking', 'listening'],
    ],
    [
      'push to talk, let go too early',
      [...question.slice(0, 1), event('input_audio_buffer.cleared')],
      ['listening', 'hearing', 'listening'],
    ],
    [
      'a visitor who says nothing for too long, and whose answer takes its time',
      [
        event('input_audio_buffer.timeout_triggered', { item_id: 'u1' }),
        event('rate_limits.updated'),
      ],
      ['listening', 'thinking'],
    ],
    [
      'a buffer that is cleared while the agent speaks',
      [...half, event('input_audio_buffer.cleared')],
      ['listening', 'thinking', 'speaking'],
    ],
    [
      'an error about something else while one answer is made and the next is due',
      [
        ...question,
        responseEvent('response.created', 'resp_1'),
        ...question.slice(0, 2),
        errorEvent('invalid_value'),
        responseEvent('response.done', 'resp_1', 'cancelled'),
      ],
      ['listening', 'hearing', 'thinking', 'hearing', 'thinking'],
    ],
    [
      'a request while an answer is made, which is refused',
      [
        responseEvent('response.created', 'resp_1'),
        create,
        errorEvent('conversation_already_has_active_response'),
        responseEvent('response.done', 'resp_1'),
      ],
      ['listening', 'thinking', 'listening'],
    ],
    [
      'a refused request while the visitor speaks',
      [create, question[0]!, errorEvent('invalid_value')],
      ['listening', 'thinking', 'hearing'],
    ],
  ])('%s', (_story, events, turns) => {
    expect(turnsOf(events)).toEqual(turns);
  });

  it('is not ended by the late end of an earlier answer', () => {
    const cleared = event('output_audio_buffer.cleared', { response_id: 'resp_1' });
    const late = [responseEvent('response.done', 'resp_1', 'cancelled'), cleared];
    const second = answered('resp_2', 'a2', 'Yes?', 'u2');
    for (const end of ['response.created', 'output_audio_buffer.started']) {
      const before = [...question, ...half, cleared, ...question, ...until(second, end)];
      expect(turnsOf([...before, ...late])).toEqual(turnsOf(before));
    }
  });

  it('is speaking until the sound ends, long after the answer is made', () => {
    expect(turnsOf(until(answer, 'response.done')).at(-1)).toBe('speaking');
  });

  it('is nobody’s at first', () => {
    expect(turnOf(QUIET)).toBe('listening');
  });

  it('does not change with events that are about something else', () => {
    for (const other of [
      event('rate_limits.updated'),
      event('a.future.event'),
      errorEvent('invalid_value'),
      ...typed('u1', 'x', null),
    ]) {
      expect(nextActivity(QUIET, other)).toBe(QUIET);
    }
  });
});
