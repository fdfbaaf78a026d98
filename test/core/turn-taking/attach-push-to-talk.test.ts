/** The visitor takes turns by hand: is heard while the button is held, and answered afterwards. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attachPushToTalk } from '../../../src/core/turn-taking/attach-push-to-talk.js';
import type { ServerEvent } from '../../../src/core/protocol.js';
import { FakeCall } from '../../support/fake-call.js';
import { errorEvent, event } from '../../support/server-events.js';

const VAD = { type: 'semantic_vad', eagerness: 'low', create_response: true };
const session = (turn_detection: unknown, type = 'session.updated'): ServerEvent =>
  event(type, { session: { type: 'realtime', audio: { input: { turn_detection } } } });

/** What the session was asked for, in order. */
const detections = (call: FakeCall) =>
  call.sent.flatMap((sent) =>
    sent.type === 'session.update' && 'audio' in sent.session
      ? [sent.session.audio?.input?.turn_detection]
      : [],
  );

/** A live call that takes turns by hand, and what was asked of it afterwards. */
function live(options = {}) {
  const call = new FakeCall();
  const turns = attachPushToTalk(call, options);
  call.start(session(VAD, 'session.created'));
  call.receive(session(null));
  call.asked.length = 0;
  call.holds.length = 0;
  return { call, turns };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a turn by hand', () => {
  it('opens the microphone at once, and is answered 250 ms after the release', () => {
    const { call, turns } = live();
    turns.press();
    expect(turns.isHeld).toBe(true);
    expect(call.holds).toEqual([true]);
    // The silence before it is no part of it, and the agent is quiet.
    expect(call.asked).toEqual(['input_audio_buffer.clear', 'interrupt']);
    turns.release();
    expect(turns.isHeld).toBe(false);
    vi.advanceTimersByTime(249);
    expect(call.holds).toEqual([true]);
    expect(call.asked).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(call.asked.slice(2)).toEqual(['input_audio_buffer.commit', 'respond']);
    expect(call.holds).toEqual([true, false]);
    turns.release();
    vi.advanceTimersByTime(1_000);
    expect(call.asked).toHaveLength(4);
  });

  it('goes on when the button is pressed again within the tail', () => {
    const { call, turns } = live();
    turns.press();
    turns.release();
    vi.advanceTimersByTime(200);
    turns.press();
    vi.advanceTimersByTime(1_000);
    turns.release();
    vi.advanceTimersByTime(250);
    expect(call.sent.map(({ type }) => type).slice(1)).toEqual([
      'input_audio_buffer.clear',
      'input_audio_buffer.commit',
    ]);
  });

  it('is taken back when nothing was said in it', () => {
    for (const refused of [
      errorEvent('input_audio_buffer_commit_empty', 'voice-agent-commit-1'),
      errorEvent('input_audio_buffer_commit_empty'),
    ]) {
      const { call, turns } = live();
      turns.press();
      turns.release();
      vi.advanceTimersByTime(250);
      call.receive(errorEvent('input_audio_buffer_commit_empty', 'of-the-page'));
      call.asked.length = 0;
      call.receive(refused);
      expect(call.asked).toEqual(['interrupt']);
    }
  });

  it('is not answered by us where somebody reads it first', () => {
    const { call, turns } = live({ answers: false, tailMs: 0 });
    turns.press();
    turns.release();
    vi.advanceTimersByTime(0);
    expect(call.asked.at(-1)).toBe('input_audio_buffer.commit');
  });

  it('is answered all the same where nobody hears of it', () => {
    const call = new FakeCall();
    const turns = attachPushToTalk(call, { answers: false });
    call.start();
    turns.press();
    turns.release();
    vi.advanceTimersByTime(250);
    expect(call.asked.at(-1)).toBe('respond');
  });

  it('is not talked into by an answer to something else', () => {
    const { call, turns } = live();
    turns.press();
    call.receive(event('output_audio_buffer.started', { response_id: 'resp_1' }));
    expect(call.asked.slice(2)).toEqual(['interrupt']);
    turns.release();
    call.receive(event('output_audio_buffer.started', { response_id: 'resp_2' }));
    expect(call.asked.slice(2)).toEqual(['interrupt']);
  });

  it('can be taken back', () => {
    const { call, turns } = live();
    turns.press();
    turns.cancel();
    vi.advanceTimersByTime(1_000);
    expect(call.holds).toEqual([true, false]);
    expect(call.asked.slice(2)).toEqual(['input_audio_buffer.clear']);
    expect(turns.isHeld).toBe(false);
  });

  it('needs a call by voice that is not muted', () => {
    const call = new FakeCall();
    const turns = attachPushToTalk(call);
    turns.press();
    expect(turns.isHeld).toBe(false);
    call.start(session(VAD, 'session.created'));
    call.change({ muted: true });
    turns.press();
    call.change({ muted: false, voice: false });
    turns.press();
    expect(turns.isHeld).toBe(false);
    expect(call.holds).not.toContain(true);
    call.change({ voice: true });
    turns.press();
    expect(call.holds.at(-1)).toBe(true);
  });

  it('ends with the muting, and nothing of it is sent; a turn that was done is', async () => {
    const { call, turns } = live();
    turns.press();
    call.change({ muted: true });
    await Promise.resolve();
    expect(turns.isHeld).toBe(false);
    expect(call.holds.at(-1)).toBe(false);
    expect(call.asked.at(-1)).toBe('input_audio_buffer.clear');
    call.change({ muted: false });
    turns.press();
    turns.release();
    call.change({ muted: true });
    await Promise.resolve();
    expect(call.asked.slice(-2)).toEqual(['input_audio_buffer.commit', 'respond']);
    expect(call.holds.at(-1)).toBe(false);
  });

  it('ends with the call, and the next one begins at rest', () => {
    const { call, turns } = live();
    turns.press();
    call.end();
    expect(turns.isHeld).toBe(false);
    expect(call.holds.at(-1)).toBe(false);
    vi.advanceTimersByTime(1_000);
    call.asked.length = 0;
    call.start(session(VAD, 'session.created'));
    expect(call.holds.at(-1)).toBe(false);
    expect(call.asked).toEqual(['session.update']);
  });
});

