/** Calls that are ended, started and changed while something else is under way. */
import { expect, it, describe } from 'vitest';
import type { VoiceErrorDetail } from '../../src/core/index.js';
import { answered, event, spoken } from '../support/server-events.js';
import { simulatedCalls } from './recovery/simulated-call.js';

const simulated = simulatedCalls();
const talk = [...spoken('u1', 'Hello?', null), ...answered('resp_1', 'a1', 'Good morning.', 'u1')];

describe('a start that waits for the end of a call', () => {
  it.each(['end', 'dispose'] as const)('is over with another %s', async (way) => {
    const world = simulated();
    const { call, clock } = world;
    await world.start();
    void call.end();
    const again = call.start().then(
      () => 'started',
      (error: unknown) => (error as Error).name,
    );
    await call[way]();
    await clock.advance(1_000);
    expect(await again).toBe('AbortError');
    expect(call.state.status).toBe('ended');
  });

  it('is followed by the call otherwise', async () => {
    const world = simulated();
    const { call, clock } = world;
    await world.start();
    void call.end();
    const again = call.start();
    await clock.advance(1_000);
    await again;
    expect(call.state.status).toBe('live');
  });
});

describe('an end', () => {
  it('says so to whoever waits for the start', async () => {
    const { call, clock } = simulated();
    const start = call.start();
    const failed = expect(start).rejects.toThrow('The call was ended.');
    void call.end();
    await clock.advance(1_000);
    await failed;
  });

  it('leaves nothing open where the next session is just about to take over', async () => {
    const world = simulated();
    world.sessionMs = 80_000;
    await world.start();
    world.say(...talk);
    const close = () => new Promise((resolve) => setTimeout(resolve, 60));
    Object.assign(world.call.meter!, { close });
    await world.clock.advance(40_820);
    void world.call.end();
    await world.clock.advance(1_000);
    expect(world.browser.left()).toEqual([]);
  });
});

it('goes on by voice when the visitor wants that while a conversation by text recovers', async () => {
  const world = simulated();
  await world.start(false);
  world.lose();
  await world.clock.advance(5);
  expect(world.call.state.status).toBe('recovering');
  const started = world.call.start();
  await world.clock.advance(500);
  await started;
  expect(world.call.state).toMatchObject({ status: 'live', voice: true });
});

it('tells of an answer that the filter of the service has ended', async () => {
  const world = simulated();
  const errors: string[] = [];
  world.call.addEventListener('voice-error', ({ detail }: CustomEvent<VoiceErrorDetail>) => {
    errors.push(`${detail.error.code} ${String(detail.fatal)}`);
  });
  await world.start();
  const response = {
    id: 'resp_1',
    status: 'incomplete',
    status_details: { type: 'incomplete', reason: 'content_filter' },
    output: [],
  };
  world.say(event('response.done', { response }));
  await world.clock.advance(50);
  expect(errors).toEqual(['content-filtered false']);
  expect(world.call.state.status).toBe('live');
});
