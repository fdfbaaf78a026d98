/** The beta's events as GA's and back, and that no event, however odd, does more than pass. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBeta, toGa } from '../../src/core/preview-events.js';
import type { ClientEvent, ServerEvent } from '../../src/core/protocol.js';
import { Transcript } from '../../src/core/transcript.js';
import { answered, event, responseEvent, spoken, typed } from '../support/server-events.js';

const ga = (from: object) => toGa(from as ServerEvent);
const beta = (from: object) => toBeta(from as ClientEvent);

const agentItem = (type: string, status = 'completed') => ({
  id: 'a1',
  type: 'message',
  role: 'assistant',
  status,
  content: [{ type, transcript: 'Hello.' }],
});
const userItem = { id: 'u1', type: 'message', role: 'user', content: [{ type: 'input_text' }] };

describe('what the preview sends', () => {
  it.each([
    ['response.text.delta', 'response.output_text.delta'],
    ['response.text.done', 'response.output_text.done'],
    ['response.audio.delta', 'response.output_audio.delta'],
    ['response.audio.done', 'response.output_audio.done'],
    ['response.audio_transcript.delta', 'response.output_audio_transcript.delta'],
    ['response.audio_transcript.done', 'response.output_audio_transcript.done'],
  ])('as %s is %s', (type, name) => {
    const rest = { event_id: 'e1', item_id: 'a1', delta: 'Hel' };
    expect(ga({ type, ...rest })).toEqual([{ type: name, ...rest }]);
  });

  it.each([
    userItem,
    { id: 's1', type: 'message', role: 'system', content: [] },
    { id: 'f1', type: 'function_call_output', call_id: 'c1', output: '' },
  ])('as an item that is whole was added, and is done: %j', (item) => {
    const rest = { event_id: 'e1', previous_item_id: 'p1', item };
    expect(ga({ type: 'conversation.item.created', ...rest })).toEqual([
      { type: 'conversation.item.added', ...rest },
      { type: 'conversation.item.done', ...rest },
    ]);
  });

  it.each([
    agentItem('output_audio', 'in_progress'),
    { id: 'c1', type: 'function_call', name: 'look', call_id: 'c1', arguments: '' },
    null,
  ])('as an item that will grow was added only: %j', (item) => {
    expect(ga({ type: 'conversation.item.created', item })).toEqual([
      { type: 'conversation.item.added', item },
    ]);
  });

  it('as an agent’s item is done when its response says so', () => {
    const sent = { type: 'response.output_item.done', event_id: 'e1', response_id: 'r1' };
    const item = agentItem('output_audio', 'incomplete');
    expect(ga({ ...sent, item: agentItem('audio', 'incomplete') })).toEqual([
      { ...sent, item },
      { ...sent, type: 'conversation.item.done', item },
    ]);
  });

  it('as content of an agent has GA’s names, in items and in responses', () => {
    expect(ga({ type: 'response.output_item.added', item: agentItem('text') })).toEqual([
      { type: 'response.output_item.added', item: agentItem('output_text') },
    ]);
    const usage = { total_tokens: 3 };
    const output = [agentItem('audio'), { type: 'function_call', name: 'look' }];
    expect(ga({ type: 'response.done', response: { id: 'r1', output, usage } })).toEqual([
      {
        type: 'response.done',
        response: { id: 'r1', output: [agentItem('output_audio'), output[1]], usage },
      },
    ]);
  });

  it('as a session is GA’s', () => {
    const session = {
      id: 'sess_1',
      object: 'realtime.session',
      model: 'shop-voice',
      modalities: ['audio', 'text'],
      instructions: 'Be brief.',
      voice: 'verse',
      speed: 1.1,
      input_audio_format: 'pcm16',
      output_audio_format: 'g711_ulaw',
      input_audio_transcription: { model: 'whisper-1' },
      input_audio_noise_reduction: null,
      turn_detection: { type: 'server_vad', threshold: 0.5 },
      tools: [],
      tool_choice: 'auto',
      temperature: 0.8,
      max_response_output_tokens: 'inf',
    };
    expect(ga({ type: 'session.created', session })).toEqual([
      {
        type: 'session.created',
        session: {
          type: 'realtime',
          id: 'sess_1',
          object: 'realtime.session',
          model: 'shop-voice',
          output_modalities: ['audio'],
          instructions: 'Be brief.',
          audio: {
            input: {
              format: { type: 'audio/pcm' },
              transcription: { model: 'whisper-1' },
              noise_reduction: null,
              turn_detection: { type: 'server_vad', threshold: 0.5 },
            },
            output: { format: { type: 'audio/pcmu' }, voice: 'verse', speed: 1.1 },
          },
          tools: [],
          tool_choice: 'auto',
          max_output_tokens: 'inf',
        },
      },
    ]);
  });

  it('as turn detection of the type "none" is none', () => {
    expect(ga({ type: 'session.updated', session: { turn_detection: { type: 'none' } } })).toEqual([
      {
        type: 'session.updated',
        session: { type: 'realtime', audio: { input: { turn_detection: null } } },
      },
    ]);
  });

  it('makes the same transcript as what GA sends', () => {
    const conversation = [
      ...spoken('u1', 'Hello? ', null),
      ...answered('r1', 'a1', 'Good morning.', 'u1', { interrupted: true }),
    ];
    const transcriptOf = (events: ServerEvent[]) => {
      const transcript = new Transcript();
      for (const one of events) transcript.receive(one);
      return transcript.items;
    };
    expect(transcriptOf(conversation.flatMap(asPreview).flatMap(toGa))).toEqual(
      transcriptOf(conversation),
    );
  });
});

/** How the preview would have sent what GA sent. */
function asPreview(one: ServerEvent): ServerEvent[] {
  if (one.type === 'conversation.item.done') return [];
  const text = JSON.stringify(one)
    .replace('conversation.item.added', 'conversation.item.created')
    .replace(/output_(text|audio)(?!_buffer)/g, '$1');
  return [JSON.parse(text) as ServerEvent];
}

