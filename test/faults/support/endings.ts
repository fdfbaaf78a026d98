// What every fault that ends a call must leave behind: one end, one sentence, nothing open.
import { expect } from 'vitest';
import { NOTHING, type Visit } from '../../support/visit.js';

/** The call ended for this reason; the visitor reads this sentence, and nothing is left open. */
export async function hasEnded(
  visit: Visit,
  code: string,
  sentence: RegExp,
  { from = 0, ms = 30_000 } = {},
): Promise<{ message: string }> {
  const end = await visit.event('voice-end', undefined, { from, ms });
  expect(end.detail.error?.code, end.detail.error?.message).toBe(code);
  expect(end.open).toEqual(NOTHING);
  const errors = visit.named('voice-error', from).filter(({ detail }) => detail.fatal);
  expect(errors.map(({ detail }) => detail.error?.code)).toEqual([code]);
  expect(visit.named('voice-end', from)).toHaveLength(1);
  await visit.tells(sentence);
  return { message: end.detail.error?.message ?? '' };
}

/** With the cause out of the way, the very same element makes a call. */
export async function startsAgain(visit: Visit): Promise<void> {
  const from = visit.events.length;
  await visit.press('start-button');
  await visit.state('live speaking', { from });
  expect(await visit.text('error')).toBe('');
  await visit.press('end-button');
  const end = await visit.event('voice-end', undefined, { from });
  expect(end.detail.reason).toBe('user');
  expect(end.open).toEqual(NOTHING);
}
