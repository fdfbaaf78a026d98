// A visitor of the page whose functions are the agent's tools: types, is asked, sees things happen, and
// goes on by voice.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from 'puppeteer-core';
import { Stage } from '../support/stage.js';
import { Visit } from '../support/visit.js';

let stage: Stage;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  stage = await Stage.open();
  browser = await stage.browser();
});
afterAll(() => stage.close());
beforeEach(async () => {
  visit = await Visit.open(browser, `${stage.url}tools.html`);
});
afterEach(() => visit.close());

async function type(text: string): Promise<void> {
  await (await visit.button('input')).focus();
  await visit.page.keyboard.type(text);
  await visit.page.keyboard.press('Enter');
}

const cart = (): Promise<string[]> =>
  visit.page.$$eval('#cart li', (rows) => rows.map((row) => row.textContent));

describe('A visitor who types to an agent with tools', () => {
  it('is asked before something is bought, and sees it in the cart', async () => {
    await type('I want to buy a cactus');
    await visit.event('voice-approval-request');
    expect(await visit.text('approval')).toContain('add to cart');
    expect(await cart()).toEqual([]);
    await visit.press('approve-button');
    const { detail } = await visit.event('voice-tool-result');
    expect(detail).toMatchObject({ name: 'add_to_cart', output: '1 × cactus is in the cart now.' });
    expect(await cart()).toEqual(['1 × cactus']);
    // The answer is about it.
    await visit.said('agent', /./);
    expect(await visit.page.$('voice-agent >>> [part~="approval"]')).toBeNull();
    expect(await visit.page.evaluate(() => probe.opened.microphones)).toBe(0);
    expect(visit.complaints).toEqual([]);
  });

  it('buys nothing that was denied, and the conversation goes on', async () => {
    await type('I want to buy a fern');
    await visit.event('voice-approval-request');
    await visit.press('deny-button');
    await visit.event('voice-tool-result', (detail) =>
      JSON.stringify(detail).includes('did not allow'),
    );
    const from = visit.events.length;
    await type('What is the weather in Paris?');
    await visit.said('agent', /Paris.* rains/, { from });
    expect(await cart()).toEqual([]);
  });

  it('sees a tool run that the page has declared in its HTML, under the strictest policy', async () => {
    await visit.page.goto(`${stage.url}strict/tools.html`);
    const from = visit.events.length;
    await type('Where is my order?');
    await visit.event('voice-tool-call', () => true, { from });
    await expect
      .poll(() => visit.page.$('voice-agent >>> .spinner'), { timeout: 10_000 })
      .not.toBeNull();
    expect(await visit.text('activity')).toMatch(/^Working on it:\s+get order status$/);
    await visit.said('agent', /green house/, { from });
    expect(visit.complaints).toEqual([]);
  });

  it('hears no promise that the page forbids', async () => {
    await type('I want my money back');
    const { detail } = await visit.event('voice-guardrail');
    expect(detail).toMatchObject({ role: 'agent', guardrail: 'noPromisesOfMoney' });
    expect(await visit.page.$eval('voice-agent', ({ state }) => state.status)).toBe('live');
  });

  it('sees what was used, and goes on by voice in the same conversation', async () => {
    await type('What are your prices?');
    await visit.said('agent', /twelve dollars/);
    await visit.event('voice-usage');
    expect(await visit.page.$eval('#usage', ({ textContent }) => textContent)).toMatch(
      /^\d+ tokens$/,
    );
    await visit.press('talk-button');
    await visit.event('voice-state-change', ({ state }) => state.voice === true);
    const from = visit.events.length;
    await type('When are you open?');
    await visit.state('live speaking', { from });
    const messages = await visit.page.$$eval('voice-agent >>> .message', (rows) => rows.length);
    expect(messages).toBeGreaterThanOrEqual(3);
  });
});
