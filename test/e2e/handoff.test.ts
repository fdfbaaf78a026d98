// A visitor whom the shop's agent hands over to the support and who comes back, with a secret and
// through the site's own host.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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
afterEach(() => visit.close());

async function type(text: string): Promise<number> {
  const from = visit.events.length;
  await (await visit.button('input')).focus();
  await visit.page.keyboard.type(text);
  await visit.page.keyboard.press('Enter');
  return from;
}

const seams = (): Promise<string[]> =>
  visit.page.$$eval('voice-agent >>> [part="note"]', (lines) =>
    lines.map(({ textContent }) => textContent),
  );

describe('A visitor who wants to talk to support', () => {
  it('is handed over, sees it, and can go back', async () => {
    visit = await Visit.open(browser, `${stage.url}tools.html`);
    let from = await type('I want to talk to support');
    const { detail } = await visit.event('voice-handoff');
    expect(detail).toEqual({ from: 'shop', to: 'support', label: 'Support' });
    await visit.said('agent', /this is the support/, { from });
    expect(await seams()).toEqual(['Now talking to Support']);
    expect(await visit.page.$eval('#who', ({ textContent }) => textContent)).toBe('Support');
    // Only the support knows what to do about it.
    from = await type('My pot is broken');
    await visit.said('agent', /send you a new one/, { from });
    // The page's own tools are there as before.
    from = await type('Where is my order?');
    await visit.said('agent', /green house/, { from });
    from = await type('Send me back to the shop');
    await visit.event('voice-handoff', ({ to }) => to === 'shop', { from });
    await visit.said('agent', /./, { from });
    from = await type('What are your prices?');
    await visit.said('agent', /twelve dollars/, { from });
    expect(await seams()).toEqual(['Now talking to Support', 'Now talking to Fern & Co']);
    expect(visit.complaints).toEqual([]);
  });

  it('is handed over by the host that placed the call, and the page only shows it', async () => {
    visit = await Visit.open(browser, `${stage.url}tools.html`);
    await visit.set({ 'session-url': '/session' });
    await visit.page.evaluate(() => {
      const { send } = RTCDataChannel.prototype;
      const sent: string[] = [];
      Object.assign(globalThis, { sent });
      RTCDataChannel.prototype.send = function (data: unknown) {
        sent.push(String(data));
        send.call(this, data as never);
      };
    });
    let from = await type('I want to talk to support');
    const { detail } = await visit.event('voice-handoff');
    expect(detail).toEqual({ from: 'shop', to: 'support', label: 'Support' });
    await visit.said('agent', /this is the support/, { from });
    expect(await seams()).toEqual(['Now talking to Support']);
    // In the order of a handoff, as the page saw it; its own tools may be offered meanwhile.
    const seen = visit.events
      .slice(from)
      .map(({ name, detail }) => (name === 'voice-server-event' ? detail.type : name));
    const steps = [
      'voice-tool-call',
      'session.updated',
      'conversation.item.added',
      'voice-handoff',
      'voice-tool-result',
      'response.created',
    ];
    const order = seen
      .slice(seen.indexOf('voice-tool-call'))
      .filter((step, index, all) => steps.includes(step) && !all.slice(0, index).includes(step));
    expect(order).toEqual(steps);
    // The support has the page's own tools, and leads back.
    from = await type('Where is my order?');
    await visit.said('agent', /green house/, { from });
    from = await type('Send me back to the shop');
    await visit.event('voice-handoff', ({ to }) => to === 'shop', { from });
    await visit.said('agent', /./, { from });
    expect(await seams()).toEqual(['Now talking to Support', 'Now talking to Fern & Co']);
    // The page asked for a call and for nothing else, and told the service of no other agent.
    const asked = visit.requests.filter((request) => /(token|session)$/.test(request));
    expect(asked.map((request) => request.replace(stage.url, '/'))).toEqual(['POST /session']);
    const sent = await visit.page.evaluate(() => (globalThis as { sent?: string[] }).sent ?? []);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((text) => /"instructions"|transferred_to/.test(text))).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });

  it('is handed over in a call by voice, and the voice stays', async () => {
    visit = await Visit.open(browser, `${stage.url}tools.html`);
    await visit.press('start-button');
    await visit.state('live listening');
    const from = await type('I want to talk to support');
    await visit.event('voice-handoff');
    await visit.state('live speaking', { from });
    const updates = visit.events.filter(({ detail }) => detail.type === 'session.updated');
    expect(JSON.stringify(updates.at(-1))).toContain('Agent: support');
  });

  it('stays where they are when the host is gone, and is told', async () => {
    visit = await Visit.open(browser, `${stage.url}tools.html`);
    await visit.page.evaluate(() => {
      const { fetch } = window;
      window.fetch = (url, init) =>
        JSON.stringify(init ?? {}).includes('handoff')
          ? Promise.reject(new TypeError('down'))
          : fetch(url, init);
    });
    let from = await type('I want to talk to support');
    const { detail } = await visit.event('voice-error', () => true, { from });
    expect(detail).toMatchObject({ fatal: false, error: { code: 'tool-failed' } });
    await visit.said('agent', /did not work/, { from });
    expect(await seams()).toEqual([]);
    from = await type('What are your prices?');
    await visit.said('agent', /twelve dollars/, { from });
  });
});
