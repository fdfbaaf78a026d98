/** The visitor's words are read before the agent answers them, and nothing leaves the agent mute. */
import { describe, expect, it, vi } from 'vitest';
import type { ServerEvent, VoiceErrorDetail } from '../../../src/core/index.js';
import {
  attachInputGate,
  type InputGateOptions,
} from '../../../src/core/guardrails/attach-input-gate.js';
import type { VoiceGuardrailDetail } from '../../../src/core/guardrails/guardrail-events.js';
import type { Guardrail } from '../../../src/core/guardrails/guardrail.js';
import { detailsOf, FakeCall } from '../../support/fake-call.js';
import { event, spoken } from '../../support/server-events.js';
import { avoids, patient, settled } from './guardrail-stories.js';

const VAD = { type: 'server_vad', threshold: 0.6, silence_duration_ms: 300 };
const HELD = { ...VAD, create_response: false };
const REFUSED = ['conversation.item.create', 'respond'];

const session = (
  turn_detection: object | null,
  type = 'session.updated',
  transcription: object | null = { model: 'gpt-4o-mini-transcribe' },
): ServerEvent =>
  event(type, {
    session: { type: 'realtime', audio: { input: { turn_detection, transcription } } },
  });

/** All of a turn up to, and without, its words. */
const unread = (id: string) => spoken(id, '', null).slice(0, 3);
const words = (id: string, text: string) => spoken(id, text, null).slice(-1);

/** A call in which the service has done as asked, unless told otherwise. */
function setUp(guardrails: Guardrail[], options?: InputGateOptions, confirmed = true) {
  const call = new FakeCall();
  const hits = detailsOf<VoiceGuardrailDetail>(call, 'voice-guardrail');
  const errors = detailsOf<VoiceErrorDetail>(call, 'voice-error');
  const gate = attachInputGate(call, guardrails, options);
  if (confirmed) {
    call.start(session(HELD, 'session.created'));
    expect(call.asked).toEqual([]);
  }
  return { call, hits, errors, gate };
}

const updates = (call: FakeCall) =>
  call.sent.flatMap((sent) => (sent.type === 'session.update' ? [sent.session] : []));
const updateWith = (turn_detection: object) => ({
  type: 'realtime',
  audio: { input: { turn_detection } },
});

