/** The transcript is the same whatever the network does to the order of events. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { ServerEvent } from '../../src/core/protocol.js';
import { Transcript } from '../../src/core/transcript.js';
import { answered, event, spoken, toolCalled, typed } from '../support/server-events.js';

const transcriptOf = (events: readonly ServerEvent[]) => {
  const transcript = new Transcript();
  for (const one of events) transcript.receive(one);
  return transcript;
};

const itemsAfter = (events: readonly ServerEvent[]) => transcriptOf(events).items;

const linesAfter = (events: readonly ServerEvent[]) =>
  itemsAfter(events).map(({ role, text }) => `${role}: ${text}`);

const QUESTION = 'Where is my order? ';
const ANSWER = 'It will be with you tomorrow.';

describe('a spoken turn', () => {
  const events = [...spoken('u1', QUESTION, null), ...answered('resp_1', 'a1', ANSWER, 'u1')];

  it('reads as it was said', () => {
    expect(itemsAfter(events)).toEqual([
      { id: 'u1', role: 'user', text: QUESTION, final: true, interrupted: false },
      { id: 'a1', role: 'agent', text: ANSWER, final: true, interrupted: false },
    ]);
  });

  it('has a place for the visitor’s words from their first sound on', () => {
    expect(itemsAfter(events.slice(0, 1))).toEqual([
      { id: 'u1', role: 'user', text: '', final: false, interrupted: false },
    ]);
  });

  it('grows word by word and is open until the end', () => {
    const deltas = events.filter(({ type }) => type === 'response.output_audio_transcript.delta');
    expect(itemsAfter(deltas.slice(0, 3))).toEqual([
      { id: 'a1', role: 'agent', text: 'It will be ', final: false, interrupted: false },
    ]);
  });

  it('has the question first even when its transcription comes after the answer', () => {
    const late = events.filter(({ type }) => type.includes('input_audio_transcription'));
    const rest = events.filter((one) => !late.includes(one));
    expect(linesAfter([...rest, ...late])).toEqual([`user: ${QUESTION}`, `agent: ${ANSWER}`]);
  });

  it('takes the words of “completed” over those of the deltas', () => {
    expect(
      linesAfter([
        ...events,
        event('conversation.item.input_audio_transcription.delta', { item_id: 'u1', delta: 'x' }),
      ]),
    ).toEqual([`user: ${QUESTION}`, `agent: ${ANSWER}`]);
  });

  it('has the same items after an event that says nothing new', () => {
    const transcript = transcriptOf(events);
    const { items } = transcript;
    const others = [event('rate_limits.updated'), event('a.future.event')];
    for (const again of [...events, ...others]) expect(transcript.receive(again)).toBe(undefined);
    expect(transcript.items).toHaveLength(items.length);
    for (const [index, item] of transcript.items.entries()) expect(item).toBe(items[index]);
  });

  it('tells which item is a new one', () => {
    const transcript = transcriptOf(events.slice(0, 1));
    const said = event('conversation.item.input_audio_transcription.completed', {
      item_id: 'u1',
      transcript: QUESTION,
    });
    expect(transcript.receive(said)).toBe(transcript.items[0]);
  });

  it('gives items that nobody can change', () => {
    for (const item of itemsAfter(events)) expect(Object.isFrozen(item)).toBe(true);
  });
});

describe('other conversations', () => {
  it('marks an interrupted answer, and the new turn follows it', () => {
    const items = itemsAfter([
      ...spoken('u1', QUESTION, null),
      ...answered('resp_1', 'a1', 'It will ', 'u1', { interrupted: true }),
      ...spoken('u2', 'Stop. ', 'a1'),
    ]);
    expect(items.map(({ id, text, interrupted }) => [id, text, interrupted])).toEqual([
      ['u1', QUESTION, false],
      ['a1', 'It will ', true],
      ['u2', 'Stop. ', false],
    ]);
  });

  it('adds nothing to an answer that was truncated', () => {
    const late = event('response.output_audio_transcript.delta', {
      item_id: 'a1',
      delta: 'more',
    });
    const answer = answered('resp_1', 'a1', 'It will ', null, { interrupted: true });
    expect(linesAfter([...answer, late])).toEqual(['agent: It will ']);
  });

  it('keeps of an interrupted answer what was heard, whichever is known first', () => {
    const said = 'Our ferns are twelve dollars, and every cactus is eight.';
    const answer = answered('resp_1', 'a1', said, null);
    const stopped = (ms: unknown) =>
      event('conversation.item.truncated', {
        item_id: 'a1',
        content_index: 0,
        audio_end_ms: ms,
      });
    for (const [ms, heard] of [
      [1_000, 'Our ferns are'],
      [0, ''],
      [60_000, said],
      [Number.NaN, said],
      ['soon', said],
    ] as const) {
      const wanted = [{ id: 'a1', role: 'agent', text: heard, final: true, interrupted: true }];
      expect(itemsAfter([...answer, stopped(ms)]), String(ms)).toEqual(wanted);
      expect(itemsAfter([stopped(ms), ...answer]), String(ms)).toEqual(wanted);
      expect(itemsAfter([...answer, stopped(ms), ...answer]), String(ms)).toEqual(wanted);
    }
    expect(
      linesAfter([...answered('r', 'a1', '一株蕨類十二元，仙人掌八元。', null), stopped(1_000)]),
    ).toEqual(['agent: 一株蕨類十']);
  });

  it('has no line for a silence that the service took for a turn', () => {
    const idle = event('input_audio_buffer.timeout_triggered', { item_id: 'u1' });
    const heard = spoken('u1', 'Thanks for watching!', null);
    expect(linesAfter([idle, ...heard.slice(2)])).toEqual([]);
    expect(linesAfter([...heard, idle])).toEqual([]);
  });

  it('lets tool calls and their outputs hold a place without a line', () => {
    const call = toolCalled('resp_1', 'call', 'u1');
    const answer = answered('resp_2', 'a1', ANSWER, 'call_output');
    const question = spoken('u1', QUESTION, null);
    for (const events of [
      [...question, ...call, ...answer],
      [...answer, ...question, ...call],
      [...call, ...answer, ...question],
    ]) {
      expect(linesAfter(events)).toEqual([`user: ${QUESTION}`, `agent: ${ANSWER}`]);
    }
  });

  it('takes a deleted item away for good and leaves the rest in order', () => {
    const events = [
      ...typed('u1', 'one', null),
      ...typed('u2', 'two', 'u1'),
      ...typed('u3', 'three', 'u2'),
    ];
    const deleted = event('conversation.item.deleted', { item_id: 'u2' });
    const wanted = ['user: one', 'user: three'];
    expect(linesAfter([...events, deleted])).toEqual(wanted);
    expect(linesAfter([...events, deleted, ...events])).toEqual(wanted);
    expect(linesAfter([deleted, ...events.toReversed()])).toEqual(wanted);
  });

  it('closes an item whose transcription failed', () => {
    const failed = event('conversation.item.input_audio_transcription.failed', {
      item_id: 'u1',
      error: { message: 'no' },
    });
    expect(itemsAfter([...spoken('u1', '', null).slice(0, 5), failed])).toEqual([
      { id: 'u1', role: 'user', text: '', final: true, interrupted: false },
    ]);
  });

  it('shows no system messages', () => {
    const item = {
      id: 's1',
      type: 'message',
      role: 'system',
      content: [{ type: 'input_text', text: 'Be kind.' }],
    };
    expect(itemsAfter([event('conversation.item.added', { item })])).toEqual([]);
  });

  it('survives items that name each other as their predecessor', () => {
    const circle = [...typed('u1', 'one', 'u2'), ...typed('u2', 'two', 'u1')];
    expect(linesAfter(circle).toSorted()).toEqual(['user: one', 'user: two']);
  });
});

describe('a picture', () => {
  it('has its place among what the visitor typed', () => {
    const shown = (id: string, ...words: string[]) =>
      event('conversation.item.added', {
        item: {
          id,
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_image', image_url: 'data:image/jpeg;base64,AA' },
            ...words.map((text) => ({ type: 'input_text', text })),
          ],
        },
      });
    const items = itemsAfter([shown('u1'), shown('u2', 'What is this?')]);
    expect(items.map(({ text, final }) => [text, final])).toEqual([
      ['(picture) ', true],
      ['(picture) What is this?', true],
    ]);
  });
});

describe('a conversation of a thousand turns', () => {
  it('takes the next turn without going through those before it', () => {
    const turn = (n: number) => [
      ...spoken(`u${n}`, QUESTION, n === 1 ? null : `a${n - 1}`),
      ...answered(`resp_${n}`, `a${n}`, ANSWER, `u${n}`),
    ];
    const transcript = transcriptOf(Array.from({ length: 1_000 }, (_, n) => turn(n + 1)).flat());
    const next = turn(1_001);
    // Whatever puts things in order begins with it.
    const walks = vi.spyOn(Array.prototype, 'map');
    for (const one of next) transcript.receive(one);
    const lengths = walks.mock.contexts.map((walked) => (walked as unknown[]).length);
    walks.mockRestore();
    expect(Math.max(0, ...lengths)).toBeLessThan(10);
    expect(transcript.items).toHaveLength(2_002);
  });
});

describe('a conversation without an end', () => {
  it('keeps the newest five thousand, in order, whatever they follow', () => {
    const ids = Array.from({ length: 5_100 }, (_, index) => `u${index}`);
    for (const before of [(index: number) => ids[index - 1] ?? null, () => 'root']) {
      const transcript = new Transcript();
      for (const [index, id] of ids.entries()) {
        transcript.receive(
          event('input_audio_buffer.committed', { item_id: id, previous_item_id: before(index) }),
        );
      }
      expect(transcript.items.map(({ id }) => id)).toEqual(ids.slice(100));
    }
  });
});

describe('whatever the network does', () => {
  const replayed = (status: string) => ({
    id: 'a4',
    type: 'message',
    role: 'assistant',
    status,
    content: [{ type: 'output_text', text: 'As I said before.' }],
  });
  const stream = [
    ...spoken('u1', QUESTION, null),
    ...answered('resp_1', 'a1', ANSWER, 'u1'),
    ...spoken('u2', 'And the other one? ', 'a1'),
    ...toolCalled('resp_2', 'call', 'u2'),
    ...answered('resp_3', 'a2', 'The other one ', 'call_output', { interrupted: true }),
    ...typed('u3', 'Thank you', 'a2'),
    ...answered('resp_4', 'a3', 'You are welcome.', 'u3'),
    // Deleted by the page; an answer replayed as text; a service that says where only once.
    ...typed('u4', 'Forget this', 'a3'),
    event('conversation.item.deleted', { item_id: 'u4' }),
    event('conversation.item.added', { item: replayed('in_progress'), previous_item_id: 'u4' }),
    event('conversation.item.done', { item: replayed('completed'), previous_item_id: null }),
  ];

  it('D4 ends with the same transcript for every order and repetition of the events', () => {
    const wanted = itemsAfter(stream);
    expect(wanted).toHaveLength(7);
    const disorder = fc
      .array(fc.nat({ max: stream.length - 1 }), { maxLength: 10 })
      .chain((again) => {
        const events = [...stream, ...again.map((index) => stream[index] ?? event('none'))];
        return fc.shuffledSubarray(events, { minLength: events.length });
      });
    fc.assert(
      fc.property(disorder, (events) => {
        expect(itemsAfter(events)).toEqual(wanted);
      }),
      { numRuns: 20_000 },
    );
  }, 60_000);
});
