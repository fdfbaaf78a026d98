// The protocol, event by event, over real WebRTC: typed turns, tools, cancelling, push-to-talk,
// items, updates and every refusal.
import { describe, expect, it, vi } from 'vitest';
import { callers } from '../support/callers.js';
import type { RealtimePeer } from '../support/realtime-peer.js';
import { synthesize } from '../support/speech.js';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const talk = callers();

const PNG_640_480 =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAIAAAC6s0uzAAAAAElFTkSuQmCC';
const TEXT = { output_modalities: ['text'] };
const userText = (text: string): Record<string, unknown> => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});

/** Types a question and returns the finished response. */
async function ask(peer: RealtimePeer, text: string, response?: Record<string, unknown>) {
  const from = peer.events.length;
  peer.send(userText(text));
  peer.send({ type: 'response.create', ...(response && { response }) });
  return (await peer.event('response.done', { from })).response;
}

/** Sends one bad event and returns the error that answers it. */
async function refusal(peer: RealtimePeer, event: Record<string, unknown>) {
  const from = peer.events.length;
  const event_id = `mine_${from}`;
  peer.send({ ...event, event_id });
  const { error } = await peer.event('error', { from });
  expect(error.event_id).toBe(event_id);
  return error;
}

describe('a session', () => {
  it('begins with its full configuration and its end', async () => {
    const peer = await talk({ session: { instructions: 'Be kind.' } });
    const { session } = await peer.event('session.created');
    expect(peer.events[0]?.type).toBe('session.created');
    expect(session).toMatchObject({
      object: 'realtime.session',
      instructions: 'Be kind.',
      output_modalities: ['audio'],
      audio: { input: { transcription: null, turn_detection: { type: 'server_vad' } } },
    });
    const seconds = (session as { expires_at?: number }).expires_at ?? 0;
    expect(seconds - Date.now() / 1000).toBeGreaterThan(3_590);
  });

  it('greets when it is asked to answer before anybody spoke', async () => {
    const peer = await talk();
    peer.send({ type: 'response.create' });
    const { response } = await peer.event('response.done');
    expect(JSON.stringify(response.output)).toContain('this is Fern and Co');
    const stopped = await peer.event('output_audio_buffer.stopped');
    expect(stopped.response_id).toBe(response.id);
    expect(response.usage?.output_token_details?.audio_tokens).toBeGreaterThan(50);
  });

  it('takes an update, says the whole result, and keeps what was not named', async () => {
    const peer = await talk({ session: { instructions: 'Be kind.' } });
    peer.send({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: null } } },
    });
    const { session } = await peer.event('session.updated');
    expect(session).toMatchObject({
      instructions: 'Be kind.',
      audio: { input: { turn_detection: null }, output: { voice: 'alloy' } },
    });
  });

  it('refuses an update as a whole when one field is unknown, bad, or too late', async () => {
    const peer = await talk();
    const update = (session: Record<string, unknown>) =>
      refusal(peer, { type: 'session.update', session: { type: 'realtime', ...session } });
    expect(await update({ temperature: 0.8, instructions: 'x' })).toMatchObject({
      code: 'unknown_parameter',
      param: 'session.temperature',
    });
    expect(await update({ audio: { output: { voice: 'nobody' } } })).toMatchObject({
      code: 'invalid_value',
      param: 'session.audio.output.voice',
    });
    expect(await update({ model: 'another' })).toMatchObject({ param: 'session.model' });
    expect(await refusal(peer, { type: 'session.update', session: {} })).toMatchObject({
      code: 'missing_required_parameter',
      param: 'session.type',
    });
    peer.send({ type: 'response.create' });
    await peer.event('output_audio_buffer.started');
    expect(await update({ audio: { output: { voice: 'marin' } } })).toMatchObject({
      code: 'cannot_update_voice',
    });
    expect(peer.types()).not.toContain('session.updated');
  });
});