describe('what the preview is sent', () => {
  it('is a flat session without a type', () => {
    const session = {
      type: 'realtime',
      instructions: 'Be brief.',
      output_modalities: ['audio'],
      max_output_tokens: 500,
      tools: [],
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: null,
          turn_detection: null,
        },
        output: { voice: 'sage', format: { type: 'audio/pcma' } },
      },
    };
    const sent = beta({ type: 'session.update', event_id: 'e1', session });
    expect(JSON.parse(JSON.stringify(sent))).toEqual({
      type: 'session.update',
      event_id: 'e1',
      session: {
        instructions: 'Be brief.',
        modalities: ['audio', 'text'],
        max_response_output_tokens: 500,
        tools: [],
        input_audio_format: 'pcm16',
        input_audio_transcription: null,
        turn_detection: null,
        voice: 'sage',
        output_audio_format: 'g711_alaw',
      },
    });
  });

  it('is a response with the beta’s fields', () => {
    const response = {
      conversation: 'none',
      output_modalities: ['text'],
      audio: { output: { voice: 'sage' } },
      max_output_tokens: 9,
      input: [agentItem('output_text'), userItem],
      metadata: { topic: 'x' },
    };
    const sent = beta({ type: 'response.create', response });
    expect(JSON.parse(JSON.stringify(sent))).toEqual({
      type: 'response.create',
      response: {
        conversation: 'none',
        modalities: ['text'],
        voice: 'sage',
        max_response_output_tokens: 9,
        input: [agentItem('text'), userItem],
        metadata: { topic: 'x' },
      },
    });
  });

  it('is an agent’s words under the beta’s name, and a visitor’s as they are', () => {
    expect(beta({ type: 'conversation.item.create', item: agentItem('output_text') })).toEqual({
      type: 'conversation.item.create',
      item: agentItem('text'),
    });
    const typed = { type: 'conversation.item.create', item: userItem };
    expect(beta(typed)).toBe(typed);
  });

  it.each([
    { type: 'response.create' },
    { type: 'response.cancel', response_id: 'r1' },
    { type: 'output_audio_buffer.clear' },
    { type: 'input_audio_buffer.commit' },
    { type: 'conversation.item.truncate', item_id: 'a1', content_index: 0, audio_end_ms: 1 },
  ])('is otherwise what GA is sent: %j', (one) => {
    expect(beta(one)).toBe(one);
  });
});

/** Anything at all, and often something in the places that matter. */
const any = fc.oneof(
  fc.constantFrom(undefined, null, {}, [], '', 'text', 'audio', 'none', 'constructor', 7, true),
  fc.constant(JSON.parse('{"__proto__": {"polluted": true}, "length": 1e9}') as unknown),
  fc.jsonValue(),
);
const part = fc.oneof(any, fc.record({ type: any, text: any }));
const item = fc.oneof(
  any,
  fc.record({ type: any, role: fc.constantFrom('assistant', 'user', 7), content: fc.array(part) }),
  fc.record({ role: fc.constant('assistant'), content: any }),
);
const session = fc.oneof(
  any,
  fc.record(
    {
      type: any,
      modalities: any,
      voice: any,
      turn_detection: any,
      input_audio_format: fc.oneof(any, fc.constant('pcm16')),
      audio: fc.oneof(any, fc.record({ input: any, output: any }, { requiredKeys: [] })),
      output_modalities: any,
      ['__proto__']: any,
    },
    { requiredKeys: [] },
  ),
);
const types = [
  'conversation.item.created',
  'response.output_item.done',
  'response.text.delta',
  'response.audio..delta',
  'session.update',
  '__proto__',
];
const odd = fc.oneof(
  any,
  fc.record(
    {
      type: fc.oneof(fc.constantFrom(...types), any),
      item,
      session,
      response: fc.oneof(
        session,
        fc.record({ output: fc.oneof(any, fc.array(item)), input: fc.oneof(any, fc.array(item)) }),
      ),
    },
    { requiredKeys: [] },
  ),
);

describe('any event', () => {
  it('passes without an error, and a second time as it is', () => {
    fc.assert(
      fc.property(odd, (one) => {
        const once = toGa(one as ServerEvent);
        expect(once.flatMap(toGa)).toEqual(once);
        const sent = toBeta(one as ClientEvent);
        expect(toBeta(sent)).toEqual(sent);
        expect('polluted' in {}).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });

  it('of GA is the very same', () => {
    const conversation = [
      event('session.created', { session: { type: 'realtime', audio: { input: {} } } }),
      ...spoken('u1', 'Hello?', null),
      ...answered('r1', 'a1', 'Good morning.', 'u1'),
      ...typed('u2', 'Hi', 'a1'),
      responseEvent('response.done', 'r1', 'cancelled'),
      event('rate_limits.updated'),
      event('a.type.of.tomorrow', { item: 7 }),
    ];
    for (const one of conversation) {
      const [first, ...more] = toGa(one);
      expect(first).toBe(one);
      expect(more).toEqual([]);
    }
  });
});
