/** What a new session is told of the conversation before it, event by event. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ClientEvent, ServerEvent, SessionUpdate } from '../../../src/core/protocol.js';
import { History, isKept } from '../../../src/core/recovery/history.js';
import type { TranscriptItem } from '../../../src/core/transcript.js';
import { errorEvent, event } from '../../support/server-events.js';

type Role = TranscriptItem['role'];

const said = (id: string, text: string, role: Role = 'user'): TranscriptItem => ({
  id,
  role,
  text,
  final: true,
  interrupted: false,
});
const item = (fields: object): ClientEvent =>
  ({ type: 'conversation.item.create', item: fields }) as ClientEvent;
const message = (role: string, text: string, id?: string) => ({
  ...(id !== undefined && { id }),
  type: 'message',
  role,
  content: [{ type: 'input_text', text }],
});
const update = (session: object): ClientEvent => ({
  type: 'session.update',
  session: session as SessionUpdate & { type: 'realtime' },
});
const asked = (call_id: string, name = 'order') => ({
  id: `item_${call_id}`,
  type: 'function_call',
  call_id,
  name,
  arguments: '{}',
});
const gave = (call_id: string, output: string) => ({
  type: 'function_call_output',
  call_id,
  output,
});
const done = (fields: object, type = 'conversation.item.done'): ServerEvent =>
  event(type, { item: fields, previous_item_id: null });
const added = (fields: object) => done(fields, 'conversation.item.added');
const deleted = (item_id: string) => event('conversation.item.deleted', { item_id });

const itemsOf = (events: readonly ClientEvent[]) =>
  events.flatMap((one) => (one.type === 'conversation.item.create' ? [one.item as object] : []));
/** In words: who said what, what was asked of a tool, and what it brought. */
const wordsOf = (events: readonly ClientEvent[]) =>
  itemsOf(events).map((one) => {
    if ('output' in one) return `output: ${String(one.output)}`;
    if ('name' in one) return `call: ${String(one.name)}`;
    const { role, content } = one as { role: string; content: { text: string }[] };
    return `${role}: ${content.map(({ text }) => text).join('')}`;
  });

const UNKNOWN =
  'output: The connection was lost before a result came. It may have been done, or not.';

