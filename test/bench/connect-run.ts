// One measured connection: a fresh visitor opens a contestant's page, clicks, and can speak. It knows
// no statistics.
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'puppeteer-core';
import type { BenchSite, PageName } from './bench-site.js';
import type { Timeline } from './page/timeline.js';

/** By then the browser has done what it does for a new page, starting a spare process included. */
const SETTLE_MS = 1_000;
/** How long a pointer rests on the button before it is pressed. */
const HOVER_MS = 400;
const CONNECT_MS = 15_000;

export const CONTESTANTS = {
  'element, cold': { page: 'element', hover: false },
  'element, warm': { page: 'element', hover: true },
  agents: { page: 'agents', hover: false },
  openai: { page: 'openai', hover: false },
} as const satisfies Readonly<Record<string, { page: PageName; hover: boolean }>>;

export type Contestant = keyof typeof CONTESTANTS;

/** Rejects with the contestant's own words when it does not connect. */
export async function connectOnce(
  browser: Browser,
  site: BenchSite,
  contestant: Contestant,
  delayMs: number,
): Promise<Required<Pick<Timeline, 'click' | 'live'>> & Timeline> {
  const { page: name, hover } = CONTESTANTS[contestant];
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.goto(site.url(name, delayMs), { waitUntil: 'load' });
    await pause(SETTLE_MS);
    if (hover) await hoverAndClick(page);
    // As a script or an assistive tool clicks: no pointer and no focus come before it.
    else await page.evaluate(() => window.clickButton());
    await page.waitForFunction(() => window.timeline.live ?? window.timeline.error, {
      timeout: CONNECT_MS,
      polling: 50,
    });
    // Observers of resource timing are told a moment later.
    await pause(50);
    const timeline = await page.evaluate(() => window.timeline);
    const { click, live } = timeline;
    await page.evaluate(() => window.hangUp());
    await site.quiet();
    if (click === undefined || live === undefined) throw new Error(timeline.error);
    return { ...timeline, click, live };
  } catch (error) {
    throw new Error(`${contestant} did not connect`, { cause: error });
  } finally {
    await context.close();
  }
}

async function hoverAndClick(page: Page): Promise<void> {
  const button = await page.waitForSelector('voice-agent >>> button', { timeout: 5_000 });
  await button?.hover();
  await pause(HOVER_MS);
  await page.mouse.down();
  await page.mouse.up();
}
