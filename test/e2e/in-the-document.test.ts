// The element in a page that changes around it: moved, it keeps its call; removed, it ends it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import type { CallState } from '../../src/index.js';
import type { Open } from '../support/page-probe.js';
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

  it.each<[state: string, reached: () => Promise<unknown>]>([
    ['connecting', () => visit.press('start-button')],
    [
      'waiting for the microphone',
      async () => {
        await visit.page.evaluate(() => {
          navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined);
        });
        await visit.press('start-button');
      },
    ],
    [
      'waiting for the connection',
      async () => {
        await visit.set({ 'token-url': '/token?fault=calls-hang' });
        await visit.press('start-button');
      },
    ],
    ['listening', () => visit.press('start-button')],
    ['thinking', () => visit.press('start-button')],
    ['speaking', () => visit.press('start-button')],
    [
      'hearing',
      async () => {
        await visit.set({ 'turn-taking': 'push-to-talk' });
        await visit.press('start-button');
        await (await visit.button('talk-button')).hover();
        await visit.page.mouse.down();
      },
    ],
    [
      'muted',
      async () => {
        await visit.press('start-button');
        await visit.press('mute-button');
      },
    ],
    [
      'recovering',
      async () => {
        await visit.set({ 'token-url': '/token?fault=crash:300' });
        await visit.press('start-button');
      },
    ],
  ])('E5 removed while it is %s leaves nothing open', async (state, reached) => {
    const ending = visit.page.evaluate(
      (wanted) =>
        new Promise<{ reason: string; ms: number; open: Open }>((resolve) => {
          const element = document.querySelector('voice-agent')!;
          const nameOf = ({ status, ...more }: CallState): string => {
            if ('turn' in more) return more.muted ? 'muted' : more.turn;
            const [waitsFor, ...others] = 'waitingFor' in more ? more.waitingFor : [];
            return waitsFor && others.length === 0 ? `waiting for the ${waitsFor}` : status;
          };
          element.addEventListener('voice-state-change', ({ detail }) => {
            if (nameOf(detail.state) !== wanted || !element.isConnected) return;
            const removed = performance.now();
            element.addEventListener('voice-end', ({ detail: { reason } }) => {
              resolve({ reason, ms: performance.now() - removed, open: probe.open() });
            });
            element.remove();
          });
        }),
      state,
    );
    ending.catch(() => undefined);
    await reached();
    const { reason, ms, open } = await ending;
    expect(reason).toBe('removed');
    expect(open).toEqual(NOTHING);
    expect(ms).toBeLessThan(100);
    expect(visit.complaints).toEqual([]);
  });
});
