/** One answer at a time, whoever asks for it and whatever crosses on the wire. */
import { describe, expect, it } from 'vitest';
import { Conversation } from '../../src/core/conversation.js';
import type { ClientEvent, ServerEvent } from '../../src/core/protocol.js';
import { errorEvent, event, responseEvent } from '../support/server-events.js';

function setUp() {
  const sent: ClientEvent[] = [];
  const conversation = new Conversation(
    (one) => {
      sent.push(one);
      conversation.sent(one);
    },
    { onTurn: () => undefined, onTranscript: () => undefined },
  );
  const { responses } = conversation;
  const observe = (one: ServerEvent) => conversation.received(one);
  /** The types of what was sent since the last look. */
  const types = () => sent.splice(0).map(({ type }) => type);
  const lastId = () => sent.at(-1)?.event_id;
  return { responses, observe, types, lastId };
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
    const { responses, observe, types } = setUp();
    observe(created('resp_1'));
    responses.request();
    expect(types()).toEqual([]);
    observe(done('resp_0'));
    expect(types()).toEqual([]);
    observe(done('resp_1'));
    expect(types()).toEqual(['response.create']);
  });

  it('is done once, however many wishes came in the meantime', () => {
    const { responses, observe, types } = setUp();
    for (let wish = 0; wish < 5; wish++) responses.request();
    observe(created('resp_1'));
    for (let wish = 0; wish < 5; wish++) responses.request();
    expect(types()).toEqual(['response.create']);
    observe(done('resp_1'));
    expect(types()).toEqual(['response.create']);
    observe(created('resp_2'));
    observe(done('resp_2'));
    expect(types()).toEqual([]);
  });

  it('is done again after an answer that voice activity had started first', () => {
    const { responses, observe, types, lastId } = setUp();
    responses.request();
    const refused = errorEvent(BUSY, lastId());
    observe(created('resp_vad'));
    observe(refused);
    expect(types()).toEqual(['response.create']);
    observe(done('resp_vad'));
    expect(types()).toEqual(['response.create']);
  });

  it('waits no more when the visitor breaks in, whose answer will know of it', () => {
    const { responses, observe, types } = setUp();
    observe(created('resp_1'));
    responses.request();
    observe(event('input_audio_buffer.speech_started', { item_id: 'u1' }));
    observe(done('resp_1', 'cancelled'));
    expect(types()).toEqual([]);
  });

  it('is over when it is refused for another reason', () => {
    const { responses, observe, types, lastId } = setUp();
    responses.request();
    observe(errorEvent('invalid_value', lastId()));
    types();
    responses.request();
    expect(types()).toEqual(['response.create']);
  });

  it('is not made up for when it was refused for another reason', () => {
    const { responses, observe, types, lastId } = setUp();
    responses.request();
    observe(errorEvent('invalid_value', lastId()));
    observe(created('resp_vad'));
    observe(done('resp_vad'));
    expect(types()).toEqual(['response.create']);
  });

  it('is not touched by errors about other events', () => {
    const { responses, observe, types } = setUp();
    responses.request();
    observe(errorEvent('invalid_value', 'of-the-page'));
    observe(errorEvent(null));
    responses.request();
    expect(types()).toEqual(['response.create']);
  });

  it('names every request differently', () => {
    const { responses, observe, lastId } = setUp();
    responses.request();
    const first = lastId();
    observe(created('resp_1'));
    observe(done('resp_1'));
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
    const { responses, observe, types } = setUp();
    observe(created('resp_1'));
    observe(started);
    responses.interrupt();
    expect(types()).toEqual(['response.cancel', 'output_audio_buffer.clear']);
  });

  it('clears only the sound when the answer is complete', () => {
    const { responses, observe, types } = setUp();
    for (const one of [created('resp_1'), started, done('resp_1')]) observe(one);
    responses.interrupt();
    expect(types()).toEqual(['output_audio_buffer.clear']);
    observe(event('output_audio_buffer.cleared', { response_id: 'resp_1' }));
    responses.interrupt();
    expect(types()).toEqual([]);
  });

  it('cancels an answer that has no id yet as soon as it has one', () => {
    const { responses, observe, types } = setUp();
    responses.request();
    responses.interrupt();
    expect(types()).toEqual(['response.create']);
    observe(created('resp_1'));
    expect(types()).toEqual(['response.cancel', 'output_audio_buffer.clear']);
  });

  it('cancels an answer that voice activity is about to start, and no later one', () => {
    const { responses, observe, types } = setUp();
    const stopped = event('input_audio_buffer.speech_stopped', { item_id: 'u1', audio_end_ms: 9 });
    observe(stopped);
    responses.interrupt();
    expect(types()).toEqual([]);
    observe(created('resp_1'));
    expect(types()).toEqual(['response.cancel', 'output_audio_buffer.clear']);
    observe(done('resp_1', 'cancelled'));
    responses.interrupt();
    observe(stopped);
    observe(created('resp_2'));
    expect(types()).toEqual([]);
  });

  it('still cancels a pending request when the visitor has said something meanwhile', () => {
    const { responses, observe, types } = setUp();
    responses.request();
    responses.interrupt();
    observe(event('input_audio_buffer.speech_stopped', { item_id: 'u1' }));
    types();
    observe(created('resp_1'));
    expect(types()).toEqual(['response.cancel', 'output_audio_buffer.clear']);
  });

  it('spares the answer that is asked for afterwards', () => {
    const { responses, observe, types } = setUp();
    responses.request();
    responses.interrupt();
    responses.request();
    observe(created('resp_1'));
    observe(done('resp_1', 'cancelled'));
    expect(types()).toEqual([
      'response.create',
      'response.cancel',
      'output_audio_buffer.clear',
      'response.create',
    ]);
    observe(created('resp_2'));
    expect(types()).toEqual([]);
  });

  it('drops what was wanted next', () => {
    const { responses, observe, types } = setUp();
    observe(created('resp_1'));
    responses.request();
    responses.interrupt();
    types();
    observe(done('resp_1', 'cancelled'));
    expect(types()).toEqual([]);
  });

  it('drops a request for good, also when it is refused as one too many', () => {
    for (const overtaken of [false, true]) {
      const { responses, observe, types, lastId } = setUp();
      responses.request();
      const refused = errorEvent(BUSY, lastId());
      if (overtaken) observe(created('resp_vad'));
      responses.interrupt();
      if (!overtaken) observe(created('resp_vad'));
      observe(refused);
      types();
      observe(done('resp_vad', 'cancelled'));
      expect(types()).toEqual([]);
    }
  });

  it('is about the present answer, and not about one that the service begins by itself later', () => {
    const { responses, observe, types } = setUp();
    responses.interrupt();
    observe(created('resp_idle'));
    expect(types()).toEqual([]);
  });

  it('is not about what the service or the page asks for later', () => {
    for (const wish of [event('input_audio_buffer.timeout_triggered'), undefined]) {
      const { responses, observe, types } = setUp();
      observe(created('resp_1'));
      responses.interrupt();
      observe(done('resp_1', 'cancelled'));
      types();
      if (wish) observe(wish);
      observe(created('resp_2'));
      expect(types()).toEqual([]);
    }
  });

  it('is of an answer that was asked for, whatever else crosses on the wire', () => {
    for (const crossing of [started, errorEvent('response_cancel_not_active')]) {
      const { responses, observe, types } = setUp();
      responses.request();
      observe(crossing);
      responses.interrupt();
      observe(created('resp_2'));
      expect(types().slice(-2)).toEqual(['response.cancel', 'output_audio_buffer.clear']);
    }
  });

  it('sends nothing once the sound is over', () => {
    for (const how of ['stopped', 'cleared']) {
      const { responses, observe, types } = setUp();
      observe(started);
      observe(event(`output_audio_buffer.${how}`, { response_id: 'resp_1' }));
      responses.interrupt();
      expect(types()).toEqual([]);
    }
  });
});
