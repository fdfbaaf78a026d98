// What the page plays itself is told as if the service had played it, and what nobody heard is taken back.
import { beforeEach, describe, expect, it } from 'vitest';
import { PlayedAudio } from '../../../src/core/websocket/played-audio.js';
import type { ClientEvent } from '../../../src/core/protocol.js';
import type { ToPlayer } from '../../../src/media/pcm/worklet.js';
import { toBase64 } from '../../../src/media/pcm/base64.js';
import { event } from '../../support/server-events.js';

let audio: PlayedAudio;
let told: string[];
let sent: ClientEvent[];
let played: ToPlayer[];

beforeEach(() => {
  told = [];
  sent = [];
  played = [];
  audio = new PlayedAudio({
    play: (message) => played.push(message),
    onEvent: (one) => told.push(`${one.type} ${'response_id' in one ? one.response_id : ''}`),
    send: (one) => sent.push(one),
  });
});

const observe = (type: string, fields: object = {}) => {
  audio.observe(event(type, fields));
};
const created = (id: string) => observe('response.created', { response: { id } });
const done = (id: string) => observe('response.done', { response: { id } });
const speech = () => observe('input_audio_buffer.speech_started');
/** The service sends 10 ms of an item. */
const sound = (response_id: string, item_id = `item_of_${response_id}`, content_index = 0) => {
  const delta = toBase64(new Int16Array(240));
  type Delta = Parameters<PlayedAudio['add']>[0];
  audio.add({ response_id, item_id, content_index, delta } as Delta);
};
const parts = () => played.flatMap((one) => (one.type === 'add' ? one.part : []));
const truncated = () =>
  sent.map((one) =>
    one.type === 'conversation.item.truncate' ? `${one.item_id} ${one.audio_end_ms}` : one.type,
  );

describe('The agent’s voice over a WebSocket', () => {
  it('is heard from its first sample to its last, not from event to event', () => {
    created('r1');
    sound('r1');
    sound('r1');
    expect(told).toEqual([]);
    audio.reported({ type: 'started', part: 1 });
    expect(told).toEqual(['output_audio_buffer.started r1']);
    done('r1');
    expect(played.at(-1)).toEqual({ type: 'end', part: 1 });
    expect(told).toHaveLength(1);
    audio.reported({ type: 'finished', part: 1 });
    expect(told.at(-1)).toBe('output_audio_buffer.stopped r1');
  });

  it('is one answer, however many parts it has', () => {
    created('r1');
    sound('r1', 'a');
    audio.reported({ type: 'started', part: 1 });
    audio.reported({ type: 'finished', part: 1 });
    sound('r1', 'b');
    audio.reported({ type: 'started', part: 2 });
    done('r1');
    audio.reported({ type: 'finished', part: 2 });
    expect(told).toEqual(['output_audio_buffer.started r1', 'output_audio_buffer.stopped r1']);
    expect(parts()).toEqual([1, 2]);
  });

  it('stops when the visitor speaks, and what was not heard is taken back', () => {
    created('r1');
    sound('r1', 'a');
    sound('r1', 'b');
    audio.reported({ type: 'started', part: 1 });
    speech();
    expect(played.at(-1)).toEqual({ type: 'clear' });
    expect(told.at(-1)).toBe('output_audio_buffer.cleared r1');
    expect(sent).toEqual([]);
    audio.reported({ type: 'cleared', part: 1, played: 36_012 });
    expect(truncated()).toEqual(['a 1500', 'b 0']);
  });

  it('does not go on with an answer that was stopped, and begins the next', () => {
    created('r1');
    sound('r1');
    audio.stop();
    sound('r1');
    expect(parts()).toEqual([1]);
    done('r1');
    created('r2');
    sound('r2');
    expect(parts()).toEqual([1, 2]);
  });

  it('is stopped, and heard to its end, whatever is made outside of the conversation meanwhile', () => {
    created('r1');
    sound('r1');
    observe('response.created', { response: { id: 'beside', conversation_id: null } });
    audio.reported({ type: 'started', part: 1 });
    audio.reported({ type: 'finished', part: 1 });
    expect(told).toEqual(['output_audio_buffer.started r1']);
    audio.stop();
    sound('r1');
    expect(parts()).toEqual([1]);
  });

  it('leaves alone what was heard to its end in the moment in which it was stopped', () => {
    created('r1');
    sound('r1');
    done('r1');
    audio.reported({ type: 'started', part: 1 });
    audio.stop();
    audio.reported({ type: 'finished', part: 1 });
    audio.reported({ type: 'cleared', part: undefined, played: 0 });
    expect(truncated()).toEqual([]);
  });

  it('goes on when the visitor speaks where the session says so', () => {
    const input = { turn_detection: { type: 'server_vad', interrupt_response: false } };
    observe('session.updated', { session: { output_modalities: ['audio'], audio: { input } } });
    created('r1');
    sound('r1');
    audio.reported({ type: 'started', part: 1 });
    speech();
    expect(played.map(({ type }) => type)).toEqual(['add']);
    audio.stop();
    expect(told.at(-1)).toBe('output_audio_buffer.cleared r1');
  });

  it('is not there in what has another shape', () => {
    type Delta = Parameters<PlayedAudio['add']>[0];
    audio.add({ response_id: 7, delta: 'AAAA' } as unknown as Delta);
    audio.add({ response_id: 'r', delta: { a: 1 } } as unknown as Delta);
    expect(played).toEqual([]);
  });
});
