// What is said into a slow network is not kept for ever: the oldest goes first.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SendQueue } from '../../../src/core/websocket/send-queue.js';

afterEach(() => void vi.useRealTimers());

function setUp() {
  const sent: string[] = [];
  const slow: boolean[] = [];
  let stuck = 0;
  const socket = { bufferedAmount: 0, send: (text: unknown) => void sent.push(String(text)) };
  const queue = new SendQueue(socket, {
    onSlow: (isSlow) => slow.push(isSlow),
    onStuck: () => stuck++,
  });
  const add = (from: number, to: number) => {
    for (let index = from; index <= to; index++) queue.add(String(index));
  };
  return { queue, socket, sent, slow, add, stuck: () => stuck };
}

describe('Sound on its way out', () => {
  it('leaves at once as long as the socket takes it', () => {
    const { sent, add, slow } = setUp();
    add(1, 3);
    expect(sent).toEqual(['1', '2', '3']);
    expect(slow).toEqual([]);
  });

  it('waits for two seconds at most, and then the newest of it leaves', () => {
    const { socket, sent, slow, add } = setUp();
    socket.bufferedAmount = 1e6;
    add(1, 200);
    expect(sent).toEqual([]);
    expect(slow).toEqual([true]);
    socket.bufferedAmount = 0;
    add(201, 201);
    expect(sent).toHaveLength(51);
    expect([sent[0], sent.at(-1)]).toEqual(['151', '201']);
    expect(slow).toEqual([true, false]);
  });

  it('leaves as soon as the socket takes it, also where nothing is added any more', () => {
    const { queue, socket, sent, slow, add } = setUp();
    socket.bufferedAmount = 1e6;
    add(1, 50);
    queue.drain();
    expect([sent, slow]).toEqual([[], [true]]);
    socket.bufferedAmount = 0;
    queue.drain();
    expect(sent).toHaveLength(50);
    expect(slow).toEqual([true, false]);
  });

  it('leaves before what ends a turn, and not at all where a turn begins anew', () => {
    const { queue, socket, sent, add } = setUp();
    socket.bufferedAmount = 1e6;
    add(1, 2);
    queue.flush();
    expect(sent).toEqual(['1', '2']);
    add(3, 4);
    queue.clear();
    socket.bufferedAmount = 0;
    add(5, 5);
    expect(sent).toEqual(['1', '2', '5']);
  });

  it('says when nothing has left for 20 seconds', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { socket, add, stuck } = setUp();
    add(1, 1);
    socket.bufferedAmount = 1e6;
    vi.advanceTimersByTime(19_000);
    add(2, 2);
    expect(stuck()).toBe(0);
    vi.advanceTimersByTime(1_100);
    add(3, 3);
    expect(stuck()).toBe(1);
  });
});
