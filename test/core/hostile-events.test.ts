/** Events of the wrong shape: they may be refused, but change nothing that they should not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextActivity, QUIET, turnOf } from '../../src/core/activity.js';
import { Conversation } from '../../src/core/conversation.js';
import type { ServerEvent } from '../../src/core/protocol.js';
import { Transcript } from '../../src/core/transcript.js';
import { answered, errorEvent, event, spoken, typed } from '../support/server-events.js';

/** Any order of an honest conversation. */
const honest: ServerEvent[] = [
  event('session.created', { session: { id: 'sess_1', audio: { input: {} } } }),
  ...spoken('u1', 'Hello? ', null),
  ...answered('resp_1', 'a1', 'Good morning.', 'u1', { interrupted: true }),
  ...typed('u2', 'Hi', 'a1'),
  errorEvent('invalid_value', 'x'),
];

/** The path of every field of an event, as lists of keys. */
function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...pathsOf(inner).map((path) => [key, ...path]),
  ]);
}

function replaced(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)], rest, by));
  return {
    ...(value as object),
    [key]: replaced((value as Record<string, unknown>)[key], rest, by),
  };
}

const strange = fc.oneof(
  fc.constantFrom(undefined, null, {}, [], '', '__proto__', 'constructor', 0, 1e9, true),
  fc.constant(JSON.parse('{"__proto__": {"polluted": true}, "length": 1e9}') as unknown),
  fc.jsonValue(),
);

/** An honest event in which one field, but not its type, is something else. */
const hostile = fc.constantFrom(...honest).chain((one) => {
  const paths = pathsOf(one).filter((path) => path[0] !== 'type');
  return fc
    .tuple(fc.constantFrom(...paths), strange)
    .map(([path, by]) => replaced(one, path, by) as ServerEvent);
});

const stream = fc.array(fc.oneof(fc.constantFrom(...honest), hostile), { maxLength: 12 });

/** What an event may do at most is throw. */
function attempt<T>(before: T, step: () => T): T {
  try {
    return step();
  } catch {
    return before;
  }
}

const isPolluted = () => Object.keys(Object.prototype).length > 0 || 'polluted' in {};

describe('events of the wrong shape', () => {
  it('D8 never put anything but words into the transcript', () => {
    fc.assert(
      fc.property(stream, (events) => {
        const transcript = new Transcript();
        for (const one of events) attempt(undefined, () => transcript.receive(one));
        for (const { id, role, text, final, interrupted } of transcript.items) {
          expect([typeof id, typeof text]).toEqual(['string', 'string']);
          expect([typeof final, typeof interrupted]).toEqual(['boolean', 'boolean']);
          expect(['user', 'agent']).toContain(role);
          expect(text).not.toContain('[object');
        }
        expect(isPolluted()).toBe(false);
      }),
      { numRuns: 10_000 },
    );
  }, 60_000);

  it('never leave a turn that does not exist', () => {
    fc.assert(
      fc.property(stream, (events) => {
        const activity = events.reduce(
          (before, one) => attempt(before, () => nextActivity(before, one)),
          QUIET,
        );
        expect(['listening', 'hearing', 'thinking', 'speaking']).toContain(turnOf(activity));
      }),
      { numRuns: 10_000 },
    );
  }, 60_000);

  it('do not stop the next honest turn from being followed', () => {
    fc.assert(
      fc.property(stream, (events) => {
        const turns: string[] = [];
        const conversation = new Conversation(() => undefined, {
          onTurn: (turn) => turns.push(turn),
          onTranscript: () => undefined,
        });
        const turn = [
          ...spoken('question', 'Still there? ', null),
          ...answered('resp_9', 'answer', 'Yes.', 'question'),
        ];
        for (const one of [...events, ...turn]) {
          attempt(undefined, () => {
            conversation.received(one);
          });
        }
        const said = conversation.items.filter(({ id }) => ['question', 'answer'].includes(id));
        expect(said.map(({ text }) => text)).toEqual(['Still there? ', 'Yes.']);
        expect(turns.at(-1)).toBe('listening');
      }),
      { numRuns: 5_000 },
    );
  }, 60_000);

  it('D8 do not become text when a delta is an object', () => {
    const delta = { item_id: 'a1', delta: {} };
    const text = { item_id: 'a1', delta: 'fine' };
    const type = 'response.output_audio_transcript.delta';
    const transcript = new Transcript();
    for (const one of [event(type, delta), event(type, text)]) transcript.receive(one);
    expect(transcript.items.map((item) => item.text)).toEqual(['fine']);
  });
});
