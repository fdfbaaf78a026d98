/** One answer at a time, whoever asks for it and whatever crosses on the wire. */
import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../src/core/protocol.js';
import { Responses } from '../../src/core/responses.js';
import { errorEvent, event, responseEvent } from '../support/server-events.js';

function setUp() {
  const sent: ClientEvent[] = [];
  const responses = new Responses((one) => sent.push(one));
  /** The types of what was sent since the last look. */
  const types = () => sent.splice(0).map(({ type }) => type);
  const lastId = () => sent.at(-1)?.event_id;
  return { responses, types, lastId };
}

const created = (id: string) => responseEvent('response.created', id);
const done = (id: string, status?: string) => responseEvent('response.done', id, status);
const started = event('output_audio_buffer.started', { response_id: 'resp_1' });
const BUSY = 'conversation_already_has_active_response';

describe('asking for an answer', () => {
  it('is done at once when nobody is answering', () => {
    const { responses, types } = setUp();
    responses.request();
    expect(types()).toEqual(['response.create']);
  });

  it('waits for the end of the answer that is being made', () => {
    const { responses, types } = setUp();
    responses.observe(created('resp_1'));
    responses.request();
    expect(types()).toEqual([]);
    responses.observe(done('resp_0'));
    expect(types()).toEqual([]);
    responses.observe(done('resp_1'));
    expect(types()).toEqual(['response.create']);
  });

  it('is done once, however many wishes came in the meantime', () => {
    const { responses, types } = setUp();
    for (let wish = 0; wish < 5; wish++) responses.request();
    responses.observe(created('resp_1'));
    for (let wish = 0; wish < 5; wish++) responses.request();
    expect(types()).toEqual(['response.create']);
    responses.observe(done('resp_1'));
    expect(types()).toEqual(['response.create']);
    responses.observe(created('resp_2'));
    responses.observe(done('resp_2'));
    expect(types()).toEqual([]);
  });

  it('is done again after an answer that voice activity had started first', () => {
    const { responses, types, lastId } = setUp();
    responses.request();
    const refused = errorEvent(BUSY, lastId());
    responses.observe(created('resp_vad'));
    responses.observe(refused);
    expect(types()).toEqual(['response.create']);
    responses.observe(done('resp_vad'));
    expect(types()).toEqual(['response.create']);
  });

  it('is over when it is refused for another reason', () => {
    const { responses, types, lastId } = setUp();
    responses.request();
    responses.observe(errorEvent('invalid_value', lastId()));
    types();
    responses.request();
    expect(types()).toEqual(['response.create']);
  });

  it('is not made up for when it was refused for another reason', () => {
    const { responses, types, lastId } = setUp();
    responses.request();
    responses.observe(errorEvent('invalid_value', lastId()));
    responses.observe(created('resp_vad'));
    responses.observe(done('resp_vad'));
    expect(types()).toEqual(['response.create']);
  });

  it('is not touched by errors about other events', () => {
    const { responses, types } = setUp();
    responses.request();
    responses.observe(errorEvent('invalid_value', 'of-the-page'));
    responses.observe(errorEvent(null));
    responses.request();
    expect(types()).toEqual(['response.create']);
  });

  it('names every request differently', () => {
    const { responses, lastId } = setUp();
    responses.request();
    const first = lastId();
    responses.observe(created('resp_1'));
    responses.observe(done('resp_1'));
    responses.request();
    expect(lastId()).not.toBe(first);
  });
});

describe('interrupting', () => {
  it('sends nothing when nobody is answering', () => {
    const { responses, types } = setUp();
    responses.interrupt();
    expect(types()).toEqual([]);
  });

  it('cancels first and clears the sound then', () => {
    const { responses, types } = setUp();
    responses.observe(created('resp_1'));
    responses.observe(started);
    responses.interrupt();
    expect(types()).toEqual(['response.cancel', 'output_audio_buffer.clear']);
  });

  it('clears only the sound when the answer is complete', () => {
    const { responses, types } = setUp();
    for (const one of [created('resp_1'), started, done('resp_1')]) responses.observe(one);
    responses.interrupt();
    expect(types()).toEqual(['output_audio_buffer.clear']);
    responses.observe(event('output_audio_buffer.cleared', { response_id: 'resp_1' }));
    responses.interrupt();
    expect(types()).toEqual([]);
  });

  it('cancels an answer that has no id yet as soon as it has one', () => {
    const { responses, types } = setUp();
    responses.request();
    responses.interrupt();
    expect(types()).toEqual(['response.create']);
    responses.observe(created('resp_1'));
    expect(types()).toEqual(['response.cancel', 'output_audio_buffer.clear']);
  });

  it('cancels an answer that voice activity is about to start, and no later one', () => {
    const { responses, types } = setUp();
    const stopped = event('input_audio_buffer.speech_stopped', { item_id: 'u1', audio_end_ms: 9 });
    responses.observe(stopped);
    responses.interrupt();
    expect(types()).toEqual([]);
    responses.observe(created('resp_1'));
    expect(types()).toEqual(['response.cancel', 'output_audio_buffer.clear']);
    responses.observe(done('resp_1', 'cancelled'));
    responses.interrupt();
    responses.observe(stopped);
    responses.observe(created('resp_2'));
    expect(types()).toEqual([]);
  });

  it('still cancels a pending request when the visitor has said something meanwhile', () => {
    const { responses, types } = setUp();
    responses.request();
    responses.interrupt();
    responses.observe(event('input_audio_buffer.speech_stopped', { item_id: 'u1' }));
    types();
    responses.observe(created('resp_1'));
    expect(types()).toEqual(['response.cancel', 'output_audio_buffer.clear']);
  });

  it('spares the answer that is asked for afterwards', () => {
    const { responses, types } = setUp();
    responses.request();
    responses.interrupt();
    responses.request();
    responses.observe(created('resp_1'));
    responses.observe(done('resp_1', 'cancelled'));
    expect(types()).toEqual([
      'response.create',
      'response.cancel',
      'output_audio_buffer.clear',
      'response.create',
    ]);
    responses.observe(created('resp_2'));
    expect(types()).toEqual([]);
  });

  it('drops what was wanted next', () => {
    const { responses, types } = setUp();
    responses.observe(created('resp_1'));
    responses.request();
    responses.interrupt();
    types();
    responses.observe(done('resp_1', 'cancelled'));
    expect(types()).toEqual([]);
  });

  it('drops a request for good, also when it is refused as one too many', () => {
    for (const overtaken of [false, true]) {
      const { responses, types, lastId } = setUp();
      responses.request();
      const refused = errorEvent(BUSY, lastId());
      if (overtaken) responses.observe(created('resp_vad'));
      responses.interrupt();
      if (!overtaken) responses.observe(created('resp_vad'));
      responses.observe(refused);
      types();
      responses.observe(done('resp_vad', 'cancelled'));
      expect(types()).toEqual([]);
    }
  });

  it('is about the present answer, and not about one that the service begins by itself later', () => {
    const { responses, types } = setUp();
    responses.interrupt();
    responses.observe(created('resp_idle'));
    expect(types()).toEqual([]);
  });

  it('sends nothing once the sound is over', () => {
    for (const how of ['stopped', 'cleared']) {
      const { responses, types } = setUp();
      responses.observe(started);
      responses.observe(event(`output_audio_buffer.${how}`, { response_id: 'resp_1' }));
      responses.interrupt();
      expect(types()).toEqual([]);
    }
  });
});