describe('the session', () => {
  it('is told to leave answers to the gate, with all of its turn detection, once the call is live', () => {
    const { call, gate } = setUp([], {}, false);
    call.start(session({ ...VAD, create_response: true }, 'session.created'));
    expect(updates(call)).toEqual([updateWith(HELD)]);
    call.receive(session(HELD), session(HELD));
    expect(updates(call)).toHaveLength(1);
    gate.close();
    expect(updates(call)[1]).toEqual(updateWith({ ...VAD, create_response: true }));
  });

  it('is left alone where the host has said so already, also at the end', () => {
    const { call, gate } = setUp([]);
    gate.close();
    expect(call.asked).toEqual([]);
  });

  it('is told again when the page changes its turn detection', () => {
    const { call } = setUp([]);
    call.receive(session({ type: 'semantic_vad', eagerness: 'low' }));
    expect(updates(call)).toEqual([
      updateWith({ type: 'semantic_vad', eagerness: 'low', create_response: false }),
    ]);
  });

  it('is not told for ever when the service does not listen', () => {
    const { call } = setUp([], {}, false);
    call.start(session(VAD, 'session.created'));
    for (let time = 0; time < 20; time++) call.receive(session(VAD));
    expect(updates(call)).toHaveLength(3);
  });

  it('is left alone where the page ends turns itself', async () => {
    const { call, errors } = setUp([avoids('bomb')], {}, false);
    call.start(session(null, 'session.created'));
    call.receive(...spoken('u1', 'A bomb', null));
    await settled();
    expect(call.asked).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('reads turns that are taken by hand, where the page asks for it', async () => {
    let byHand = true;
    const { call, hits } = setUp([avoids('bomb')], { byHand: () => byHand }, false);
    call.start(session(null, 'session.created'));
    call.receive(...spoken('u1', 'A bomb', null));
    await settled();
    expect(call.asked).toEqual(REFUSED);
    expect(hits.map(({ id }) => id)).toEqual(['u1']);
    call.receive(...spoken('u2', 'A fern', 'u1'));
    await settled();
    expect(call.asked).toEqual([...REFUSED, 'respond']);
    byHand = false;
    call.receive(...spoken('u3', 'A bomb', 'u2'));
    await settled();
    expect(hits).toHaveLength(1);
  });

  it('answers turns that are taken by hand unread, where there is nothing to read', () => {
    const { call, errors } = setUp([avoids('bomb')], { byHand: () => true }, false);
    call.start(session(null, 'session.created', null));
    call.receive(...unread('u1'));
    expect(call.asked).toEqual(['respond']);
    expect(errors).toHaveLength(1);
  });

  it('without a transcription answers unread, which is said once', () => {
    const { call, errors } = setUp([], {}, false);
    call.start(session(VAD, 'session.created', null));
    call.receive(...unread('u1'), ...unread('u2'));
    expect(call.asked).toEqual([]);
    expect(errors.map(({ error }) => error.message)).toEqual(['The guardrail input gate failed.']);
  });

  it('without a transcription is held all the same where nothing may pass unread', () => {
    const { call } = setUp([], { onFailure: 'hit' }, false);
    call.start(session(VAD, 'session.created', null));
    expect(updates(call)).toEqual([updateWith(HELD)]);
  });

  it('of any other shape does no harm', () => {
    const { call } = setUp([], {}, false);
    call.start(
      event('session.created'),
      event('session.created', { session: null }),
      event('session.created', { session: { audio: null } }),
      event('session.created', { session: { audio: { input: { turn_detection: 'none' } } } }),
    );
    expect(call.asked).toEqual([]);
  });
});

describe('what the visitor says', () => {
  it('is answered when nobody objects', async () => {
    const { call, hits } = setUp([avoids('bomb')]);
    call.receive(...unread('u1'));
    await settled();
    expect(call.asked).toEqual([]);
    call.receive(...words('u1', 'Hello'));
    await settled();
    expect(call.asked).toEqual(['respond']);
    expect(hits).toEqual([]);
  });

  it('is refused when somebody does', async () => {
    const { call, hits } = setUp([avoids('bomb')]);
    call.receive(...spoken('u1', 'A bomb', null));
    await settled();
    expect(hits).toEqual([
      { id: 'u1', role: 'user', guardrail: 'avoidance', reason: 'It says bomb.', text: 'A bomb' },
    ]);
    expect(call.asked).toEqual(REFUSED);
    expect(call.sent).toMatchObject([{ item: { role: 'system' } }]);
  });

  it('leaves the conversation where the page wants it so', async () => {
    const { call } = setUp([avoids('bomb')], { forget: true });
    call.receive(...spoken('u1', 'A bomb', null));
    await settled();
    expect(call.asked).toEqual(['conversation.item.delete', ...REFUSED]);
  });

  it('is answered all the same where the page only wants to know', async () => {
    const { call } = setUp([avoids('bomb')]);
    call.addEventListener('voice-guardrail', (one) => {
      one.preventDefault();
    });
    call.receive(...spoken('u1', 'A bomb', null));
    await settled();
    expect(call.asked).toEqual(['respond']);
  });

  it('in two turns is answered once, after both were read, in their order', async () => {
    const { guardrail, verdicts } = patient();
    const { call } = setUp([guardrail]);
    call.receive(...spoken('u1', 'A bomb', null), ...spoken('u2', 'Hello', 'u1'));
    await settled();
    verdicts[1]?.resolve(undefined);
    await settled();
    expect(call.asked).toEqual([]);
    verdicts[0]?.resolve('No.');
    await settled();
    expect(call.asked).toEqual(REFUSED);
  });

  it('is not answered while the visitor goes on', async () => {
    const { call } = setUp([]);
    call.receive(...unread('u1'), ...unread('u2').slice(0, 1), ...words('u1', 'And'));
    await settled();
    expect(call.asked).toEqual([]);
    call.receive(...unread('u2').slice(1), ...words('u2', 'so on'));
    await settled();
    expect(call.asked).toEqual(['respond']);
  });

  it('is no answer to silence', async () => {
    const { call } = setUp([avoids('bomb')]);
    const place = { item_id: 's1', audio_start_ms: 0, audio_end_ms: 5 };
    call.receive(
      event('input_audio_buffer.timeout_triggered', place),
      event('input_audio_buffer.committed', { item_id: 's1' }),
      ...words('s1', 'Thank you for watching.'),
    );
    await settled();
    expect(call.asked).toEqual([]);
  });
});

describe('words that never come', () => {
  const failed = (id: string) =>
    event('conversation.item.input_audio_transcription.failed', { item_id: id, error: {} });

  it('are answered, and reported once', async () => {
    const { call, errors } = setUp([avoids('bomb')]);
    call.receive(...unread('u1'), failed('u1'));
    await settled();
    call.receive(...unread('u2'), failed('u2'));
    await settled();
    expect(call.asked).toEqual(['respond', 'respond']);
    expect(errors).toHaveLength(1);
  });

  it('are refused where nothing may pass unread', async () => {
    const { call } = setUp([avoids('bomb')], { onFailure: 'hit' });
    call.receive(...unread('u1'), failed('u1'));
    await settled();
    expect(call.asked).toEqual(REFUSED);
  });

  it('are not waited for for ever', async () => {
    const { call } = setUp([avoids('bomb')], { transcriptTimeoutMs: 5 });
    call.receive(...unread('u1'));
    await vi.waitFor(() => {
      expect(call.asked).toEqual(['respond']);
    });
  });

  it('hold up nobody when a message to the agent cannot be made', async () => {
    const message = () => {
      throw new Error('No words.');
    };
    const { call } = setUp([avoids('bomb')], { message });
    call.receive(...spoken('u1', 'A bomb', null), ...spoken('u2', 'Hello', 'u1'));
    await settled();
    expect(call.asked).toEqual(['respond']);
  });
});

describe('a verdict that comes too late', () => {
  it.each<[string, (call: FakeCall, gate: { close(): void }) => void]>([
    ['the call ended', (call) => call.end()],
    ['nobody asks for it any more', (_, gate) => gate.close()],
    [
      'another call has begun',
      (call) => {
        call.end();
        call.start(session(HELD, 'session.created'));
      },
    ],
  ])('does nothing when %s', async (_, happening) => {
    const { guardrail, verdicts } = patient();
    const { call, hits, gate } = setUp([guardrail]);
    call.receive(...spoken('u1', 'A bomb', null));
    await settled();
    happening(call, gate);
    verdicts[0]?.resolve('No.');
    await settled();
    expect(hits).toEqual([]);
    expect(call.asked).toEqual([]);
  });
});