describe('a typed turn', () => {
  it('is answered by text alone when the session says so', async () => {
    const peer = await talk({ session: TEXT });
    const from = peer.events.length;
    await ask(peer, 'opening hours?');
    expect(peer.types(from)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ]);
    const { text } = await peer.event('response.output_text.done');
    const deltas = peer.events.flatMap((e) =>
      e.type === 'response.output_text.delta' ? [e.delta] : [],
    );
    expect(deltas.join('')).toBe(text);
    expect(text).toContain('open Monday to Saturday');
  });

  it('may dictate the answer, keep it out of the conversation, and limit its length', async () => {
    const peer = await talk({ session: TEXT });
    const aside = await ask(peer, 'hello', {
      conversation: 'none',
      instructions: 'Say exactly: One two three.',
      metadata: { topic: 'test' },
    });
    expect(aside.metadata).toEqual({ topic: 'test' });
    expect(JSON.stringify(aside.output)).toContain('One two three.');
    const cut = await ask(peer, 'tell me a story', { max_output_tokens: 10 });
    expect(cut).toMatchObject({
      status: 'incomplete',
      status_details: { reason: 'max_output_tokens' },
    });
    expect(cut.output?.[0]).toMatchObject({ status: 'incomplete' });
  });

  it('counts tokens that add up and are cached the second time', async () => {
    const peer = await talk({ session: TEXT });
    await ask(peer, 'tell me a story');
    await ask(peer, 'thank you');
    await ask(peer, 'thank you');
    const { usage } = await ask(peer, 'what are your prices');
    const input = usage?.input_token_details;
    expect(usage?.total_tokens).toBe((usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
    expect((input?.text_tokens ?? 0) + (input?.audio_tokens ?? 0)).toBe(usage?.input_tokens);
    expect(input?.cached_tokens).toBeGreaterThan(0);
    expect(input?.cached_tokens).toBeLessThanOrEqual(usage?.input_tokens ?? 0);
  });
});

describe('a function call', () => {
  const tools = [
    { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } },
    { type: 'function', name: 'add_to_cart', parameters: { type: 'object', properties: {} } },
  ];

  it('is made when a phrase asks for a tool of the session, and its output is spoken', async () => {
    const peer = await talk({ session: { ...TEXT, tools } });
    const from = peer.events.length;
    const response = await ask(peer, 'What is the weather today?');
    expect(peer.types(from)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ]);
    const made = await peer.event('response.function_call_arguments.done', { from });
    expect(made.name).toBe('get_weather');
    expect(JSON.parse(made.arguments)).toEqual({ location: 'here' });
    expect(response.output?.[0]).toMatchObject({ type: 'function_call', call_id: made.call_id });
    peer.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: made.call_id, output: '{"sky":"clear"}' },
    });
    peer.send({ type: 'response.create' });
    const { text } = await peer.event('response.output_text.done');
    expect(text).toBe('sky: clear');
  });

  it('carries what was said, and can be asked for by name', async () => {
    const peer = await talk({ session: { ...TEXT, tools } });
    await ask(peer, 'I want to buy a cactus');
    const made = await peer.event('response.function_call_arguments.done');
    expect(JSON.parse(made.arguments)).toEqual({ product: 'cactus', quantity: 1 });
    const named = await ask(peer, 'call get_weather {"location":"Rome"}');
    expect(named.output?.[0]).toMatchObject({
      name: 'get_weather',
      arguments: '{"location":"Rome"}',
    });
  });

  it('is not made when the session has no such tool or forbids it', async () => {
    const bare = await talk({ session: TEXT });
    expect((await ask(bare, 'what is the weather')).output?.[0]).toMatchObject({ type: 'message' });
    const forbidden = await talk({ session: { ...TEXT, tools, tool_choice: 'none' } });
    expect((await ask(forbidden, 'what is the weather')).output?.[0]).toMatchObject({
      type: 'message',
    });
  });
});

describe('a tool that no phrase of the agent names', () => {
  it('is asked for aloud by its name, also when it came with an update', async () => {
    const peer = await talk({ session: TEXT });
    const parameters = { type: 'object', properties: { theme: { enum: ['dark', 'zzyzx'] } } };
    const tools = [{ type: 'function', name: 'set_theme', parameters }];
    peer.send({ type: 'session.update', session: { type: 'realtime', tools } });
    await peer.event('session.updated');
    await peer.say(synthesize('set theme to dark', { voice: 'rms' }));
    const made = await peer.event('response.function_call_arguments.done');
    expect(made).toMatchObject({ name: 'set_theme', arguments: '{"theme":"dark"}' });
  });
});

