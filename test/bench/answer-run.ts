// One measured call: the recording asks its questions, and each answer's first sound is timed. It
// knows no statistics.
import type { Browser } from 'puppeteer-core';
import type { BenchSite } from './bench-site.js';
import type {} from './page/ear.js';
import type {} from './page/timeline.js';

export type Caller = 'element' | 'bare';

/** Their answers are short, and over before the next question. */
export const QUESTIONS = [
  'thank you',
  'good morning',
  'what is the weather today',
  'see you later',
  'where is my order',
];

/** How long the recording is silent before its first question. */
export const SILENCE_MS = 5_000;

const CONNECT_MS = 15_000;
const QUESTION_MS = 12_000;

/** Milliseconds of each answer, in the order of the questions. Rejects when one does not come. */
export async function hearAnswers(
  browser: Browser,
  site: BenchSite,
  caller: Caller,
  count: number,
): Promise<number[]> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.goto(site.url(caller), { waitUntil: 'load' });
    await page.evaluate(() => window.clickButton());
    await page.waitForFunction(() => window.timeline.live ?? window.timeline.error, {
      timeout: CONNECT_MS,
      polling: 50,
    });
    await page.evaluate(() => window.listen());
    // The recording began with the microphone; what was said before this is missed.
    const { microphone, now } = await page.evaluate(() => ({
      microphone: window.timeline.microphone ?? 0,
      now: performance.now(),
    }));
    if (now - microphone > SILENCE_MS) throw new Error('It took too long to connect.');
    await page.waitForFunction(
      (wanted) => window.answers.length >= wanted,
      {
        timeout: SILENCE_MS + count * QUESTION_MS,
        polling: 200,
      },
      count,
    );
    const answers = await page.evaluate(() => window.answers);
    await page.evaluate(() => window.hangUp());
    await site.quiet();
    return answers.map(({ speechEnd, firstSound }) => (firstSound - speechEnd) * 1000);
  } catch (error) {
    throw new Error(`${caller} got no answer`, { cause: error });
  } finally {
    await context.close();
  }
}
