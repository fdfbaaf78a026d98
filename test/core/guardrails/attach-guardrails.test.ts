/** The agent is read while it speaks, and stopped where a guardrail objects: once, and never too late. */
import { describe, expect, it, vi } from 'vitest';
import type { VoiceErrorDetail } from '../../../src/core/index.js';
import {
  attachGuardrails,
  type OutputGuardrailOptions,
} from '../../../src/core/guardrails/attach-guardrails.js';
import type { VoiceGuardrailDetail } from '../../../src/core/guardrails/guardrail-events.js';
import type { Guardrail } from '../../../src/core/guardrails/guardrail.js';
import { detailsOf, FakeCall } from '../../support/fake-call.js';
import { answered, event, spoken } from '../../support/server-events.js';
import { avoids, hasSaid, patient, says, settled } from './guardrail-stories.js';

function setUp(guardrails: Guardrail[], options?: OutputGuardrailOptions) {
  const call = new FakeCall();
  const hits = detailsOf<VoiceGuardrailDetail>(call, 'voice-guardrail');
  const errors = detailsOf<VoiceErrorDetail>(call, 'voice-error');
  const attached = attachGuardrails(call, guardrails, options);
  call.start();
  return { call, hits, errors, attached };
}

const STOPPED = ['interrupt', 'conversation.item.create', 'respond'];

describe('an answer that a guardrail objects to', () => {
  it('is stopped while it is spoken, and the agent is told why', async () => {
    const { call, hits } = setUp([avoids('secret')]);
    call.receive(says('a1', `${'x'.repeat(100)} secret`));
    await settled();
    expect(hits).toEqual([
      {
        id: 'a1',
        role: 'agent',
        guardrail: 'avoidance',
        reason: 'It says secret.',
        text: `${'x'.repeat(100)} secret`,
      },
    ]);
    expect(call.asked).toEqual(STOPPED);
    expect(call.sent).toMatchObject([{ item: { role: 'system' } }]);
    expect(JSON.stringify(call.sent)).toContain('It says secret.');
  });

  it('is stopped at its end where it is short', async () => {
    const { call } = setUp([avoids('secret')]);
    call.receive(says('a1', 'A secret.'));
    await settled();
    expect(call.asked).toEqual([]);
    call.receive(hasSaid('a1', 'A secret.'));
    await settled();
    expect(call.asked).toEqual(STOPPED);
  });

  it('is stopped once, whatever follows and whoever else objects', async () => {
    const { call, hits } = setUp([avoids('secret'), avoids('bad'), avoids('secret')]);
    call.receive(...answered('resp_1', 'a1', 'A bad secret. '.repeat(30), null));
    await settled();
    call.receive(hasSaid('a1', 'A bad secret.'));
    await settled();
    expect(hits).toHaveLength(1);
    expect(call.asked).toEqual(STOPPED);
  });

  it('goes on where the page only wants to know', async () => {
    const { call, hits } = setUp([avoids('secret')]);
    call.addEventListener('voice-guardrail', (one) => {
      one.preventDefault();
    });
    call.receive(hasSaid('a1', 'A secret.'));
    await settled();
    expect(hits).toHaveLength(1);
    expect(call.asked).toEqual([]);
  });

  it('is not followed by another try for ever', async () => {
    const { call } = setUp([avoids('secret')], { retries: 1 });
    const tries = () => call.asked.filter((one) => one === 'respond').length;
    call.receive(...spoken('u1', 'Tell me.', null), ...answered('resp_1', 'a1', 'A secret.', 'u1'));
    await settled();
    call.receive(...answered('resp_2', 'a2', 'Again a secret.', 'a1'));
    await settled();
    expect(call.asked.filter((one) => one === 'interrupt')).toHaveLength(2);
    expect(tries()).toBe(1);
    call.receive(...spoken('u2', 'Well?', 'a2'), ...answered('resp_3', 'a3', 'A secret.', 'u2'));
    await settled();
    expect(tries()).toBe(2);
  });

  it('is explained in the words of the page', async () => {
    const { call } = setUp([avoids('secret')], { message: (reason) => `No! ${reason}` });
    call.receive(hasSaid('a1', 'A secret.'));
    await settled();
    expect(JSON.stringify(call.sent)).toContain('"No! It says secret."');
  });

  it('may be the last of a call that a listener ends', async () => {
    const { call } = setUp([avoids('secret')]);
    call.addEventListener('voice-guardrail', () => {
      call.end();
    });
    call.receive(hasSaid('a1', 'A secret.'));
    await settled();
    expect(call.asked).toEqual([]);
  });
});