describe('two function calls', () => {
  it('are made in one response when one sentence asks for both, unless one at a time is wanted', async () => {
    const schema = (properties: object) => ({ type: 'object', properties });
    const tools = [
      {
        type: 'function',
        name: 'get_weather',
        parameters: schema({ location: { type: 'string' } }),
      },
      {
        type: 'function',
        name: 'setTheme',
        parameters: schema({ theme: { enum: ['dark', 'light'] } }),
      },
    ];
    const peer = await talk({ session: { ...TEXT, tools } });
    const sentence = 'What is the weather in Rome, and set theme to dark, please';
    const both = await ask(peer, sentence);
    expect(both.output).toMatchObject([
      { name: 'get_weather', arguments: '{"location":"Rome"}' },
      { name: 'setTheme', arguments: '{"theme":"dark"}' },
    ]);
    const items = peer.events.flatMap((event) =>
      event.type === 'response.output_item.done' ? [event.output_index] : [],
    );
    expect(items).toEqual([0, 1]);
    for (const [index, output] of ['{"sky":"clear"}', '{"error":"No such theme."}'].entries()) {
      const call = both.output?.[index];
      const call_id = call?.type === 'function_call' ? call.call_id : undefined;
      peer.send({
        type: 'conversation.item.create',
        item: { type: 'function_call_output', call_id, output },
      });
    }
    peer.send({ type: 'response.create' });
    const { text } = await peer.event('response.output_text.done');
    expect(text).toBe('sky: clear That did not work. No such theme.');
    const single = await ask(peer, sentence, { parallel_tool_calls: false });
    expect(single.output).toHaveLength(1);
  });
});

describe('a picture', () => {
  const send = (peer: RealtimePeer, image_url: string, detail?: string): void =>
    peer.send({
      type: 'conversation.item.create',
      item: {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_image', image_url, detail }],
      },
    });

  it('is told by its type and size, and counted', async () => {
    const peer = await talk({ session: TEXT });
    send(peer, PNG_640_480, 'high');
    peer.send({ type: 'response.create' });
    const { response } = await peer.event('response.done');
    expect(JSON.stringify(response.output)).toContain('I got a PNG picture, 640 by 480 pixels.');
    const usage = response.usage?.input_token_details;
    expect(usage?.image_tokens).toBe(85 + 170 * 2);
  });

  it('is refused when it is none', async () => {
    const peer = await talk({ session: TEXT });
    send(peer, 'https://example.com/fern.png');
    const { error } = await peer.event('error');
    expect(error).toMatchObject({ code: 'invalid_value', param: 'item.content[0].image_url' });
    expect(peer.types()).not.toContain('conversation.item.added');
  });
});

describe('a handoff', () => {
  it('is an update whose instructions name another agent', async () => {
    const tools = [{ type: 'function', name: 'transfer_to_Support' }];
    const peer = await talk({ session: { ...TEXT, tools } });
    const call = await ask(peer, 'I want to talk to support');
    expect(call.output?.[0]).toMatchObject({ name: 'transfer_to_Support', arguments: '{}' });
    peer.send({
      type: 'session.update',
      session: { type: 'realtime', instructions: 'Help.\nAgent: support', tools: [] },
    });
    await peer.event('session.updated');
    const helped = await ask(peer, 'My pot is broken');
    expect(JSON.stringify(helped.output)).toContain('We send you a new one tomorrow');
    const lost = await ask(peer, 'do you deliver');
    expect(JSON.stringify(lost.output)).toContain('I only know about broken pots');
  });

  it('is heard by voice from then on', async () => {
    const peer = await talk();
    peer.send({
      type: 'session.update',
      session: {
        type: 'realtime',
        instructions: 'Agent: support',
        audio: { input: { transcription: { model: 'gpt-transcribe' } } },
      },
    });
    await peer.event('session.updated');
    await peer.say(synthesize('my order did not come', { voice: 'rms' }));
    const heard = await peer.event('conversation.item.input_audio_transcription.completed');
    expect(heard.transcript).toBe('My order did not come');
  });
});

