/** A call that is limited ends politely, and by the clock on the wall. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attachLimits, type Limits } from '../../../src/core/limits/attach-limits.js';
import { FakeCall } from '../../support/fake-call.js';
import { event, spoken } from '../../support/server-events.js';

/** @param signal aborts when the page no longer waits for the tool */
const tool = (what: 'call' | 'result', id = 'c1', signal = new AbortController().signal) =>
  new CustomEvent(`voice-tool-${what}`, { detail: { id, signal } });

function setUp(limits: Limits) {
  const ends: unknown[] = [];
  const announced: (number | undefined)[] = [];
  const call = new FakeCall();
  const end = call.end.bind(call);
  Object.assign(call, {
    end: (reason: unknown) => {
      ends.push(reason);
      end();
    },
  });
  const touch = attachLimits(call as never, limits, (seconds) => announced.push(seconds));
  call.start();
  return { call, ends, announced, touch };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a call that may not last longer', () => {
  it('says so for 30 seconds, and ends', () => {
    const { ends, announced } = setUp({ maxDuration: 120 });
    vi.advanceTimersByTime(89_000);
    expect(announced).toEqual([]);
    vi.advanceTimersByTime(2_000);
    expect(announced).toEqual([30, 29]);
    vi.advanceTimersByTime(28_500);
    expect([announced.at(-1), ends]).toEqual([1, []]);
    vi.advanceTimersByTime(500);
    expect(ends).toEqual(['max-duration']);
    expect(announced.at(-1)).toBeUndefined();
    vi.advanceTimersByTime(60_000);
    expect(ends).toHaveLength(1);
  });

  it('says so for half of a short time', () => {
    const { announced } = setUp({ maxDuration: 16 });
    vi.advanceTimersByTime(7_500);
    expect(announced).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(announced).toEqual([8]);
  });

  it('lets the agent finish, but not for ever', () => {
    const { call, ends } = setUp({ maxDuration: 60 });
    call.change({ turn: 'speaking' });
    vi.advanceTimersByTime(64_500);
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(ends).toEqual(['max-duration']);
    const other = setUp({ maxDuration: 60 });
    other.call.change({ turn: 'speaking' });
    vi.advanceTimersByTime(62_000);
    other.call.change({ turn: 'listening' });
    vi.advanceTimersByTime(500);
    expect(other.ends).toEqual(['max-duration']);
  });

  it('begins anew with the next call', () => {
    const { call, ends } = setUp({ maxDuration: 60 });
    vi.advanceTimersByTime(60_000);
    call.start();
    vi.advanceTimersByTime(59_000);
    expect(ends).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    expect(ends).toHaveLength(2);
  });
});

describe('a call in which nobody does anything', () => {
  it('says so for twenty seconds, and ends', () => {
    const { ends, announced } = setUp({ idleTimeout: 60 });
    vi.advanceTimersByTime(40_000);
    expect(announced).toEqual([20]);
    vi.advanceTimersByTime(20_000);
    expect(ends).toEqual(['idle']);
  });

  it.each<[string, (one: ReturnType<typeof setUp>) => void]>([
    ['the visitor is heard', ({ call }) => call.change({ turn: 'hearing' })],
    ['the agent speaks', ({ call }) => call.change({ turn: 'speaking' })],
    ['a tool is at work', ({ call }) => call.dispatchEvent(tool('call'))],
  ])('goes on while %s', (_, act) => {
    const one = setUp({ idleTimeout: 30 });
    vi.advanceTimersByTime(25_000);
    expect(one.announced.at(-1)).toBe(5);
    act(one);
    vi.advanceTimersByTime(600_000);
    expect(one.ends).toEqual([]);
    expect(one.announced.at(-1)).toBeUndefined();
    one.call.change({ turn: 'listening' });
    one.call.dispatchEvent(tool('result'));
    vi.advanceTimersByTime(31_000);
    expect(one.ends).toEqual(['idle']);
  });

  it('goes on while a tool works, whichever one was refused before', () => {
    const { call, ends } = setUp({ idleTimeout: 30 });
    call.dispatchEvent(tool('result', 'denied'));
    call.dispatchEvent(tool('call', 'allowed'));
    vi.advanceTimersByTime(60_000);
    expect(ends).toEqual([]);
  });

  it('does not wait for a function that the host has answered', () => {
    const { call, ends } = setUp({ idleTimeout: 30 });
    call.dispatchEvent(tool('call'));
    vi.advanceTimersByTime(60_000);
    expect(ends).toEqual([]);
    const item = { id: 'o1', type: 'function_call_output', call_id: 'c1', output: 'Sent.' };
    call.receive(event('conversation.item.added', { previous_item_id: null, item }));
    vi.advanceTimersByTime(31_000);
    expect(ends).toEqual(['idle']);
  });

  it('waits two minutes for a function that nobody answers', () => {
    const { call, ends } = setUp({ idleTimeout: 30 });
    const waiting = new AbortController();
    call.dispatchEvent(tool('call', 'c1', waiting.signal));
    vi.advanceTimersByTime(10_000);
    waiting.abort();
    vi.advanceTimersByTime(139_000);
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(1_500);
    expect(ends).toEqual(['idle']);
  });

  it('forgets a tool whose result was lost with the connection', () => {
    const { call, ends } = setUp({ idleTimeout: 30 });
    call.dispatchEvent(tool('call'));
    call.recover();
    vi.advanceTimersByTime(31_000);
    expect(ends).toEqual(['idle']);
  });

  it('counts from what was last said, or done', () => {
    const { call, ends, touch } = setUp({ idleTimeout: 30 });
    vi.advanceTimersByTime(25_000);
    call.receive(...spoken('u1', 'Hello', null));
    vi.advanceTimersByTime(25_000);
    touch();
    vi.advanceTimersByTime(25_000);
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(5_500);
    expect(ends).toEqual(['idle']);
  });
});

it('ends as soon as a page that slept is awake', () => {
  const { ends } = setUp({ idleTimeout: 300 });
  vi.advanceTimersByTime(1_000);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(500);
  expect(ends).toEqual(['idle']);
});

it.each([undefined, 0, -5, Number.NaN, null as never])('has no limit with %s', (seconds) => {
  const { ends, announced } = setUp({ maxDuration: seconds, idleTimeout: seconds });
  vi.advanceTimersByTime(86_400_000);
  expect([ends, announced]).toEqual([[], []]);
});
