/**
 * A page behind Azure's event filter sees where answers begin and end all the same, and so asks for one
 * after another.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Conversation } from '../../src/core/conversation.js';
import { dialect } from '../../src/core/filtered-events.js';
import type { ClientEvent, ServerEvent } from '../../src/core/protocol.js';
import type { Responses } from '../../src/core/responses.js';
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

let filter: ReturnType<typeof dialect>;
/** What the page was told without anything having come. */
let emitted: ServerEvent[];
beforeEach(() => {
  vi.useFakeTimers();
  emitted = [];
  filter = dialect((one) => emitted.push(one));
});
afterEach(() => {
  filter.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function inShort(one: ServerEvent): string {
  if ('response' in one) return `${one.type} ${one.response.id} ${one.response.status}`;
  return 'response_id' in one ? `${one.type} ${one.response_id}` : one.type;
}

/** What a page sees. */
const seen = (...events: ServerEvent[]) =>
  events.flatMap((one) => [...filter.toGa(one)]).map(inShort);
/** What a page is told by itself, after so many ms. */
async function told(ms = 0): Promise<string[]> {
  await vi.advanceTimersByTimeAsync(ms);
  return emitted.splice(0).map(inShort);
}

const stop = (id?: string) => {
  if (id !== undefined) filter.toBeta({ type: 'response.cancel', response_id: id });
  filter.toBeta({ type: 'output_audio_buffer.clear' });
};

describe('an answer', () => {
  it('that is written begins with its first words and ends with its last', () => {
    expect(seen(...written('r1'))).toEqual([
      'response.created r1 in_progress',
      'response.output_text.delta r1',
      'response.output_text.done r1',
      'response.done r1 completed',
    ]);
  });

  it('that is spoken ends with its words, too, and is heard on', () => {
    expect(seen(...spoken('r1'))).toEqual([
      'response.created r1 in_progress',
      'output_audio_buffer.started r1',
      'response.output_audio_transcript.delta r1',
      'response.output_audio_transcript.done r1',
      'response.done r1 completed',
      'output_audio_buffer.stopped r1',
    ]);
  });

  it('of which nothing is read ends when it was heard', () => {
    const [started, , , stopped] = spoken('r1');
    expect(seen(started!, stopped!)).toEqual([
      'response.created r1 in_progress',
      'output_audio_buffer.started r1',
      'response.done r1 completed',
      'output_audio_buffer.stopped r1',
    ]);
  });

  it('that the visitor talks over is not heard any more, and does not begin again', () => {
    const [started, delta, done] = spoken('r1');
    expect(seen(started!, delta!, heard).slice(3)).toEqual([
      'input_audio_buffer.speech_started',
      'output_audio_buffer.cleared r1',
      'response.done r1 cancelled',
    ]);
    expect(seen(delta!, done!)).toEqual([
      'response.output_audio_transcript.delta r1',
      'response.output_audio_transcript.done r1',
    ]);
  });

  it('that may not be talked over goes on', () => {
    filter.toBeta({
      type: 'session.update',
      session: {
        type: 'realtime',
        audio: { input: { turn_detection: { type: 'server_vad', interrupt_response: false } } },
      },
    });
    seen(...spoken('r1').slice(0, 2));
    expect(seen(heard)).toEqual(['input_audio_buffer.speech_started']);
  });

  it('that the page stops falls silent at once and ends with its words', async () => {
    const [started, delta, done] = spoken('r1');
    seen(started!, delta!);
    stop('r1');
    expect(await told()).toEqual(['output_audio_buffer.cleared r1']);
    expect(seen(done!)).toEqual([
      'response.output_audio_transcript.done r1',
      'response.done r1 cancelled',
    ]);
  });

  it('that is stopped after its last word, while it is heard, falls silent', async () => {
    seen(...spoken('r1').slice(0, 3));
    stop();
    expect(await told()).toEqual(['output_audio_buffer.cleared r1']);
  });

  it('that is cancelled ends within two seconds, whatever the service does', async () => {
    seen(...spoken('r1').slice(0, 1));
    stop('r1');
    await told();
    expect(await told(1_999)).toEqual([]);
    expect(await told(1)).toEqual(['response.done r1 cancelled']);
  });

  it('whose end nobody told of ends where the next one has begun', () => {
    seen(...spoken('r1').slice(0, 2));
    expect(seen(...written('r2')).slice(0, 2)).toEqual([
      'response.created r2 in_progress',
      'response.done r1 completed',
    ]);
  });

  it('that follows a cancelled one at once is whole', async () => {
    seen(...spoken('r1').slice(0, 1));
    stop('r1');
    await told();
    expect(seen(...written('r2')).at(-1)).toBe('response.done r2 completed');
    expect(await told(2_000)).toEqual([]);
  });

  it('that never comes is an error after 25 seconds, about the request for it', async () => {
    filter.toBeta({ type: 'response.create', event_id: 'asked-1' });
    await vi.advanceTimersByTimeAsync(25_000);
    expect(emitted).toMatchObject([{ type: 'error', error: { event_id: 'asked-1' } }]);
    filter.toBeta({ type: 'response.create', event_id: 'asked-2' });
    seen(...written('r1'));
    await vi.advanceTimersByTimeAsync(25_000);
    expect(emitted).toHaveLength(1);
  });

  it('is not spoken of once the line is closed', async () => {
    seen(...spoken('r1').slice(0, 1));
    filter.toBeta({ type: 'response.create' });
    stop('r1');
    filter.close();
    expect(await told(60_000)).toEqual([]);
  });
});

describe('answers are asked for one after another', () => {
  let sent: string[];
  let conversation: Conversation;
  let responses: Responses;
  const observe = (...events: ServerEvent[]) => {
    for (const one of events) for (const each of filter.toGa(one)) conversation.received(each);
  };
  beforeEach(() => {
    sent = [];
    const send = (one: ClientEvent) => {
      sent.push(filter.toBeta(one).type);
      conversation.sent(one);
    };
    conversation = new Conversation(send, {
      onTurn: () => undefined,
      onTranscript: () => undefined,
    });
    ({ responses } = conversation);
    filter.close();
    filter = dialect((one) => conversation.received(one));
  });

  it.each([
    ['written', written],
    ['spoken', spoken],
  ])('each when the one before has ended: %s', (_, answer) => {
    for (const id of ['r1', 'r2', 'r3']) {
      responses.request();
      const [first, ...rest] = answer(id) as [ServerEvent, ...ServerEvent[]];
      observe(first);
      expect(sent.splice(0)).toEqual(['response.create']);
      responses.request();
      expect(sent).toEqual([]);
      observe(...rest);
      expect(sent.splice(0)).toEqual(['response.create']);
      observe(...answer(`${id}-more`));
    }
  });

  it.each([1, 2, 3])('also after one that was stopped when %i of it had come', async (count) => {
    responses.request();
    observe(...spoken('r1').slice(0, count));
    sent.splice(0);
    responses.interrupt();
    responses.request();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent.filter((type) => type === 'response.create')).toEqual(['response.create']);
    observe(...written('r2'));
    responses.request();
    expect(sent.at(-1)).toBe('response.create');
  });

  it('also after one that never came', async () => {
    responses.request();
    await vi.advanceTimersByTimeAsync(25_000);
    responses.request();
    expect(sent).toEqual(['response.create', 'response.create']);
  });
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

  it('passes as it is, and every answer that ends has begun, and ends once', () => {
    fc.assert(
      fc.property(anything, (events) => {
        const { toGa } = dialect(() => undefined);
        const open = new Set<string | undefined>();
        const passed: ServerEvent[] = [];
        for (const one of events.flatMap((each) => [...toGa(each)])) {
          if (one.type === 'response.created') {
            expect(open.has(one.response.id)).toBe(false);
            open.add(one.response.id);
          } else if (one.type === 'response.done') {
            expect(open.delete(one.response.id)).toBe(true);
          } else if (passesFilter(one.type)) passed.push(one);
        }
        expect(passed).toEqual(events);
        expect(open.size).toBeLessThanOrEqual(1);
      }),
    );
  });
});