describe('stopping', () => {
  it('cancels the response and clears the sound', async () => {
    const peer = await talk();
    peer.send(userText('tell me a story'));
    peer.send({ type: 'response.create' });
    await peer.event('output_audio_buffer.started');
    const second = await refusal(peer, { type: 'response.create' });
    expect(second.code).toBe('conversation_already_has_active_response');
    peer.send({ type: 'response.cancel' });
    peer.send({ type: 'output_audio_buffer.clear' });
    const { response } = await peer.event('response.done');
    expect(response).toMatchObject({
      status: 'cancelled',
      status_details: { reason: 'client_cancelled' },
    });
    const cleared = await peer.event('output_audio_buffer.cleared');
    expect(cleared.response_id).toBe(response.id);
    await peer.event('conversation.item.truncated');
    const again = await refusal(peer, { type: 'response.cancel' });
    expect(again.code).toBe('response_cancel_not_active');
    // Nothing of it is left: the next answer starts at once and ends by itself.
    const from = peer.events.length;
    await ask(peer, 'thank you');
    await peer.event('output_audio_buffer.stopped', { from });
    expect(peer.types(from)).not.toContain('output_audio_buffer.cleared');
  });
});

describe('push-to-talk', () => {
  const manual = {
    audio: { input: { turn_detection: null, transcription: { model: 'whisper-1' } } },
  };

  it('hears from clear to commit and says nothing by itself', async () => {
    const peer = await talk({ session: manual });
    peer.send({ type: 'input_audio_buffer.clear' });
    await peer.event('input_audio_buffer.cleared');
    const from = peer.events.length;
    await peer.say(synthesize('where is my order', { voice: 'kal16' }));
    peer.send({ type: 'input_audio_buffer.commit' });
    const heard = await peer.event('conversation.item.input_audio_transcription.completed');
    expect(heard.transcript).toBe('Where is my order');
    expect(peer.types(from)).toEqual([
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.input_audio_transcription.completed',
    ]);
    peer.send({ type: 'response.create' });
    const answer = await peer.event('response.output_audio_transcript.done');
    expect(answer.transcript).toContain('green house');
  });

  it('refuses to commit nothing', async () => {
    const peer = await talk({ session: manual });
    peer.send({ type: 'input_audio_buffer.clear' });
    const error = await refusal(peer, { type: 'input_audio_buffer.commit' });
    expect(error.code).toBe('input_audio_buffer_commit_empty');
  });
});

describe('turn detection', () => {
  it('only reports when it may neither answer nor interrupt', async () => {
    const turn_detection = {
      type: 'server_vad',
      create_response: false,
      interrupt_response: false,
    };
    const peer = await talk({ session: { audio: { input: { turn_detection } } } });
    peer.send(userText('tell me a story'));
    peer.send({ type: 'response.create' });
    await peer.event('output_audio_buffer.started');
    const from = peer.events.length;
    await peer.say(synthesize('when do you close', { voice: 'rms' }));
    await peer.event('input_audio_buffer.committed', { from });
    const types = peer.types(from);
    expect(types).not.toContain('output_audio_buffer.cleared');
    expect(types).not.toContain('response.created');
  });

  it('asks whether anybody is there after the idle timeout', async () => {
    const turn_detection = { type: 'server_vad', idle_timeout_ms: 5_000 };
    const peer = await talk({ session: { audio: { input: { turn_detection } } } });
    await ask(peer, 'thank you');
    const from = peer.events.length;
    await peer.event('input_audio_buffer.timeout_triggered', { from, ms: 12_000 });
    const answer = await peer.event('response.output_audio_transcript.done', { from });
    expect(answer.transcript).toContain('Are you still there');
  });
});

