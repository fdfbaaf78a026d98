/** Who is doing what, and what was said, as a call hears of it. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Turn } from '../../src/core/call-state.js';
import { Conversation } from '../../src/core/conversation.js';
import type { ClientEvent } from '../../src/core/protocol.js';
import type { TranscriptItem } from '../../src/core/transcript.js';
import { answered, event, responseEvent, spoken } from '../support/server-events.js';

describe('a conversation', () => {
  let sent: ClientEvent[];
  let turns: Turn[];
  let said: TranscriptItem[];
  let conversation: Conversation;

  beforeEach(() => {
    [sent, turns, said] = [[], [], []];
    conversation = new Conversation((one) => sent.push(one), {
      onTurn: (turn) => turns.push(turn),
      onTranscript: (item) => said.push(item),
    });
  });

  it('tells of each item that is another one, and of no other event', () => {
    for (const one of spoken('u1', 'Good morning', null)) conversation.received(one);
    conversation.received(event('rate_limits.updated'));
    expect(said.map(({ text, final }) => [text, final])).toEqual([
      ['', false],
      ['Good ', false],
      ['Good morning', false],
      ['Good morning', true],
    ]);
    expect(conversation.items).toEqual(said.slice(-1));
  });

  it('thinks from the moment an answer is asked for', () => {
    conversation.sent({ type: 'response.create' });
    expect(turns).toEqual(['thinking']);
  });

  it('hears the visitor who takes the turn by hand, whatever the agent does', () => {
    conversation.received(event('output_audio_buffer.started', { response_id: 'resp_1' }));
    conversation.hold(true);
    conversation.hold(false);
    conversation.hold(undefined);
    expect(turns).toEqual(['speaking', 'hearing', 'speaking', 'speaking']);
  });

  it('knows what was said when it goes on in another session, where nobody speaks and nothing is asked', () => {
    for (const one of answered('resp_1', 'a1', 'Yes.', null).slice(0, -3))
      conversation.received(one);
    conversation.responses.request();
    expect(sent).toEqual([]);
    conversation.restart();
    expect(conversation.items).toMatchObject([{ text: 'Yes.' }]);
    conversation.received(event('session.created'));
    expect(turns.at(-1)).toBe('listening');
    // The answer of the session before is no reason to wait.
    conversation.responses.request();
    expect(sent).toMatchObject([{ type: 'response.create' }]);
  });

  it('asks for an answer once the present one is made', () => {
    conversation.received(responseEvent('response.created', 'resp_1'));
    conversation.responses.request();
    conversation.received(responseEvent('response.done', 'resp_1'));
    expect(sent).toMatchObject([{ type: 'response.create' }]);
  });

  describe('with an answer beside it, which only the page gets', () => {
    const beside = event('response.created', {
      response: { id: 'resp_beside', conversation_id: null },
    });

    it('stops the one that is spoken', () => {
      conversation.received(responseEvent('response.created', 'resp_1'));
      conversation.received(beside);
      conversation.responses.interrupt();
      expect(sent[0]).toMatchObject({ type: 'response.cancel', response_id: 'resp_1' });
    });

    it('asks for the next one when the spoken one is made', () => {
      conversation.received(responseEvent('response.created', 'resp_1'));
      conversation.received(beside);
      conversation.responses.request();
      conversation.received(responseEvent('response.done', 'resp_beside'));
      expect(sent).toEqual([]);
      conversation.received(responseEvent('response.done', 'resp_1'));
      expect(sent).toMatchObject([{ type: 'response.create' }]);
    });

    it('thinks of nothing, and has none of its words', () => {
      conversation.sent({ type: 'response.create', response: { conversation: 'none' } });
      conversation.received(beside);
      const words = { response_id: 'resp_beside', item_id: 'b1', text: '{"topic":"billing"}' };
      conversation.received(event('response.output_text.done', words));
      expect(new Set(turns)).toEqual(new Set());
      expect(conversation.items).toEqual([]);
    });

    it('is heard to speak, where the page lets it, and can be stopped', () => {
      conversation.received(beside);
      const sound = { response_id: 'resp_beside' };
      conversation.received(event('output_audio_buffer.started', sound));
      conversation.responses.interrupt();
      expect(sent.map(({ type }) => type)).toEqual([
        'response.cancel',
        'output_audio_buffer.clear',
      ]);
      conversation.received(event('output_audio_buffer.cleared', sound));
      expect(turns).toEqual(['speaking', 'listening']);
    });

    it('is not taken for one by a malformed event', () => {
      conversation.received(event('response.created', { response: { conversation_id: null } }));
      for (const one of spoken('u1', 'Good morning', null)) conversation.received(one);
      expect(conversation.items).toMatchObject([{ text: 'Good morning' }]);
    });
  });
});
