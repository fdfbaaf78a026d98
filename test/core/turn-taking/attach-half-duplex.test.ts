/** The microphone rests while the agent speaks, and no longer. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attachHalfDuplex } from '../../../src/core/turn-taking/attach-half-duplex.js';
import { FakeCall } from '../../support/fake-call.js';
import { event, responseEvent } from '../../support/server-events.js';

const started = (id = 'resp_1') => event('output_audio_buffer.started', { response_id: id });
const stopped = (id = 'resp_1') => event('output_audio_buffer.stopped', { response_id: id });
const cleared = (id = 'resp_1') => event('output_audio_buffer.cleared', { response_id: id });

/** A call whose agent is as loud as `level` says, 0 to 255, where the system lets it be measured. */
function setUp() {
  const sound = { level: 0, isRunning: true };
  const meter = {
    read: () => new Uint8Array([sound.level]),
    get isRunning() {
      return sound.isRunning;
    },
  };
  const call = Object.assign(new FakeCall(), { meter: meter as never });
  const halfDuplex = attachHalfDuplex(call, { tailMs: 300 });
  call.start();
  return { call, sound, halfDuplex };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('half-duplex', () => {
  it.each([
    ['has ended', stopped],
    ['was stopped', cleared],
  ])('rests until the voice %s, and the room does not ring any more', (_, end) => {
    const { call } = setUp();
    expect(call.holds).toEqual([]);
    call.receive(started());
    expect(call.holds).toEqual([false]);
    vi.advanceTimersByTime(60_000);
    call.receive(end());
    vi.advanceTimersByTime(299);
    expect(call.holds).toEqual([false]);
    vi.advanceTimersByTime(1);
    expect(call.holds).toEqual([false, undefined]);
  });

  it('rests on when the next answer begins within the tail, whatever comes late of the last one', () => {
    const { call } = setUp();
    call.receive(started(), stopped());
    vi.advanceTimersByTime(100);
    call.receive(started('resp_2'), stopped());
    vi.advanceTimersByTime(5_000);
    expect(call.holds.at(-1)).toBe(false);
    call.receive(stopped('resp_2'));
    vi.advanceTimersByTime(300);
    expect(call.holds.at(-1)).toBeUndefined();
  });

  it('opens by itself where nobody says that the voice has ended, but not while it is heard', () => {
    const { call, sound } = setUp();
    call.receive(started());
    sound.level = 200;
    call.receive(
      responseEvent('response.done', 'resp_0'),
      responseEvent('response.done', 'resp_1'),
    );
    vi.advanceTimersByTime(30_000);
    expect(call.holds).toEqual([false]);
    sound.level = 20;
    vi.advanceTimersByTime(1_500);
    expect(call.holds).toEqual([false]);
    vi.advanceTimersByTime(1_000);
    expect(call.holds).toEqual([false, undefined]);
  });

  it.each([
    ['', 0],
    [', whatever was measured last', 200],
  ])('opens a minute after an answer where no sound can be measured%s', (_story, level) => {
    const { call, sound } = setUp();
    Object.assign(sound, { level, isRunning: false });
    call.receive(started(), responseEvent('response.done', 'resp_1'));
    vi.advanceTimersByTime(59_000);
    expect(call.holds).toEqual([false]);
    vi.advanceTimersByTime(2_000);
    expect(call.holds).toEqual([false, undefined]);
  });

  it('opens with the end of the call, and in the next one', () => {
    const { call } = setUp();
    call.receive(started());
    call.end();
    expect(call.holds).toEqual([false, undefined]);
    call.start();
    vi.advanceTimersByTime(5_000);
    expect(call.holds).toEqual([false, undefined]);
  });

  it('can begin and end in the middle of an answer', () => {
    const call = Object.assign(new FakeCall(), { meter: undefined });
    call.start();
    call.change({ turn: 'speaking' });
    const first = attachHalfDuplex(call, { tailMs: 300 });
    expect(call.holds).toEqual([false]);
    first.close();
    expect(call.holds).toEqual([false, undefined]);
    attachHalfDuplex(call, { tailMs: 300 });
    call.receive(stopped('any'));
    vi.advanceTimersByTime(300);
    expect(call.holds).toEqual([false, undefined, false, undefined]);
  });

  it('survives any shape of events', () => {
    const { call } = setUp();
    call.receive(started(), event('response.done', { response: null }));
    expect(call.holds).toEqual([false]);
  });
});
