/** A call notices that nothing comes any more, where the browser says nothing of it. */
import { describe, expect, it } from 'vitest';
import { simulatedCalls, type SimulatedCall } from './simulated-call.js';

const simulated = simulatedCalls();

/** A browser that never gives a connection up by itself, and what has come over it. */
async function start(received: () => number | undefined): Promise<SimulatedCall> {
  const world = simulated();
  await world.start();
  const [peer] = world.browser.peers;
  Object.assign(peer ?? {}, {
    lose: () => undefined,
    getStats: () => {
      const pair = { type: 'candidate-pair', nominated: true, state: 'succeeded' };
      return Promise.resolve(new Map([['pair', { ...pair, responsesReceived: received() }]]));
    },
  });
  return world;
}

/** The machine has slept, and only the clock on the wall knows for how long. */
function sleep(ms: number): void {
  const now = Date.now;
  Date.now = () => now() + ms;
}

describe('a connection over which nothing comes', () => {
  it('is given up after 20 s, and another one is made', async () => {
    let isSilent = false;
    let count = 0;
    const world = await start(() => (isSilent ? count : ++count));
    await world.clock.advance(1_200);
    isSilent = true;
    await world.clock.advance(19_800);
    expect(world.states).toEqual([]);
    await world.clock.advance(1_000);
    // Something last came at the look after 1 s.
    expect(world.states).toEqual([
      [21_500, 'recovering: network 1'],
      [21_550, 'live: listening'],
    ]);
    // The new one is looked at as well, from its beginning.
    await world.clock.advance(60_000);
    expect(world.states).toHaveLength(2);
  });

  it('is kept while there is no network, and judged again when there is', async () => {
    const world = await start(() => 1);
    await world.clock.advance(1_000);
    world.browser.network(false, true);
    await world.clock.advance(100_000);
    expect(world.states).toEqual([]);
    world.browser.network(true);
    await world.clock.advance(1_000);
    expect(world.states[0]?.[1]).toBe('recovering: network 1');
  });

  it('is given up 2 s after the network came back', async () => {
    const world = await start(() => 1);
    await world.clock.advance(3_000);
    world.browser.network(false, true);
    await world.clock.advance(1_000);
    world.browser.network(true);
    await world.clock.advance(2_400);
    expect(world.states).toEqual([]);
    await world.clock.advance(100);
    expect(world.states).toEqual([[6_500, 'recovering: network 1']]);
  });

  it('is kept where something came within those 2 s', async () => {
    let count = 0;
    const world = await start(() => count);
    await world.clock.advance(3_000);
    world.browser.network(false, true);
    world.browser.network(true);
    await world.clock.advance(1_900);
    count++;
    await world.clock.advance(15_000);
    expect(world.states).toEqual([]);
  });

  it('E4 is given up 2 s after the machine woke up', async () => {
    const world = await start(() => 1);
    await world.clock.advance(5_100);
    sleep(60_000);
    await world.clock.advance(2_800);
    expect(world.states).toEqual([]);
    await world.clock.advance(100);
    // Noticed with the look at 5.5 s.
    expect(world.states).toEqual([[8_000, 'recovering: network 1']]);
  });

  it('is not taken for asleep where a hidden page is slow', async () => {
    const world = await start(() => 1);
    await world.clock.advance(5_100);
    sleep(29_500);
    await world.clock.advance(10_000);
    expect(world.states).toEqual([]);
  });

  it('is kept after a sleep, where something comes', async () => {
    let count = 0;
    const world = await start(() => ++count);
    await world.clock.advance(5_100);
    sleep(60_000);
    await world.clock.advance(30_000);
    expect(world.states).toEqual([]);
  });

  it('is not judged by a browser that does not count, or that fails to', async () => {
    const world = await start(() => undefined);
    await world.clock.advance(30_000);
    const [peer] = world.browser.peers;
    Object.assign(peer ?? {}, { getStats: () => Promise.reject(new Error('No.')) });
    await world.clock.advance(30_000);
    expect(world.states).toEqual([]);
  });

  it('is not given up by what comes to be known after its end', async () => {
    const world = await start(() => 1);
    await world.clock.advance(19_900);
    let answer: (report: unknown) => void = () => undefined;
    const [peer] = world.browser.peers;
    const report = await peer?.getStats();
    Object.assign(peer ?? {}, { getStats: () => new Promise((resolve) => (answer = resolve)) });
    await world.clock.advance(2_000);
    await world.call.end();
    answer(report);
    await world.clock.advance(0);
    expect(world.call.state).toMatchObject({ reason: 'user' });
  });
});