describe('the echo agent', () => {
  it('plays back what it heard', async () => {
    const peer = await talk({ session: { model: 'echo' } });
    const speech = synthesize('hello can you hear me', { voice: 'rms' });
    await peer.say(speech);
    await peer.event('output_audio_buffer.stopped', { ms: 20_000 });
    const loud = peer.heard.filter(({ level }) => level > 0.01).length * 20;
    const spoken = (speech.samples.length / speech.sampleRate) * 1_000;
    expect(loud).toBeGreaterThan(spoken * 0.5);
    expect(loud).toBeLessThan(spoken * 1.2);
  });
});

describe('items', () => {
  it('are put in front, found, truncated and deleted by their ids', async () => {
    const peer = await talk();
    const create = (id: string, previous_item_id?: string): void =>
      peer.send({
        type: 'conversation.item.create',
        previous_item_id,
        item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: id }] },
      });
    create('b');
    create('c');
    create('a', 'root');
    await peer.waitFor(
      'all items',
      () => peer.types().filter((t) => t.endsWith('item.done')).length === 3,
    );
    const added = peer.events.filter((event) => event.type === 'conversation.item.added');
    expect(added.map((event) => [event.item.id, event.previous_item_id])).toEqual([
      ['b', null],
      ['c', 'b'],
      ['a', null],
    ]);
    peer.send({ type: 'conversation.item.retrieve', item_id: 'b' });
    expect((await peer.event('conversation.item.retrieved')).item.id).toBe('b');
    peer.send({ type: 'conversation.item.delete', item_id: 'b' });
    expect((await peer.event('conversation.item.deleted')).item_id).toBe('b');
    const gone = await refusal(peer, { type: 'conversation.item.retrieve', item_id: 'b' });
    expect(gone.code).toBe('item_not_found');
    peer.send({ type: 'response.create' });
    await peer.event('output_audio_buffer.stopped');
    const { item } = await peer.event('response.output_item.done');
    const item_id = item.id as string;
    const late = {
      type: 'conversation.item.truncate',
      item_id,
      content_index: 0,
      audio_end_ms: 60_000,
    };
    expect((await refusal(peer, late)).param).toBe('audio_end_ms');
    peer.send({ ...late, audio_end_ms: 500 });
    expect((await peer.event('conversation.item.truncated')).audio_end_ms).toBe(500);
  });

  it('are refused when they are no items', async () => {
    const peer = await talk();
    const item = (fields: Record<string, unknown>) =>
      refusal(peer, { type: 'conversation.item.create', item: fields });
    expect(await item({ type: 'poem' })).toMatchObject({ param: 'item.type' });
    expect(await item({ type: 'message', role: 'user' })).toMatchObject({ param: 'item.content' });
    expect(await item({ type: 'function_call_output', output: 'x' })).toMatchObject({
      code: 'missing_required_parameter',
      param: 'item.call_id',
    });
  });
});

describe('nonsense on the channel', () => {
  it('gets one error each and harms nothing', async () => {
    const peer = await talk({ session: TEXT });
    // It can be read, and not written again.
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    for (const text of [
      ' ',
      '{',
      'null',
      '[]',
      '"x"',
      '{}',
      '{"type":1}',
      '{"type":"__proto__"}',
      `{"type":"response.create","response":{"metadata":{"a":${deep}}}}`,
    ]) {
      peer.send(text);
    }
    await peer.waitFor('nine errors', () => peer.types().filter((t) => t === 'error').length === 9);
    expect((await refusal(peer, { type: 'response.dance' })).param).toBe('type');
    expect((await refusal(peer, { type: 'response.create', now: true })).code).toBe(
      'unknown_parameter',
    );
    expect((await ask(peer, 'thank you')).status).toBe('completed');
  });

  it('is bounded when it is a flood', async () => {
    const peer = await talk({ session: TEXT });
    for (let number = 0; number < 2_000; number++) peer.send({ type: 'output_audio_buffer.clear' });
    const { error } = await peer.event('error');
    expect(error.code).toBe('rate_limit_exceeded');
    expect(peer.types().filter((type) => type === 'error')).toHaveLength(1);
  });
});
