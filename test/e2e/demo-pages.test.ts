// The demo as people use it who have a small screen or no mouse, and the page without the element.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { shopAgent } from '../../src/local/agents/shop.js';
import { answerTo, Stage } from '../support/stage.js';
import { NOTHING, Visit } from '../support/visit.js';

let stage: Stage;
let browser: Browser;

beforeAll(async () => {
  stage = await Stage.open();
  browser = await stage.browser();
});
afterAll(() => stage.close());

/** Part names of what has the focus, inside the element. */
const focus = (visit: Visit): Promise<string> =>
  visit.page.evaluate(() => {
    const { activeElement } = document;
    const inside = activeElement?.shadowRoot?.activeElement;
    return inside?.getAttribute('part') ?? activeElement?.tagName ?? '';
  });

async function tabTo(visit: Visit, part: string): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    await visit.page.keyboard.press('Tab');
    if ((await focus(visit)).includes(part)) return;
  }
  throw new Error(`Tab does not lead to ${part}; the focus is on ${await focus(visit)}.`);
}

describe('The demo', () => {
  it('fits a screen of 360 pixels, in every state', async () => {
    const visit = await Visit.open(browser, stage.url);
    await visit.page.setViewport({ width: 360, height: 740 });
    const overflow = (): Promise<number> =>
      visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await visit.press('start-button');
    await visit.state('live speaking');
    expect(await overflow()).toBeLessThanOrEqual(0);
    for (const part of ['mute-button', 'end-button']) {
      const box = await (await visit.button(part)).boundingBox();
      expect(box!.x).toBeGreaterThanOrEqual(0);
      expect(box!.x + box!.width).toBeLessThanOrEqual(360);
      expect(Math.min(box!.width, box!.height)).toBeGreaterThanOrEqual(44);
    }
    await visit.press('end-button');
    await visit.event('voice-end');
    expect(await overflow()).toBeLessThanOrEqual(0);
    // The list of events is part of the demo: the whole call is in it.
    const rows = await visit.page.$$eval('#events li b', (names) =>
      names.map(({ textContent }) => textContent),
    );
    expect(rows[0]).toBe('voice-start');
    expect(rows).toContain('voice-end');
    const serverRow = await visit.page.$('#events .voice-server-event');
    expect(await serverRow!.isVisible()).toBe(false);
    await visit.page.click('#server');
    expect(await serverRow!.isVisible()).toBe(true);
    await visit.close();
  });

  it('needs no mouse', async () => {
    const visit = await Visit.open(browser, stage.url);
    await tabTo(visit, 'start-button');
    await visit.page.keyboard.press('Enter');
    await visit.state('live listening');
    // The same button ends the call: whoever presses it is still on it.
    expect(await focus(visit)).toContain('end-button');
    await visit.button('settings-button');
    for (const next of ['interrupt-button', 'settings-button']) {
      await visit.page.keyboard.press('Tab');
      expect(await focus(visit)).toContain(next);
    }
    await visit.page.keyboard.down('Shift');
    for (const before of ['interrupt-button', 'end-button', 'mute-button']) {
      await visit.page.keyboard.press('Tab');
      expect(await focus(visit)).toContain(before);
    }
    await visit.page.keyboard.up('Shift');
    const muteButton = await visit.button('mute-button');
    const pressed = (): Promise<string | null> =>
      muteButton.evaluate((button) => button.getAttribute('aria-pressed'));
    let from = visit.events.length;
    await visit.page.keyboard.press('Space');
    await visit.event('voice-state-change', ({ state }) => state.muted === true, { from });
    expect(await pressed()).toBe('true');
    from = visit.events.length;
    await visit.page.keyboard.press('Space');
    await visit.event('voice-state-change', ({ state }) => state.muted === false, { from });
    expect(await pressed()).toBe('false');
    expect(await focus(visit)).toContain('mute-button');
    await tabTo(visit, 'end-button');
    await visit.page.keyboard.press('Enter');
    await visit.event('voice-end');
    expect(await focus(visit)).toContain('start-button');
    await visit.close();
  });
});

