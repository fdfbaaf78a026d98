/** A line that is not there in time, although none of its steps has failed. */
import { expect, it } from 'vitest';
import { simulatedCalls } from './recovery/simulated-call.js';

const simulated = simulatedCalls();

it('is blocked by the network after 25 s', async () => {
  const { call, clock, service } = simulated('later');
  service.offer = 'hang';
  const started = call.start().catch((error: unknown) => error);
  await clock.advance(24_900);
  expect(call.state.status).toBe('connecting');
  await clock.advance(200);
  expect(await started).toMatchObject({ name: 'VoiceError', code: 'network-blocked' });
});

it.each(['blocked', 'no-channel', 'dtls-failed'] as const)(
  'is blocked by the network where its route is %s',
  async (route) => {
    const { browser, call, clock } = simulated('later');
    browser.route = route;
    const started = call.start().catch((error: unknown) => error);
    await clock.advance(16_100);
    expect(await started).toMatchObject({ name: 'VoiceError', code: 'network-blocked' });
  },
);
