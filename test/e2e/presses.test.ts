// Hands that press more than once, or hold on to what goes away. Real presses, as a browser counts them.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage } from '../support/stage.js';
import { Visit } from '../support/visit.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const visitor = async () => Visit.open(await stage.browser(), stage.url);

const names = (visit: Visit) =>
  visit.events.map(({ name }) => name).filter((name) => /-(start|end)$/.test(name));

const focused = (visit: Visit) =>
  visit.page.$eval('voice-agent', ({ shadowRoot }) => shadowRoot?.activeElement?.part.value);

it('start one call with a double click, and end it with one', async () => {
  const visit = await visitor();
  await (await visit.button('start-button')).click({ count: 2, delay: 20 });
  await visit.state('live listening');
  expect(names(visit)).toEqual(['voice-start']);
  await (await visit.button('end-button')).click({ count: 2, delay: 20 });
  await visit.event('voice-end');
  await visit.button('start-button');
  expect(names(visit)).toEqual(['voice-start', 'voice-end']);
  await visit.close();
});

it('start one call with a key that is held down', async () => {
  const visit = await visitor();
  await (await visit.button('start-button')).focus();
  for (let time = 0; time < 30; time++) await visit.page.keyboard.down('Enter');
  await visit.page.keyboard.up('Enter');
  await visit.state('live listening');
  expect(names(visit)).toEqual(['voice-start']);
  await visit.close();
});

it('leave a held Tab key to walk on', async () => {
  const visit = await visitor();
  await visit.press('start-button');
  await visit.state('live listening');
  await (await visit.button('mute-button')).focus();
  await visit.page.keyboard.down('Tab');
  await visit.page.keyboard.down('Tab');
  await visit.page.keyboard.up('Tab');
  expect(await focused(visit)).toMatch(/interrupt-button/);
  await visit.close();
});

it('find the main button when the one that they were on has gone', async () => {
  const visit = await visitor();
  await visit.press('start-button');
  await visit.state('live listening');
  await (await visit.button('mute-button')).focus();
  await visit.page.$eval('voice-agent', (element) => element.end());
  await visit.button('start-button');
  expect(await focused(visit)).toMatch(/start-button/);
  await visit.close();
});

it('keep what they are on outside of the element', async () => {
  const visit = await visitor();
  await visit.press('start-button');
  await visit.state('live listening');
  await visit.page.focus('#clear');
  await visit.page.$eval('voice-agent', (element) => element.end());
  await visit.button('start-button');
  expect(await visit.page.evaluate(() => document.activeElement?.id)).toBe('clear');
  await visit.close();
});
