/** What is known of one item after each event, and where it stands among the others. */
import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../src/core/protocol.js';
import { Transcript } from '../../src/core/transcript.js';
import { event, spoken, typed, written } from '../support/server-events.js';

function itemsAfter(events: readonly ServerEvent[]) {
  const transcript = new Transcript();
  for (const one of events) transcript.receive(one);
  return transcript.items;
}

describe('an item', () => {
  const states = (events: readonly ServerEvent[]) => {
    const transcript = new Transcript();
    return events.flatMap((one) => {
      const item = transcript.receive(one);
      return item ? [[one.type, item.text, item.final, item.interrupted]] : [];
    });
  };
  const part = { item_id: 'a1', content_index: 0 };

  it('is there when the visitor begins to speak, and grows while they are understood', () => {
    expect(states(spoken('u1', 'Good morning', null))).toEqual([
      ['input_audio_buffer.speech_started', '', false, false],
      ['conversation.item.input_audio_transcription.delta', 'Good ', false, false],
      ['conversation.item.input_audio_transcription.delta', 'Good morning', false, false],
      ['conversation.item.input_audio_transcription.completed', 'Good morning', true, false],
    ]);
  });

  it('has its place as soon as the visitor has spoken', () => {
    const events = [
      event('input_audio_buffer.speech_started', { item_id: 'u2' }),
      ...written('a1', 'Yes?', null),
      event('input_audio_buffer.committed', { item_id: 'u2', previous_item_id: 'a1' }),
    ];
    expect(itemsAfter(events).map(({ id }) => id)).toEqual(['a1', 'u2']);
    expect(itemsAfter(events.slice(-1))).toMatchObject([{ id: 'u2', role: 'user' }]);
  });

  it('is final once it is done, whatever was known of it when it was added', () => {
    const item = {
      id: 'a1',
      type: 'message',
      role: 'assistant',
      status: 'incomplete',
      content: [{ type: 'output_text', text: 'Yes' }],
    };
    expect(
      states([
        event('conversation.item.added', { item }),
        event('conversation.item.done', { item: { ...item, status: 'completed' } }),
        event('conversation.item.done', { item }),
      ]),
    ).toEqual([
      ['conversation.item.added', 'Yes', false, false],
      ['conversation.item.done', 'Yes', true, false],
      ['conversation.item.done', 'Yes', true, true],
    ]);
  });

  it('that is written grows, and is final with all its words', () => {
    expect(
      states([
        event('response.output_text.delta', { ...part, delta: 'Two ' }),
        event('response.output_text.delta', { ...part, delta: 'coi' }),
        event('response.output_text.done', { ...part, text: 'Two coins.' }),
        event('response.output_text.delta', { ...part, delta: 'more' }),
      ]),
    ).toEqual([
      ['response.output_text.delta', 'Two ', false, false],
      ['response.output_text.delta', 'Two coi', false, false],
      ['response.output_text.done', 'Two coins.', true, false],
    ]);
  });

  it('that is spoken is final with all its words', () => {
    expect(
      states([
        event('response.output_audio_transcript.delta', { ...part, delta: 'Two ' }),
        event('response.output_audio_transcript.done', { ...part, transcript: 'Two coins.' }),
        event('response.output_audio_transcript.delta', { ...part, delta: 'more' }),
      ]),
    ).toEqual([
      ['response.output_audio_transcript.delta', 'Two ', false, false],
      ['response.output_audio_transcript.done', 'Two coins.', true, false],
    ]);
  });

  it('is final where the agent was stopped', () => {
    expect(
      states([
        event('response.output_audio_transcript.delta', { ...part, delta: 'Two ' }),
        event('conversation.item.truncated', { ...part, audio_end_ms: 5_000 }),
      ]).at(-1),
    ).toEqual(['conversation.item.truncated', 'Two ', true, true]);
  });

  it('has 20,000 letters at most', () => {
    const delta = 'x'.repeat(15_000);
    const one = event('response.output_text.delta', { ...part, delta });
    expect(itemsAfter([one, one])[0]?.text).toHaveLength(20_000);
  });

  it('without an id is none', () => {
    for (const type of ['conversation.item.deleted', 'input_audio_buffer.speech_started']) {
      expect(itemsAfter([event(type)])).toEqual([]);
    }
  });
});

describe('the order of items', () => {
  const idsAfter = (...places: (readonly [id: string, previousId: string | null])[]) =>
    itemsAfter(places.flatMap(([id, previousId]) => typed(id, id, previousId))).map(({ id }) => id);

  it.each([
    [
      'as they came, where nobody says',
      [
        ['a', null],
        ['b', null],
        ['c', null],
      ],
      'a b c',
    ],
    [
      'one that belongs between two others',
      [
        ['a', null],
        ['c', null],
        ['b', 'a'],
      ],
      'a b c',
    ],
    [
      'several that follow one, as they came',
      [
        ['a', null],
        ['d', null],
        ['b', 'a'],
        ['c', 'a'],
      ],
      'a b c d',
    ],
    [
      'one that follows what nobody has heard of',
      [
        ['a', 'x'],
        ['c', 'b'],
        ['b', 'a'],
      ],
      'a b c',
    ],
    [
      'some that came backwards',
      [
        ['c', 'b'],
        ['b', 'a'],
        ['a', null],
      ],
      'a b c',
    ],
    [
      'one whose place is said later',
      [
        ['b', null],
        ['a', null],
        ['c', null],
        ['b', 'a'],
      ],
      'a b c',
    ],
    [
      'one that follows the last but one',
      [
        ['a', null],
        ['c', 'a'],
        ['b', 'a'],
      ],
      'a c b',
    ],
  ] as const)('%s', (_story, places, order) => {
    expect(idsAfter(...places).join(' ')).toBe(order);
  });
});