describe('the session', () => {
  it('leaves turns to the visitor, and has its own way of finding them back afterwards', () => {
    const call = new FakeCall();
    const turns = attachPushToTalk(call);
    expect(call.holds).toEqual([false]);
    call.start(session(VAD, 'session.created'));
    expect(detections(call)).toEqual([null]);
    call.receive(session(null));
    turns.close();
    expect(detections(call)).toEqual([null, VAD]);
    expect(call.holds.at(-1)).toBeUndefined();
    turns.close();
    expect(detections(call)).toHaveLength(2);
    turns.press();
    expect(call.holds).not.toContain(true);
  });

  it('may be changed by the page, which counts for later', () => {
    const { call, turns } = live();
    const other = { type: 'server_vad', threshold: 0.8 };
    call.receive(session(other));
    expect(detections(call)).toEqual([null, null]);
    call.receive(session(null));
    turns.close();
    expect(detections(call).at(-1)).toEqual(other);
  });

  it('is not asked for ever when it does not listen', () => {
    const { call } = live();
    for (let time = 0; time < 20; time++) call.receive(session(VAD));
    expect(detections(call)).toHaveLength(4);
  });

  it('gets the default back where the service hides what it had, in any number of calls', () => {
    const call = new FakeCall();
    const turns = attachPushToTalk(call);
    for (let time = 0; time < 5; time++) {
      call.start();
      call.end();
    }
    expect(detections(call)).toEqual([null, null, null, null, null]);
    call.start();
    turns.close();
    expect(detections(call).at(-1)).toEqual({ type: 'server_vad' });
  });

  it('stays without turn detection where the host wants none', () => {
    const call = new FakeCall();
    const turns = attachPushToTalk(call);
    call.start(session(null, 'session.created'));
    turns.close();
    expect(detections(call)).toEqual([null]);
  });

  it('survives any shape of events', () => {
    const { call } = live();
    for (const shape of [
      null,
      5,
      {},
      { audio: null },
      { audio: { input: { turn_detection: 1 } } },
    ]) {
      call.receive(event('session.updated', { session: shape }), event('error', { error: shape }));
    }
    expect(detections(call)).toEqual([null]);
  });

  it('can be taken over in the middle of a call', () => {
    const call = new FakeCall();
    call.start(session(VAD, 'session.created'));
    const turns = attachPushToTalk(call, {
      session: { audio: { input: { turn_detection: VAD } } },
    });
    expect(call.asked).toEqual(['session.update', 'input_audio_buffer.clear']);
    expect(call.holds).toEqual([false]);
    call.receive(session(null));
    turns.close();
    expect(detections(call)).toEqual([null, VAD]);
  });
});
