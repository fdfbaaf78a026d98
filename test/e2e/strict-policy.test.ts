// The strictest policy that a page can have: nothing but the site's own scripts and styles, the
// realtime service, and no strings in place of markup. A whole call breaks none of it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shopAgent } from '../../src/local/agents/shop.js';
import { answerTo, Stage } from '../support/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

it('E11 E12 A page under a strict policy and Trusted Types holds a whole call', async () => {
  const room = await stage.room();
  const visit = await stage.visit({ microphone: room }, 'strict/');
  const { status, headers } = await visit.page.evaluate(async () => {
    const response = await fetch(location.href);
    return { status: response.status, headers: Object.fromEntries(response.headers) };
  });
  expect(status).toBe(200);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toContain("require-trusted-types-for 'script'");
  expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|blob:|data:/);
  await visit.press('start-button');
  await visit.said('agent', shopAgent.greeting);
  await visit.serverEvent('output_audio_buffer.stopped');
  await visit.ask(room, 'where is my order');
  await visit.said('agent', answerTo('order-status'));
  await visit.press('mute-button');
  await visit.event('voice-state-change', ({ state }) => state.muted === true);
  await visit.press('end-button');
  await visit.event('voice-end');
  expect(visit.named('securitypolicyviolation')).toEqual([]);
  expect(visit.complaints).toEqual([]);
  // The policy is in force: the same page may do none of this.
  await visit.page.evaluate(() => {
    const style = document.createElement('style');
    style.textContent = 'body { color: red }';
    document.head.append(style);
  });
  const broken = await visit.event('securitypolicyviolation');
  expect(broken.detail.violatedDirective).toContain('style-src');
  expect(
    await visit.page.evaluate(() => {
      try {
        document.body.innerHTML = '<p></p>';
        return 'done';
      } catch (error) {
        return (error as Error).name;
      }
    }),
  ).toBe('TypeError');
});
