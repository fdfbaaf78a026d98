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

async function talking(): Promise<Visit> {
  const visit = await visitor();
  await visit.press('start-button');
  await visit.state('live listening');
  return visit;
}

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

/** Down, and then again and again, as keyboards do. */
async function hold(visit: Visit): Promise<void> {
  for (let time = 0; time < 30; time++) await visit.page.keyboard.down('Enter');
  await visit.page.keyboard.up('Enter');
}

it('start one call with a key that is held down', async () => {
  const visit = await talking();
  await visit.press('end-button');
  await visit.event('voice-end');
  const from = visit.events.length;
  await (await visit.button('start-button')).focus();
  await hold(visit);
  await visit.state('live listening', { from });
  expect(names(visit)).toEqual(['voice-start', 'voice-end', 'voice-start']);
  await visit.close();
});

it('agree to nothing with a key that is held down on the button before', async () => {
  const visit = await visitor();
  await visit.page.$eval('voice-agent', (element) => {
    element.insertAdjacentHTML('beforeend', '<p slot="consent">We record calls.</p>');
  });
  await visit.button('agree-button');
  await (await visit.button('start-button')).focus();
  await hold(visit);
  expect(await focused(visit)).toMatch(/agree-button/);
  await visit.page.keyboard.press('Enter');
  expect(await focused(visit)).toMatch(/start-button/);
  await visit.page.keyboard.press('Enter');
  await visit.state('live listening');
  await visit.close();
});

it('leave a held Tab key to walk on', async () => {
  const visit = await talking();
  await (await visit.button('mute-button')).focus();
  await visit.page.keyboard.down('Tab');
  await visit.page.keyboard.down('Tab');
  await visit.page.keyboard.up('Tab');
  expect(await focused(visit)).toMatch(/interrupt-button/);
  await visit.close();
});

it('find the main button when the one that they were on has gone', async () => {
  const visit = await talking();
  await (await visit.button('mute-button')).focus();
  const secrets = () => visit.requests.filter((one) => one.startsWith('POST')).length;
  const before = secrets();
  await visit.page.$eval('voice-agent', (element) => element.end());
  await visit.button('start-button');
  expect(await focused(visit)).toMatch(/start-button/);
  // Nobody has asked for another call.
  expect(secrets()).toBe(before);
  await visit.close();
});

it('find the launcher when the button beside it has gone with the call', async () => {
  const visit = await visitor();
  await visit.set({ layout: 'floating' });
  await visit.press('launcher');
  await visit.press('start-button');
  await visit.state('live listening');
  await visit.page.$eval('voice-agent', (element) => (element.open = false));
  const end = await visit.page.waitForSelector('voice-agent >>> .dock .end');
  await end?.focus();
  await visit.page.$eval('voice-agent', (element) => element.end());
  await visit.page.waitForFunction(
    () => !document.querySelector('voice-agent')?.shadowRoot?.querySelector('.dock .end'),
  );
  expect(await focused(visit)).toMatch(/launcher/);
  await visit.close();
});

it('keep what they are on outside of the element', async () => {
  const visit = await talking();
  await visit.page.focus('#clear');
  await visit.page.$eval('voice-agent', (element) => element.end());
  await visit.button('start-button');
  expect(await visit.page.evaluate(() => document.activeElement?.id)).toBe('clear');
  await visit.close();
});
