// The dictionaries of the script tag: files of their own, which may be slow or not come at all.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HTTPRequest } from 'puppeteer-core';
import { Stage } from '../support/stage.js';
import { Visit } from '../support/visit.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** A visit in German, where `decide` answers for the dictionary; everything else comes as usual. */
async function visitInGerman(decide: (dictionary: HTTPRequest) => void): Promise<Visit> {
  const visit = await Visit.open(await stage.browser(), 'about:blank');
  await visit.page.evaluateOnNewDocument(() => {
    new MutationObserver((_, observer) => {
      observer.disconnect();
      document.documentElement.lang = 'de-AT';
    }).observe(document, { childList: true });
  });
  await visit.page.setRequestInterception(true);
  visit.page.on('request', (request) => {
    if (/voice-agent-de-.*\.js$/.test(request.url())) decide(request);
    else void request.continue();
  });
  await visit.page.goto(stage.url);
  return visit;
}

/** What the start button says, in which language, and whether that is seen. */
const startButton = (visit: Visit) =>
  visit.page.evaluate(() => {
    const panel = document.querySelector('voice-agent')?.shadowRoot?.querySelector('section');
    const button = panel?.querySelector('[part~="start-button"]');
    if (!panel || !button) return undefined;
    const { webkitTextFillColor: color } = getComputedStyle(button);
    return {
      lang: panel.lang,
      words: button.textContent.trim(),
      seen: color !== 'rgba(0, 0, 0, 0)',
    };
  });

const untilLang = (visit: Visit, lang: string) =>
  visit.page.waitForFunction(
    (wanted) =>
      document.querySelector('voice-agent')?.shadowRoot?.querySelector('section')?.lang === wanted,
    {},
    lang,
  );

describe('The words of a language', () => {
  it('come from the dictionary alone, and are not English before', async () => {
    let ask: (dictionary: HTTPRequest) => void = () => undefined;
    const asked = new Promise<HTTPRequest>((resolve) => (ask = resolve));
    const visit = await visitInGerman(ask);
    const held = await asked;
    expect(await startButton(visit)).toEqual({ lang: '', words: 'Start talking', seen: false });
    await held.continue();
    await untilLang(visit, 'de');
    expect(await startButton(visit)).toEqual({
      lang: 'de',
      words: 'Gespräch starten',
      seen: true,
    });
    const languages = visit.requests.filter((one) => /voice-agent-..-/.test(one));
    expect(languages).toHaveLength(1);
    // The call is in German, too.
    await visit.press('start-button');
    await visit.state('live listening');
    expect(await visit.text('end-button')).toBe('Beenden');
    await visit.press('end-button');
    const end = await visit.event('voice-end');
    expect(end.detail.reason).toBe('user');
    expect(await visit.text('status')).toMatch(/^Gespräch beendet/);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('are English if they cannot be had, until the next start', async () => {
    let isDown = true;
    const visit = await visitInGerman((dictionary) => {
      if (isDown) void dictionary.abort();
      else void dictionary.continue();
    });
    await untilLang(visit, 'en');
    expect(await startButton(visit)).toMatchObject({ words: 'Start talking', seen: true });
    isDown = false;
    await visit.press('start-button');
    await untilLang(visit, 'de');
    await visit.state('live listening');
    expect(await visit.text('end-button')).toBe('Beenden');
    await visit.close();
  });
});
