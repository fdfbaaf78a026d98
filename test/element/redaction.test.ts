/** What a visitor says of himself is on screen, and in nothing that leaves the element. */
import { expect } from '@open-wc/testing';
import { errorEvent, event, spoken, typed } from '../support/server-events.js';
import { clear, visit } from './visitor.js';

const SAID = 'I am jane@example.com, call me at +49 30 123456.';

describe('redaction', () => {
  afterEach(clear);

  it('keeps personal data on screen, and out of events, items and exports', async () => {
    const visitor = await visit({ redact: '', transcript: '' });
    await visitor.talk();
    await visitor.hears(...spoken('u1', SAID, null), ...typed('u2', SAID, 'u1'));
    await visitor.hears(errorEvent('invalid_value', undefined));
    await visitor.until(() => visitor.find('user-message') !== null);
    await visitor.until(() => visitor.text('transcript').includes('jane@example.com'));
    const left = JSON.stringify([visitor.seen, visitor.element.items]);
    expect(left).not.to.match(/jane|example|123/);
    expect(visitor.element.items.map(({ text }) => text)).to.deep.equal([
      'I am [e-mail], call me at [phone].',
      'I am [e-mail], call me at [phone].',
    ]);
    expect(visitor.details('voice-transcript').every(({ final }) => final)).to.equal(true);
    for (const format of ['text', 'json', 'vtt'] as const) {
      const file = await visitor.element.exportTranscript(format);
      expect(await file.text()).not.to.match(/jane|example|123/);
    }
  });

  it('is applied to the error with which a call ends, wherever the page looks', async () => {
    const visitor = await visit({ redact: '' });
    await visitor.talk();
    const ended = visitor.next('voice-end');
    visitor.service.send(errorEvent('session_expired', undefined, SAID));
    expect((await ended).error?.message).to.contain('I am [e-mail]');
    const { state } = visitor.element;
    expect(state.status === 'ended' && state.error?.message).to.contain('I am [e-mail]');
    expect(JSON.stringify(visitor.seen)).not.to.match(/jane|example|123/);
  });

  it('is done by the page’s own function, and leaves nothing where that throws', async () => {
    const visitor = await visit();
    visitor.element.redact = (text) => {
      if (text.includes('secret')) throw new Error('Cannot.');
      return text.replace('blue', '…');
    };
    await visitor.talk();
    await visitor.hears(
      ...typed('u1', 'My colour is blue.', null),
      ...typed('u2', 'A secret.', 'u1'),
    );
    expect(visitor.element.items.map(({ text }) => text)).to.deep.equal([
      'My colour is ….',
      '[left out]',
    ]);
    expect(JSON.stringify(visitor.seen)).not.to.match(/blue|secret/);
    expect(visitor.element.state.status).to.equal('live');
  });

  it('gives tools what the agent has sent, and the page what may leave', async () => {
    const visitor = await visit({ redact: '' });
    const got: unknown[] = [];
    visitor.element.tools = [
      {
        name: 'write_to',
        description: 'Writes to somebody.',
        parameters: { type: 'object', properties: { id: { type: 'string' } } },
        execute: (given: unknown) => {
          got.push(given);
          return 'Sent to jane@example.com';
        },
      },
    ];
    await visitor.talk();
    const call = {
      id: 'f1',
      type: 'function_call',
      status: 'completed',
      name: 'write_to',
      call_id: 'call_1',
      arguments: '{"id":"jane@example.com"}',
    };
    const result = visitor.next('voice-tool-result');
    await visitor.hears(
      event('response.created', { response: { id: 'resp_1' } }),
      event('response.output_item.done', { response_id: 'resp_1', output_index: 0, item: call }),
      event('conversation.item.done', { item: call, previous_item_id: null }),
      event('response.done', { response: { id: 'resp_1', status: 'completed', output: [call] } }),
    );
    expect((await result).output).to.equal('Sent to [e-mail]');
    expect(got).to.deep.equal([{ id: 'jane@example.com' }]);
    const [asked] = visitor.details('voice-tool-call');
    expect(asked?.arguments).to.deep.equal({ id: '[e-mail]' });
  });
});
