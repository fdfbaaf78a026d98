// The part of the widget that loads on intent, when it is slow or does not come at all. Looks at
// dist/, where it is a file of its own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HTTPRequest } from 'puppeteer-core';
import { Stage } from '../support/stage.js';
import { NOTHING, Visit } from '../support/visit.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** A visit where `decide` answers for a part; everything else comes as usual. */
async function visitWhere(decide: (part: HTTPRequest) => void, name = 'talk'): Promise<Visit> {
  const visit = await Visit.open(await stage.browser(), 'about:blank');
  await visit.page.setRequestInterception(true);
  visit.page.on('request', (request) => {
    if (request.url().includes(`/voice-agent-${name}-`)) decide(request);
    else void request.continue();
  });
  await visit.page.goto(stage.url);
  return visit;
}

/** Puppeteer's own waiting does not see what changes inside the element. */
const composerOf = (visit: Visit) =>
  visit.page.waitForFunction(
    () => document.querySelector('voice-agent')?.shadowRoot?.querySelector('[part~="input"]'),
    { timeout: 20_000 },
  );

describe('A widget whose larger part', () => {
  it('is on its way can be canceled, and started when it is there', async () => {
    const held: HTTPRequest[] = [];
    const visit = await visitWhere((part) => held.push(part));
    await visit.press('start-button');
    await visit.state('connecting');
    // The secret is asked for in the click, and nothing else before that part is there.
    const posts = () => visit.requests.filter((one) => one.startsWith('POST'));
    await visit.until('both requests', () => held.length === 1 && posts().length === 1);
    expect(posts()).toEqual([`POST ${new URL('token', stage.url).href}`]);
    await visit.press('end-button');
    const end = await visit.event('voice-end', undefined, { ms: 1_000 });
    expect(end.detail).toMatchObject({ reason: 'user', durationMs: 0 });
    expect(end.open).toEqual(NOTHING);
    expect(await visit.text('start-button')).toBe('Start talking');
    for (const part of held) await part.continue();
    const from = visit.events.length;
    await visit.press('start-button');
    await visit.state('live listening', { from });
    await visit.press('end-button');
    await visit.event('voice-end', undefined, { from });
    expect(visit.named('voice-end')).toHaveLength(2);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('cannot be fetched says so, and can be tried again', async () => {
    let failures = 0;
    let isDown = true;
    const visit = await visitWhere((part) => {
      if (!isDown) return void part.continue();
      failures++;
      void part.abort();
    });
    await visit.press('start-button');
    const end = await visit.event('voice-end');
    expect(end.detail.error?.code).toBe('network-blocked');
    expect(end.open).toEqual(NOTHING);
    expect(failures).toBeGreaterThan(0);
    expect(await visit.text('error')).toBe('That did not work. Please try again.');
    expect(await visit.text('start-button')).toBe('Try again');
    isDown = false;
    const from = visit.events.length;
    await visit.press('start-button');
    await visit.state('live listening', { from });
    expect(await visit.text('error')).toBe('');
    await visit.close();
  });
});

describe('What a page wants a visitor to agree to', () => {
  /** The visitor has agreed before, which nobody knows as long as the code for it is not there. */
  const agreed = (visit: Visit) =>
    visit.page.$eval('voice-agent', (element) => {
      localStorage.setItem('voice-agent-consent:privacy', 'yes');
      element.consentKey = 'privacy';
      element.allowProgrammaticStart = true;
      element.insertAdjacentHTML('beforeend', '<p slot="consent">We record calls.</p>');
    });

  for (const how of ['end', 'remove'] as const)
    it(`starts no call that was given up while it was on its way: ${how}()`, async () => {
      const held: HTTPRequest[] = [];
      const visit = await visitWhere((part) => held.push(part), 'around');
      await agreed(visit);
      const started = visit.page.$eval(
        'voice-agent',
        async (element, name) => {
          const start = element.start().catch((why: unknown) => (why as Error).name);
          void element[name]();
          return start;
        },
        how,
      );
      await visit.until('the request', () => held.length === 1);
      for (const part of held) await part.continue();
      expect(await started).toBe('AbortError');
      expect(visit.events).toEqual([]);
      await visit.close();
    });

  it('says so when it cannot be fetched, and can be tried again', async () => {
    let isDown = true;
    const visit = await visitWhere((part) => {
      void (isDown ? part.abort() : part.continue());
    }, 'around');
    await agreed(visit);
    await visit.press('start-button');
    const end = await visit.event('voice-end');
    expect(end.detail.error?.code).toBe('network-blocked');
    expect(await visit.text('error')).toBe('That did not work. Please try again.');
    isDown = false;
    await visit.press('start-button');
    await visit.state('live listening');
    await visit.close();
  });
});

describe('Tools that a page sets in a call', () => {
  it('are missed where their code cannot be fetched, and the page is told', async () => {
    const visit = await visitWhere((part) => void part.abort(), 'tools');
    await visit.page.$eval('voice-agent', (element) => {
      element.tools = [];
      for (const script of element.querySelectorAll('[slot=tools]')) script.remove();
    });
    await visit.press('start-button');
    await visit.state('live listening');
    await visit.page.$eval('voice-agent', (element) => {
      element.tools = [{ name: 'water', description: 'Waters the plants.', execute: () => 'done' }];
    });
    const { detail } = await visit.event('voice-error');
    expect(detail.error?.code).toBe('network-blocked');
    expect(detail).toMatchObject({ fatal: false });
    await visit.press('end-button');
    await visit.event('voice-end');
    expect(visit.complaints.filter((one) => one.includes('dynamically'))).toEqual([]);
    await visit.close();
  });
});

describe('The code for an agent that hands over', () => {
  /** A visitor who has typed a wish on a page without tools; the agent has called its function. */
  async function wishing(decide: (part: HTTPRequest) => void): Promise<Visit> {
    const visit = await visitWhere(decide, 'tools');
    await visit.set({ agent: 'shop' });
    await visit.page.$eval('voice-agent', (element) => {
      element.tools = [];
      element.allowProgrammaticStart = true;
      for (const script of element.querySelectorAll('[slot=tools]')) script.remove();
      return element.sendText('I want to talk to support');
    });
    const isWish = (detail: object) => /response\.done.*transfer_to_/.test(JSON.stringify(detail));
    await visit.event('voice-server-event', isWish);
    return visit;
  }

  it('may come after the first wish to be handed over, which is fulfilled', async () => {
    const held: HTTPRequest[] = [];
    const visit = await wishing((part) => held.push(part));
    for (const part of held) await part.continue();
    const { detail } = await visit.event('voice-handoff');
    expect(detail).toEqual({ from: 'shop', to: 'support', label: 'Support' });
    await visit.said('agent', /this is the support/);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('does nothing that was asked for in a call which is over', async () => {
    const held: HTTPRequest[] = [];
    const visit = await wishing((part) => held.push(part));
    const from = visit.events.length;
    await visit.page.$eval('voice-agent', async (element) => {
      await element.end();
      await element.sendText('What are your prices?');
    });
    for (const part of held) await part.continue();
    await visit.page.evaluate(`import(${JSON.stringify(held[0]?.url())})`);
    await visit.said('agent', /twelve dollars/, { from });
    expect(visit.named('voice-tool-call')).toEqual([]);
    await visit.close();
  });

  it('is missed where it cannot be fetched, and the page is told', async () => {
    const visit = await wishing((part) => void part.abort());
    const { detail } = await visit.event('voice-error');
    expect(detail).toMatchObject({ fatal: false, error: { code: 'network-blocked' } });
    expect(visit.complaints.filter((one) => one.includes('dynamically'))).toEqual([]);
    await visit.close();
  });
});

describe('The settings, when they are on their way', () => {
  for (const gone of ['element', 'attribute'] as const)
    it(`open no microphone for an ${gone} that was removed`, async () => {
      const held: HTTPRequest[] = [];
      const visit = await visitWhere((part) => held.push(part), 'settings-panel');
      await visit.set({ settings: '' });
      const opened = await visit.page.evaluateHandle(() => {
        const { mediaDevices } = navigator;
        const { getUserMedia } = mediaDevices;
        const asked: unknown[] = [];
        mediaDevices.getUserMedia = (constraints) => {
          asked.push(constraints);
          return getUserMedia.call(mediaDevices, constraints);
        };
        return asked;
      });
      await visit.press('settings-button');
      await visit.press('settings-button');
      await visit.until('the request', () => held.length === 1);
      const element = await visit.page.$('voice-agent');
      await element?.evaluate((one, what) => {
        if (what === 'element') one.remove();
        else one.removeAttribute('settings');
      }, gone);
      const came = visit.page.waitForResponse((response) =>
        response.url().includes('settings-panel'),
      );
      for (const part of held) await part.continue();
      await came;
      // Once more it comes after those who have waited for it.
      await visit.page.evaluate(`import(${JSON.stringify(held[0]?.url())})`);
      await element?.evaluate((one) => one.updateComplete);
      expect(await opened.jsonValue()).toEqual([]);
      await visit.close();
    });
});

describe('The row for typing', () => {
  it('moves nothing when it comes', async () => {
    const held: HTTPRequest[] = [];
    const visit = await visitWhere((part) => held.push(part), 'composer');
    const height = () =>
      visit.page.$eval('voice-agent', (element) => element.getBoundingClientRect().height);
    await visit.until('the request', () => held.length === 1);
    const before = await height();
    for (const part of held) await part.continue();
    await composerOf(visit);
    expect(await height()).toBe(before);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('leaves a call by voice as it is when it cannot be fetched, and comes when it can', async () => {
    let isDown = true;
    let failures = 0;
    const visit = await visitWhere((part) => {
      if (!isDown) return void part.continue();
      failures++;
      void part.abort();
    }, 'composer');
    await visit.press('start-button');
    await visit.state('live listening');
    expect(failures).toBeGreaterThan(0);
    expect(await visit.text('error')).toBe('');
    isDown = false;
    await visit.press('end-button');
    await visit.event('voice-end');
    await composerOf(visit);
    await visit.close();
  });
});

describe('The words for an error', () => {
  it('are those that the widget has anyway, where its own cannot be fetched', async () => {
    const visit = await visitWhere((part) => void part.abort(), 'english-errors');
    await visit.set({ 'token-url': '/nowhere' });
    await visit.press('start-button');
    const end = await visit.event('voice-end');
    expect(end.detail.error?.code).toBe('token-invalid');
    await visit.tells(/^That did not work. Please try again.$/);
    await visit.close();
  });

  it('are looked for once, also where the error is beside others', async () => {
    let failures = 0;
    const visit = await visitWhere((part) => {
      failures++;
      void part.abort();
    }, 'english-errors');
    await visit.set({ settings: '' });
    await visit.press('start-button');
    await visit.state('live listening');
    await visit.page.evaluate(() => {
      const refused = () => Promise.reject(new DOMException('', 'NotReadableError'));
      navigator.mediaDevices.getUserMedia = refused;
    });
    await visit.takeLastMicrophone();
    await visit.page.waitForFunction(
      (words) =>
        document.querySelector('voice-agent')?.shadowRoot?.querySelector('.settings .error')
          ?.textContent === words,
      { timeout: 20_000 },
      'That did not work. Please try again.',
    );
    expect(failures).toBeLessThan(5);
    await visit.close();
  });
});