describe('a new session is told', () => {
  let history: History;

  beforeEach(() => {
    history = new History();
  });

  it('nothing where there was nothing', () => {
    expect(history.replay([], undefined)).toEqual([]);
  });

  it('what both sides said, as services take it', () => {
    const items = [said('u1', 'Hello?'), said('a1', 'Good morning.', 'agent')];
    expect(history.replay(items, undefined)).toEqual([
      {
        type: 'conversation.item.create',
        event_id: 'voice-agent-replay',
        item: {
          id: 'u1',
          type: 'message',
          role: 'user',
          content: [{ type: 'input_text', text: 'Hello?' }],
        },
      },
      {
        type: 'conversation.item.create',
        event_id: 'voice-agent-replay',
        item: {
          id: 'a1',
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Good morning.' }],
        },
      },
    ]);
  });

  it('nothing of those whose words are not known', () => {
    expect(history.replay([said('u1', ''), said('a1', 'Yes.', 'agent')], undefined)).toHaveLength(
      1,
    );
  });

  it('what the others were about, before everything else', () => {
    const events = history.replay([said('u9', 'And now?')], 'They talked about prices.');
    expect(wordsOf(events)).toEqual([
      'system: Earlier in this conversation: They talked about prices.',
      'user: And now?',
    ]);
    expect(itemsOf(events)[0]).toMatchObject({ id: 'earlier', type: 'message' });
  });

  it('how the session was configured, and every change since, first of all', () => {
    history = new History({ instructions: 'Be kind.', output_modalities: ['audio'] });
    history.sent(update({ type: 'realtime', instructions: 'Be brief.' }));
    expect(history.replay([said('u1', 'Hello?')], undefined)[0]).toEqual({
      type: 'session.update',
      event_id: 'voice-agent-replay',
      session: { type: 'realtime', instructions: 'Be brief.', output_modalities: ['audio'] },
    });
  });

  it('each setting of either side as it was last, and lists and what lies deeper whole', () => {
    const vad = { type: 'server_vad', threshold: 0.5 };
    history = new History({
      audio: { input: { turn_detection: vad } },
      tools: [],
    } as SessionUpdate);
    const tools = [{ type: 'function', name: 'order' }];
    history.sent(update({ audio: { input: { noise_reduction: { type: 'near_field' } } }, tools }));
    history.sent(update({ audio: { input: { turn_detection: { type: 'semantic_vad' } } } }));
    history.sent(update({ audio: { output: { voice: 'marin' } } }));
    history.sent(update({ audio: { output: { voice: null } } }));
    expect(history.replay([], undefined)[0]).toMatchObject({
      session: {
        type: 'realtime',
        tools,
        audio: {
          input: {
            turn_detection: { type: 'semantic_vad' },
            noise_reduction: { type: 'near_field' },
          },
          output: { voice: null },
        },
      },
    });
    expect(JSON.stringify(history.replay([], undefined))).not.toContain('threshold');
  });

  it('what tools were asked and brought, after what was said before', () => {
    history.observe(done(asked('c1')), 'u1');
    history.sent(item(gave('c1', 'Done.')));
    history.observe(done(asked('c2', 'cancel')), 'u2');
    const items = [said('u1', 'Order two'), said('u2', 'Or not')];
    const events = history.replay(items, undefined);
    expect(wordsOf(events)).toEqual([
      'user: Order two',
      'call: order',
      'output: Done.',
      'user: Or not',
      'call: cancel',
      UNKNOWN,
    ]);
    expect(itemsOf(events).at(-1)).toMatchObject({ type: 'function_call_output', call_id: 'c2' });
    // Once more, after another loss.
    expect(history.replay(items, undefined)).toEqual(events);
  });

  it.each([
    ['in the middle of it', 'incomplete', []],
    ['after it', 'completed', [asked('c1')]],
  ])(
    'nothing of what a tool was asked in an answer that was cut short %s',
    (_story, status, output) => {
      history.observe(added({ ...asked('c1'), status: 'in_progress' }), 'u1');
      history.observe(done({ ...asked('c1'), status }), 'u1');
      const response = { id: 'resp_1', status: 'cancelled', output };
      history.observe(event('response.done', { response }), 'u1');
      expect(history.isBusy).toBe(false);
      expect(wordsOf(history.replay([said('u1', 'Order')], undefined))).toEqual(['user: Order']);
    },
  );

  it('outputs without what only the service may say of items', () => {
    history.observe(done({ ...asked('c1'), object: 'realtime.item', status: 'completed' }), 'u1');
    const [, call] = itemsOf(history.replay([said('u1', 'Order')], undefined));
    expect(JSON.parse(JSON.stringify(call))).toEqual(asked('c1'));
  });

  it('of calls by tools what they came to last, where they stood first', () => {
    history.observe(done(asked('c1', 'order'), 'conversation.item.added'), 'u1');
    history.sent(item(gave('c1', 'Done.')));
    history.observe(done({ ...asked('c1', 'order'), arguments: '{"two":2}' }), 'u2');
    const events = history.replay([said('u1', 'Order'), said('u2', 'So?')], undefined);
    expect(wordsOf(events)).toEqual(['user: Order', 'call: order', 'output: Done.', 'user: So?']);
    expect(itemsOf(events)[1]).toMatchObject({ arguments: '{"two":2}' });
  });

  it('what the page told the agent, once, and where it stands as soon as the service has confirmed it', () => {
    const words = ['user: Hello?', 'system: They look at prices.', 'user: So?'];
    const items = [said('u1', 'Hello?'), said('u2', 'So?')];
    // Under an id of the page's own.
    history.sent(item(message('system', 'They look at prices.', 's1')));
    expect(wordsOf(history.replay(items, undefined))).toEqual([words[0], words[2], words[1]]);
    history.observe(added(message('system', 'They look at prices.', 's1')), 'u1');
    history.observe(done(message('system', 'They look at prices.', 's1')), 'u2');
    expect(wordsOf(history.replay(items, undefined))).toEqual(words);
  });

  it('nothing of what was deleted, unless it was told again', () => {
    history.observe(added(message('system', 'They look at page A.', 's1')), 'u1');
    history.observe(done(asked('c1')), 'u1');
    history.observe(done({ id: 'o1', ...gave('c1', 'Done.') }), 'u1');
    history.observe(done(asked('c2')), 'u1');
    for (const id of ['s1', 'o1', 'item_c2']) history.observe(deleted(id), 'u1');
    expect(history.isBusy).toBe(false);
    const items = [said('u1', 'Hello?')];
    expect(wordsOf(history.replay(items, undefined))).toEqual(['user: Hello?']);
    history.observe(added(message('system', 'They look at page B.', 's1')), 'u1');
    expect(wordsOf(history.replay(items, undefined))[1]).toBe('system: They look at page B.');
  });

  it('of what stood before everything only the summary, where there is one', () => {
    history.observe(done(message('system', 'They are at home.', 's1')), undefined);
    expect(wordsOf(history.replay([said('u1', 'Hi')], undefined))).toEqual([
      'system: They are at home.',
      'user: Hi',
    ]);
    expect(wordsOf(history.replay([said('u1', 'Hi')], 'They are at home.'))).toEqual([
      'system: Earlier in this conversation: They are at home.',
      'user: Hi',
    ]);
  });

  it('nothing of an output that nobody asked for, nor of other items', () => {
    history.sent(item(gave('c9', 'Done.')));
    history.observe(done(gave('c9', 'Done.')), undefined);
    history.observe(done({ id: 'm1', type: 'mcp_list_tools' }), undefined);
    history.observe(done(message('user', 'Hello?', 'u1')), undefined);
    history.observe(event('response.output_item.done', { item: asked('c1') }), undefined);
    expect(history.replay([], undefined)).toEqual([]);
  });
});

