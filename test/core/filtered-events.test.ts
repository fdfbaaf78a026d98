/**
 * A page behind Azure's event filter sees where answers begin and end all the same, and so asks for one
 * after another.
 */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { unfiltered } from '../../src/core/filtered-events.js';
import type { ClientEvent, ServerEvent } from '../../src/core/protocol.js';
import { Responses } from '../../src/core/responses.js';
import { passesFilter } from '../../src/local/call/event-filter.js';
import { event } from '../support/server-events.js';

const of = (id: string, type: string) => event(type, { response_id: id, item_id: `item_${id}` });
const written = (id: string) => [
  of(id, 'response.output_text.delta'),
  of(id, 'response.output_text.done'),
];
const spoken = (id: string) => [
  of(id, 'output_audio_buffer.started'),
  of(id, 'response.output_audio_transcript.delta'),
  of(id, 'response.output_audio_transcript.done'),
  of(id, 'output_audio_buffer.stopped'),
];
const heard = event('input_audio_buffer.speech_started', { item_id: 'u' });

let filter: ReturnType<typeof unfiltered>;
beforeEach(() => {
  filter = unfiltered();
});

/** What a page sees, in short. */
function seen(...events: ServerEvent[]): string[] {
  return events
    .flatMap((one) => [...filter.toGa(one)])
    .map((one) => {
      if ('response' in one) return `${one.type} ${one.response.id} ${one.response.status}`;
      return 'response_id' in one ? `${one.type} ${one.response_id}` : one.type;
    });
}

describe('an answer', () => {
  it('that is written begins with its first words and ends with its last', () => {
    expect(seen(...written('r1'))).toEqual([
      'response.created r1 in_progress',
      'response.output_text.delta r1',
      'response.output_text.done r1',
      'response.done r1 completed',
    ]);
  });

  it('that is spoken ends when it was heard, as more of it may follow its words', () => {
    expect(seen(...spoken('r1'))).toEqual([
      'response.created r1 in_progress',
      'output_audio_buffer.started r1',
      'response.output_audio_transcript.delta r1',
      'response.output_audio_transcript.done r1',
      'response.done r1 completed',
      'output_audio_buffer.stopped r1',
    ]);
  });

  it('that the visitor talks over is not heard any more', () => {
    const [started, delta] = spoken('r1') as [ServerEvent, ServerEvent];
    expect(seen(started, delta, heard).slice(3)).toEqual([
      'output_audio_buffer.cleared r1',
      'response.done r1 cancelled',
      'input_audio_buffer.speech_started',
    ]);
    expect(seen(...spoken('r2')).at(0)).toBe('response.created r2 in_progress');
  });

  it('that the page cancels ends with its words', () => {
    const [started, delta, done, stopped] = spoken('r1') as [ServerEvent, ...ServerEvent[]];
    seen(started, delta!);
    const cancel: ClientEvent = { type: 'response.cancel', response_id: 'r1' };
    expect(filter.toBeta(cancel)).toBe(cancel);
    expect(seen(done!)).toEqual([
      'response.output_audio_transcript.done r1',
      'response.done r1 cancelled',
    ]);
    expect(seen(stopped!)).toEqual(['output_audio_buffer.stopped r1']);
  });

  it('whose end nobody told of ends where the next one begins', () => {
    seen(...spoken('r1').slice(0, 2));
    expect(seen(...written('r2')).slice(0, 2)).toEqual([
      'response.done r1 completed',
      'response.created r2 in_progress',
    ]);
  });
});

it.each([
  ['written', written],
  ['spoken', spoken],
])('one answer after another is asked for, each when the one before has ended: %s', (_, answer) => {
  const sent: string[] = [];
  const responses = new Responses((one) => sent.push(filter.toBeta(one).type));
  const observe = (one: ServerEvent) => {
    for (const each of filter.toGa(one)) responses.observe(each);
  };
  for (const id of ['r1', 'r2', 'r3']) {
    responses.request();
    const [first, ...rest] = answer(id) as [ServerEvent, ...ServerEvent[]];
    observe(first);
    expect(sent.splice(0)).toEqual(['response.create']);
    responses.request();
    for (const one of rest) {
      expect(sent).toEqual([]);
      observe(one);
    }
    expect(sent.splice(0)).toEqual(['response.create']);
    for (const one of answer(`${id}-more`)) observe(one);
  }
});

describe('whatever comes', () => {
  const anything = fc.array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom('r1', 'r2', 'r3'), fc.nat(3), fc.boolean())
        .map(
          ([id, index, byVoice]) =>
            (byVoice ? spoken(id) : written(id))[index % (byVoice ? 4 : 2)]!,
        ),
      fc.constant(heard),
    ),
  );

  it('passes as it is, and of answers at most one is open', () => {
    fc.assert(
      fc.property(anything, (events) => {
        const { toGa } = unfiltered();
        let open: string | undefined;
        const passed: ServerEvent[] = [];
        for (const one of events.flatMap((each) => [...toGa(each)])) {
          if (one.type === 'response.created') {
            expect(open).toBeUndefined();
            open = one.response.id;
          } else if (one.type === 'response.done') {
            expect(one.response.id).toBe(open);
            open = undefined;
          } else if (passesFilter(one.type)) passed.push(one);
        }
        expect(passed).toEqual(events);
      }),
    );
  });
});
