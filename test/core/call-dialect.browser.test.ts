/** A call to a service that speaks the beta's dialect: the page sees and says GA all the same. */
import { expect } from '@open-wc/testing';
import { Call } from '../../src/core/index.js';
import { FakeService } from '../support/fake-service.js';
import { event, responseEvent } from '../support/server-events.js';
import { collect, next } from './call-stories.js';

describe('a call to the preview of Azure OpenAI', () => {
  const service = new FakeService();
  let call: Call;

  beforeEach(async () => {
    call = new Call({
      ...service.callOptions,
      tokenSource: () => Promise.resolve({ value: 'ek', provider: 'azure-preview' }),
      session: { audio: { output: { voice: 'verse' } } },
    });
    const update = service.next('session.update');
    await call.start();
    await update;
  });

  afterEach(async () => {
    await call.end();
    service.close();
  });

  it('hears GA’s events', async () => {
    const types = collect(call, 'voice-server-event');
    const part = { response_id: 'resp_1', item_id: 'a', output_index: 0, content_index: 0 };
    const item = {
      id: 'a',
      type: 'message',
      role: 'assistant',
      status: 'in_progress',
      content: [],
    };
    const over = next(call, 'voice-server-event', ({ type }) => type === 'response.done');
    service.send(
      responseEvent('response.created', 'resp_1'),
      event('conversation.item.created', { item, previous_item_id: null }),
      event('response.audio_transcript.delta', { ...part, delta: 'Good ' }),
      event('response.audio_transcript.done', { ...part, transcript: 'Good day.' }),
      responseEvent('response.done', 'resp_1'),
    );
    await over;
    expect(types.map(({ type }) => type)).to.deep.equal([
      'response.created',
      'conversation.item.added',
      'response.output_audio_transcript.delta',
      'response.output_audio_transcript.done',
      'response.done',
    ]);
    expect(call.items).to.deep.include({
      id: 'a',
      role: 'agent',
      text: 'Good day.',
      final: true,
      interrupted: false,
    });
  });

  it('says what it says in the beta’s words', () => {
    expect(service.received).to.deep.equal([
      { type: 'session.update', session: { voice: 'verse' } },
    ]);
  });
});