describe('The page of themes', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  /** How the button that starts looks in elements of the page. */
  const looks = (visit: Visit, selector: string): Promise<string[]> =>
    visit.page.$$eval(selector, (elements) =>
      elements.map((element) => {
        const button = element.shadowRoot!.querySelector('[part~=start-button]')!;
        getComputedStyle(button).getPropertyValue('color');
        for (const one of element.shadowRoot!.getAnimations()) one.finish();
        const { backgroundColor, color, borderRadius, fontFamily } = getComputedStyle(button);
        return [backgroundColor, color, borderRadius, fontFamily].join(' ');
      }),
    );

  it('has six that are quite different, and nobody is kept from reading them', async () => {
    const visit = await Visit.open(browser, new URL('theming.html', stage.url).href);
    await visit.button('start-button');
    expect(new Set(await looks(visit, '.themes voice-agent')).size).toBe(6);
    await visit.page.evaluate(axe);
    const found = await visit.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
      // Seven panels of one name on a page are this page's own peculiarity.
      const { violations } = await axe.run({ rules: { 'landmark-unique': { enabled: false } } });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });
    expect(found).toEqual([]);
    for (const width of [360, 768, 1440]) {
      await visit.page.setViewport({ width, height: 900 });
      const beyond = await visit.page.evaluate(
        () => document.documentElement.scrollWidth - innerWidth,
      );
      expect(beyond).toBeLessThanOrEqual(0);
    }
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('fits a phone with letters twice their size, as the other pages do', async () => {
    for (const name of ['', 'theming.html', 'tools.html', 'headless.html']) {
      const visit = await Visit.open(browser, new URL(name, stage.url).href);
      await visit.page.setViewport({ width: 360, height: 640 });
      const beyond = await visit.page.evaluate(() => {
        document.documentElement.style.fontSize = '200%';
        return document.documentElement.scrollWidth - innerWidth;
      });
      expect(beyond, name).toBeLessThanOrEqual(0);
      await visit.close();
    }
  });

  it('talks to one theme at a time', async () => {
    const visit = await Visit.open(browser, new URL('theming.html', stage.url).href);
    await visit.button('start-button');
    const buttons = await visit.page.$$('.themes voice-agent >>> [part~=start-button]');
    expect(buttons).toHaveLength(6);
    /** Resolves when this one talks, and nobody else does. */
    const talks = (index: number) =>
      visit.page.waitForFunction(
        (at) => {
          const all = [...document.querySelectorAll('voice-agent')];
          return all.every(
            ({ state: { status } }, other) => (status === 'live') === (other === at),
          );
        },
        {},
        index,
      );
    for (const index of [0, 3]) {
      await buttons[index]?.click();
      await talks(index);
    }
    expect(await visit.page.$$('voice-agent >>> [part~=error]:not([hidden])')).toEqual([]);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('builds one that looks on another page as it did there', async () => {
    const visit = await Visit.open(browser, new URL('theming.html', stage.url).href);
    await visit.button('start-button');
    const set = (name: string, value: string): Promise<void> =>
      visit.page.$eval(
        `#controls [name=${name}]`,
        (control, wanted) => {
          (control as HTMLInputElement).value = wanted;
          control.dispatchEvent(new Event('input', { bubbles: true }));
        },
        value,
      );
    await set('accent', '#7f1d1d');
    await set('radius', '0.5');
    const [built] = await looks(visit, '#mine');
    expect(built).toContain('rgb(127, 29, 29)');
    const copied = await visit.page.$eval('#css', ({ textContent }) => textContent);
    const [tag = '', style = ''] = copied.split('\n\n');
    expect(tag).toBe('<voice-agent token-url="/token" theme="light" transcript></voice-agent>');
    await visit.page.goto(new URL('tools.html', stage.url).href);
    await visit.page.evaluate((html) => {
      document.body.innerHTML = html;
    }, tag);
    await visit.page.addStyleTag({ content: style });
    await visit.button('start-button');
    expect(await looks(visit, 'voice-agent')).toEqual([built]);
    await visit.close();
  });
});

describe('A page without the element', () => {
  it('holds a call with the core alone', async () => {
    const room = await stage.room();
    const visit = await stage.visit({ microphone: room }, 'headless.html');
    const lines = (): Promise<string[]> =>
      visit.page.$$eval('#events li', (items) => items.map(({ textContent }) => textContent));
    const shows = async (line: string): Promise<void> => {
      await visit.page.waitForFunction(
        (wanted) => document.querySelector('#events')?.textContent.includes(wanted),
        { timeout: 20_000, polling: 100 },
        line,
      );
    };
    const stateIs = async (state: string): Promise<void> => {
      await visit.page.waitForFunction(
        (wanted) => document.querySelector('#state')?.textContent === wanted,
        { timeout: 20_000, polling: 50 },
        state,
      );
    };
    await visit.page.click('#talk');
    await stateIs('speaking');
    await shows(shopAgent.greeting);
    await stateIs('listening');
    await room.say('where is my order');
    await shows('Where is my order');
    await shows(answerTo('order-status'));
    expect(await lines()).toEqual([
      `agent: ${shopAgent.greeting}`,
      'user: Where is my order',
      `agent: ${answerTo('order-status')}`,
    ]);
    await visit.page.click('#talk');
    await stateIs('ended');
    expect(await visit.open()).toEqual(NOTHING);
    expect(visit.complaints).toEqual([]);
  });

  it('says why there is no call', async () => {
    const visit = await Visit.open(browser, new URL('headless.html', stage.url).href);
    await visit.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
    });
    await visit.page.click('#talk');
    await visit.page.waitForFunction(
      () =>
        document.querySelector('#talk')?.textContent === 'Talk' &&
        document.querySelector('#state')?.textContent.includes('microphone'),
      { timeout: 20_000, polling: 50 },
    );
    await visit.close();
  });

  it('takes 20 lines, at most', () => {
    const file = fileURLToPath(new URL('../../demo/headless.js', import.meta.url));
    const code = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(code.length).toBeLessThanOrEqual(20);
  });
});