describe('a tool at work', () => {
  it('belongs to the present session until its output is there', () => {
    const history = new History();
    history.observe(done(message('system', 'Be brief.', 's1')), undefined);
    expect(history.isBusy).toBe(false);
    history.observe(done(asked('c1')), undefined);
    history.observe(done(asked('c2')), undefined);
    history.sent(item(gave('c1', 'Done.')));
    expect(history.isBusy).toBe(true);
    history.sent(item(gave('c2', 'Done.')));
    expect(history.isBusy).toBe(false);
  });
});

describe('a remote tool at work', () => {
  const request = { id: 'mcpr_1', type: 'mcp_approval_request', name: 'pay', arguments: '{}' };
  const answer = { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: false };
  const running = { id: 'mcp_1', type: 'mcp_call', name: 'pay', output: null, error: null };

  it('is one that waits for an approval, until the visitor has answered', () => {
    const history = new History();
    history.observe(added(request), undefined);
    history.observe(done(request), undefined);
    expect(history.isBusy).toBe(true);
    history.sent(item(answer));
    expect(history.isBusy).toBe(false);
  });

  it.each([
    ['with what it brought', { output: '' }],
    ['with why it could not', { error: { type: 'http_error', code: 500 } }],
  ])('is one that was called, until it ends %s', (_story, end) => {
    const history = new History();
    for (const call of [running, { ...running, approval_request_id: 'mcpr_1' }]) {
      history.observe(added(call), undefined);
      expect(history.isBusy).toBe(true);
      history.observe(done({ ...call, ...end }), undefined);
      expect(history.isBusy).toBe(false);
    }
  });

  it('is none of the next session, which hears nothing of it', () => {
    const history = new History();
    history.observe(done(request), undefined);
    history.observe(added(running), undefined);
    expect(history.replay([], undefined)).toEqual([]);
    expect(history.isBusy).toBe(false);
  });
});

describe('a change of the session', () => {
  const voice = { audio: { output: { voice: 'nobody' } } };
  const kind = { instructions: 'Be kind.' };
  const named = (id: string, session: object) => ({ ...update(session), event_id: id });
  const accepted = event('session.updated', { session: {} });
  const told = (history: History) =>
    (history.replay([], undefined)[0] as { session?: object }).session;

  it('that the service refuses is not told to the next one', () => {
    const history = new History();
    history.sent(named('mine', voice));
    history.sent(update(kind));
    history.observe(errorEvent('invalid_value', 'mine'), undefined);
    expect(told(history)).toEqual({ type: 'realtime', ...kind });
  });

  it('without an id is the one that the service refuses where its error names none', () => {
    const history = new History();
    history.sent(update(kind));
    history.observe(accepted, undefined);
    history.sent(named('mine', { tools: [] }));
    history.sent(update(voice));
    history.observe(
      event('error', { error: { code: 'invalid_value', event_id: null } }),
      undefined,
    );
    expect(told(history)).toEqual({ type: 'realtime', tools: [], ...kind });
  });

  it('stays where an error is about something else', () => {
    const history = new History();
    history.sent(named('mine', kind));
    history.observe(errorEvent('invalid_value', 'yours'), undefined);
    history.observe(errorEvent('invalid_value'), undefined);
    history.observe(accepted, undefined);
    history.observe(errorEvent('invalid_value', 'mine'), undefined);
    expect(told(history)).toEqual({ type: 'realtime', ...kind });
  });

  it('is not forgotten by a service that confirms none', () => {
    const history = new History();
    history.sent(update(kind));
    for (let index = 1; index <= 25; index++) history.sent(update({ max_output_tokens: index }));
    expect(told(history)).toEqual({ type: 'realtime', max_output_tokens: 25, ...kind });
  });
});

