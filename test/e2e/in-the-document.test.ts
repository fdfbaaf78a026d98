// The element in a page that changes around it: moved, it keeps its call; removed, it ends it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { Stage } from '../support/stage.js';
import { NOTHING, Visit } from '../support/visit.js';

let stage: Stage;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  stage = await Stage.open();
  browser = await stage.browser();
});
afterAll(() => stage.close());
beforeEach(async () => {
  visit = await Visit.open(browser, stage.url);
});
afterEach(() => visit.close());

describe('During a call the element', () => {
  it.each(['append', 'moveBefore'] as const)('E6 keeps it when moved by %s', async (how) => {
    await visit.press('start-button');
    const speaking = await visit.state('live speaking');
    await visit.heard('agent', true, speaking.at - 200);
    await visit.page.evaluate((method) => {
      const element = document.querySelector('voice-agent')!;
      const footer = document.body.appendChild(document.createElement('footer'));
      if (method === 'append') footer.append(element);
      else {
        (footer as Node & { moveBefore?: (node: Node, child: null) => void }).moveBefore!(
          element,
          null,
        );
      }
    }, how);
    const moved = await visit.now();
    await visit.heard('agent', true, moved);
    await visit.serverEvent('output_audio_buffer.stopped');
    expect(visit.named('voice-end')).toEqual([]);
    expect(await visit.open()).toMatchObject({ microphones: 1, connections: 1, speakers: 1 });
    // Its buttons still belong to the same call.
    await visit.press('end-button');
    const end = await visit.event('voice-end');
    expect(end.detail.reason).toBe('user');
    expect(visit.named('voice-start')).toHaveLength(1);
  });

  it('E5 ends it when removed, and can make another when put back', async () => {
    await visit.press('start-button');
    await visit.state('live speaking');
    // Its events do not reach the document any more.
    const end = await visit.page.evaluate(async () => {
      const element = document.querySelector('voice-agent')!;
      const ended = new Promise((resolve) => {
        element.addEventListener('voice-end', ({ detail }) => {
          resolve({ reason: detail.reason, ...probe.open() });
        });
      });
      element.remove();
      (globalThis as { kept?: Element }).kept = element;
      return ended;
    });
    expect(end).toEqual({ reason: 'removed', ...NOTHING });
    await visit.page.evaluate(() => {
      document.querySelector('.hero')!.append((globalThis as { kept?: Element }).kept!);
    });
    const from = visit.events.length;
    await visit.press('start-button');
    await visit.state('live speaking', { from });
  });

  it('ends an attempt when removed, too', async () => {
    await visit.set({ 'token-url': '/token?fault=calls-hang' });
    await visit.press('start-button');
    await visit.event('voice-state-change', ({ state }) => state.waitingFor?.length === 1);
    const end = await visit.page.evaluate(async () => {
      const element = document.querySelector('voice-agent')!;
      const ended = new Promise((resolve) => {
        element.addEventListener('voice-end', ({ detail }) => {
          resolve({ reason: detail.reason, ...probe.open() });
        });
      });
      element.remove();
      return ended;
    });
    expect(end).toMatchObject({ reason: 'removed', microphones: 0, connections: 0, contexts: 0 });
  });
});
