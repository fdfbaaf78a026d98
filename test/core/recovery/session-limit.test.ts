/** When a session is over, and when the next one is got ready, from what services say of it. */
import { describe, expect, it } from 'vitest';
import { limitOf } from '../../../src/core/recovery/session-limit.js';
import { event } from '../../support/server-events.js';

const NOW = 1_800_000_000_000;

const limit = (expires_at: unknown, type = 'session.created') =>
  limitOf(event(type, { session: { id: 'sess_1', expires_at } }), NOW);

describe('the limit of a session', () => {
  it.each([
    ['of an hour', 3_600, { endsIn: 3_600_000, prepareIn: 3_540_000 }],
    ['of two minutes', 120, { endsIn: 120_000, prepareIn: 60_000 }],
    ['of a minute', 60, { endsIn: 60_000, prepareIn: 30_000 }],
    // The visitor's clock is slow, or fast.
    ['in two hours', 7_200, { endsIn: 3_600_000, prepareIn: 3_540_000 }],
    ['that is over already', 0, { endsIn: 3_600_000, prepareIn: 3_540_000 }],
    ['that was over a day ago', -86_400, { endsIn: 3_600_000, prepareIn: 3_540_000 }],
  ])('%s', (_story, seconds, expected) => {
    expect(limit(NOW / 1_000 + seconds)).toEqual(expected);
  });

  it.each([undefined, null, 0, -5, 'soon'])('is not known from %s', (expires_at) => {
    expect(limit(expires_at)).toBeUndefined();
  });

  it('is said by the first event of a session only', () => {
    expect(limit(NOW / 1_000 + 60, 'session.updated')).toBeUndefined();
  });

  it('is counted from now', () => {
    const soon = event('session.created', { session: { expires_at: Date.now() / 1_000 + 60 } });
    expect(limitOf(soon)?.endsIn).toBeGreaterThan(59_000);
    expect(limitOf(soon)?.endsIn).toBeLessThanOrEqual(60_000);
  });
});