describe('what was sent and perhaps never arrived', () => {
  const typed = (text: string) => item(message('user', text));
  const left = (history: History) => wordsOf(history.replay([], undefined));

  it('is told to each session until the service has it, by who said which words', () => {
    const history = new History();
    for (const text of ['One', 'Two', 'Two', 'Three']) history.sent(typed(text));
    history.observe(added(message('user', 'Two', 'u2')), undefined);
    history.observe(added(message('user', 'Four', 'u4')), undefined);
    history.observe(added(message('assistant', 'One', 'a1')), undefined);
    const rest = ['user: One', 'user: Two', 'user: Three'];
    expect(left(history)).toEqual(rest);
    expect(left(history)).toEqual(rest);
    expect(history.isAsking).toBe(true);
  });

  it('is confirmed when the service has added it, and by that alone', () => {
    const history = new History();
    for (const text of ['Yes', 'Yes']) history.sent(typed(text));
    history.observe(added(message('user', 'Yes', 'u1')), undefined);
    history.observe(done(message('user', 'Yes', 'u1')), undefined);
    expect(left(history)).toEqual(['user: Yes']);
    history.observe(added(message('user', 'Yes', 'u2')), undefined);
    expect(left(history)).toEqual([]);
    expect(history.isAsking).toBe(false);
  });

  it('is not told again where the service has refused it', () => {
    const history = new History();
    history.sent({ ...typed('One'), event_id: 'mine' });
    history.observe(errorEvent('invalid_value', 'mine'), undefined);
    expect(left(history)).toEqual([]);
  });

  it('is known by all its parts, with and without words', () => {
    const history = new History();
    const picture = (text: string) => ({
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_image', image_url: 'data:,' },
        { type: 'input_text', text },
        { type: 'input_text', text: '!' },
      ],
    });
    history.sent(item(picture('This')));
    history.sent(item(picture('That')));
    history.observe(added({ id: 'u1', ...picture('That') }), undefined);
    expect(left(history)).toEqual(['user: This!']);
  });

  it('is not confirmed by what is no message', () => {
    const history = new History();
    const content = [{ type: 'input_image', image_url: 'data:,' }];
    history.sent(item({ type: 'message', role: 'user', content }));
    history.observe(added(asked('c1')), undefined);
    expect(history.isAsking).toBe(true);
  });

  it('is no more than twenty, for services that confirm nothing', () => {
    const history = new History();
    for (let index = 1; index <= 25; index++) history.sent(typed(String(index)));
    expect(left(history)).toHaveLength(20);
    expect(left(history)[0]).toBe('user: 6');
  });

  it('is messages, and no outputs', () => {
    const history = new History();
    history.sent(item(gave('c1', 'Done.')));
    expect(left(history)).toEqual([]);
    expect(isKept(typed('One'))).toBe(true);
    expect(isKept(item(gave('c1', 'Done.')))).toBe(false);
    expect(isKept(update({}))).toBe(true);
  });

  it('asks for nothing where it was told to the agent alone', () => {
    const history = new History();
    history.sent(item(message('system', 'They look at prices.')));
    history.sent(update({ instructions: 'Be kind.' }));
    expect(history.isAsking).toBe(false);
  });
});

describe('of a new session', () => {
  it('what only repeats what it was told is an echo, and so is an error about it', () => {
    const history = new History();
    history.replay([said('u1', 'Hello?')], undefined);
    expect(history.isEcho(done(message('user', 'Hello?', 'u1')))).toBe(true);
    expect(history.isEcho(done(message('user', 'Hello?', 'u2')))).toBe(false);
    expect(history.isEcho(errorEvent('invalid_value', 'voice-agent-replay'))).toBe(true);
    expect(history.isEcho(errorEvent('invalid_value', 'voice-agent-response-1'))).toBe(false);
    expect(history.isEcho(errorEvent('invalid_value'))).toBe(false);
  });

  it('events of any shape are none', () => {
    const history = new History();
    history.observe(done(asked('c1')), undefined);
    history.sent(item(gave('c1', 'Done.')));
    // An output has no id.
    history.replay([], undefined);
    for (const fields of [{}, { item: null }, { item: {} }, { error: null }]) {
      expect(history.isEcho(event('conversation.item.done', fields))).toBe(false);
      expect(history.isEcho(event('error', fields))).toBe(false);
    }
  });
});