describe('a guardrail', () => {
  it('reads all of a turn again after so many characters, one reading at a time', async () => {
    const { guardrail, asked, verdicts } = patient();
    const { call } = setUp([guardrail], { every: 10 });
    for (let piece = 0; piece < 5; piece++) call.receive(says('a1', 'abcdef'));
    await settled();
    expect(asked.map(({ text }) => text.length)).toEqual([12]);
    verdicts[0]?.resolve(undefined);
    await settled();
    expect(asked.map(({ text }) => text.length)).toEqual([12, 30]);
    verdicts[1]?.resolve(undefined);
    call.receive(hasSaid('a1', 'abcdef'.repeat(5)));
    await settled();
    expect(asked.map(({ final }) => final)).toEqual([false, false, true]);
  });

  it('does not read what the visitor says, what is empty, or what is beside the conversation', async () => {
    const { guardrail, asked } = patient();
    const { call } = setUp([guardrail]);
    const beside = { id: 'resp_9', conversation_id: null };
    call.receive(
      ...spoken('u1', 'Hello', null),
      hasSaid('a1', ''),
      event('response.created', { response: beside }),
      event('response.output_item.added', { response_id: 'resp_9', item: { id: 'b1' } }),
      hasSaid('b1', 'Label: friendly', 'resp_9'),
    );
    await settled();
    expect(asked).toEqual([]);
  });

  it('that is slow holds up no other', async () => {
    const { call } = setUp([patient().guardrail, avoids('secret')]);
    call.receive(hasSaid('a1', 'A secret.'));
    await settled();
    expect(call.asked).toEqual(STOPPED);
  });

  it.each([
    ['true', true, 'It is not allowed.'],
    ['an object without a reason', { score: 1 }, 'It is not allowed.'],
    ['a reason', { reason: 'Rude.', score: 1 }, 'Rude.'],
    ['a long story', 'x'.repeat(5_000), 'x'.repeat(500)],
  ])('objects with %s', async (_, verdict, reason) => {
    const { call, hits } = setUp([() => verdict as string]);
    call.receive(hasSaid('a1', 'Hello.'));
    await settled();
    expect(hits.map((hit) => hit.reason)).toEqual([reason]);
  });
});

describe('a verdict that comes too late', () => {
  const late = async (
    happening: (call: FakeCall, attached: { close(): void }) => void,
  ): Promise<{ call: FakeCall; hits: unknown[] }> => {
    const { guardrail, verdicts } = patient();
    const { call, hits, attached } = setUp([guardrail]);
    call.receive(hasSaid('a1', 'A secret.'));
    await settled();
    happening(call, attached);
    verdicts[0]?.resolve('No.');
    await settled();
    return { call, hits };
  };

  it.each<[string, (call: FakeCall, attached: { close(): void }) => void]>([
    [
      'the visitor broke in',
      (call) => call.receive(event('conversation.item.truncated', { item_id: 'a1' })),
    ],
    [
      'it was deleted',
      (call) => call.receive(event('conversation.item.deleted', { item_id: 'a1' })),
    ],
    ['the agent says something else', (call) => call.receive(says('a2', 'Hi', 'resp_2'))],
    ['the call ended', (call) => call.end()],
    [
      'another call has begun',
      (call) => {
        call.end();
        call.start();
      },
    ],
    ['nobody asks for it any more', (_, attached) => attached.close()],
  ])('does nothing when %s', async (_, happening) => {
    const { call, hits } = await late(happening);
    expect(hits).toEqual([]);
    expect(call.asked).toEqual([]);
  });

  it('still stops an answer that goes on in another item, or is spoken over', async () => {
    for (const happening of [[says('a2', 'And')], spoken('u1', 'Hm', 'a1')]) {
      const { call } = await late((one) => one.receive(says('a1', ''), ...happening));
      expect(call.asked).toEqual(STOPPED);
    }
  });

  it('is told so by its signal', async () => {
    const { guardrail, asked } = patient();
    const { call } = setUp([guardrail]);
    call.receive(hasSaid('a1', 'Hello.'));
    await settled();
    call.end();
    expect(asked[0]?.signal.aborted).toBe(true);
  });
});

describe('a guardrail that fails', () => {
  function broken(): never {
    throw new Error('No model.');
  }

  it('is reported once by name, and lets pass', async () => {
    const { call, errors } = setUp([broken, avoids('nothing')]);
    call.receive(hasSaid('a1', 'Hello.'), hasSaid('a2', 'Hello.'));
    await settled();
    expect(errors.map(({ error, fatal }) => [error.code, error.message, fatal])).toEqual([
      ['server-error', 'The guardrail broken failed.', false],
    ]);
    expect(call.asked).toEqual([]);
  });

  it('objects where the page wants it so', async () => {
    const { call, hits } = setUp([broken], { onFailure: 'hit' });
    call.receive(hasSaid('a1', 'Hello.'));
    await settled();
    expect(hits).toHaveLength(1);
    expect(call.asked).toEqual(STOPPED);
  });

  it('has failed when it takes too long', async () => {
    const { guardrail, asked } = patient();
    const { call, errors } = setUp([guardrail], { timeoutMs: 5 });
    call.receive(hasSaid('a1', 'Hello.'));
    await vi.waitFor(() => {
      expect(errors).toHaveLength(1);
    });
    expect((errors[0]?.error.cause as Error).name).toBe('TimeoutError');
    expect(asked[0]?.signal.aborted).toBe(true);
  });
});
