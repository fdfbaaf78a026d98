// A conversation that goes on for longer than its session: what is said in it, and what must not be
// noticed of the changes from one session to the next.
import { expect } from 'vitest';
import { setTimeout } from 'node:timers/promises';
import { answerTo } from '../../support/stage.js';
import { NOTHING, type Visit } from '../../support/visit.js';

/** Somebody who has heard an answer thinks for so long. */
const PAUSE_MS = 2_500;

/**
 * Talks for `ms` with sessions of `sessionMs`, and leaves.
 * @returns how often the session was changed for another
 */
export async function talksFor(visit: Visit, ms: number, sessionMs: number): Promise<number> {
  const secrets = () => visit.requests.filter((one) => /^POST .*\/token/.test(one)).length;
  await visit.set({ 'token-url': `/token?fault=session-limit:${sessionMs}` });
  await visit.press('start-button');
  await visit.state('live speaking');
  await visit.serverEvent('output_audio_buffer.stopped');
  const said: string[] = [];
  for (const end = performance.now() + ms; performance.now() < end;) {
    const from = visit.events.length;
    const asked = await visit.now();
    await visit.page.evaluate(() => document.querySelector('voice-agent')!.sendText('hello'));
    await visit.heard('agent', true, asked);
    await visit.said('agent', answerTo('hello'), { from });
    said.push('hello', answerTo('hello'));
    await visit.serverEvent('output_audio_buffer.stopped', { from });
    await setTimeout(PAUSE_MS);
  }
  const texts = await visit.page.evaluate(() =>
    document.querySelector('voice-agent')!.items.map(({ text }) => text),
  );
  // First, since an answer that was cut off is given again.
  expect(visit.states()).not.toContain('recovering');
  expect(visit.named('voice-error')).toEqual([]);
  expect(texts.slice(1)).toEqual(said);
  // A successor that is ready takes over in this silence.
  const open = () => visit.open();
  await expect.poll(open, { timeout: 5_000 }).toMatchObject({ microphones: 1, connections: 1 });
  expect(await visit.page.evaluate(() => probe.opened.microphones)).toBe(1);
  await visit.press('end-button');
  const end = await visit.event('voice-end');
  expect(end.detail.reason).toBe('user');
  expect(end.open).toEqual(NOTHING);
  expect(visit.named('voice-end')).toHaveLength(1);
  return secrets() - 1;
}
