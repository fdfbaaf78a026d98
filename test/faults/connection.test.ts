// C: a network that lets nothing through.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, CDPSession } from 'puppeteer-core';
import { Stage } from '../support/stage.js';
import { Visit } from '../support/visit.js';
import { hasEnded, startsAgain } from './support/endings.js';
import { helps, says, Site } from './support/site.js';

let stage: Stage;
let browser: Browser;
let site: Site;
let visit: Visit;
let devtools: CDPSession;

/** Only what is sent by WebRTC: the page itself is loaded all the same. */
const losing = (packetLoss: number) =>
  devtools.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 },
    packetLoss,
  });

beforeAll(async () => {
  stage = await Stage.open();
  browser = await stage.browser();
  site = await Site.open(stage.url);
});
afterAll(async () => {
  await site.close();
  await stage.close();
});
beforeEach(async () => {
  site.answers(helps);
  visit = await Visit.open(browser, 'about:blank');
  devtools = await visit.page.createCDPSession();
  await devtools.send('Network.enable');
  // Switched on later, it would not reach WebRTC.
  await losing(0);
  await visit.page.goto(site.page('/'));
});
afterEach(() => visit.close());

describe('A network', () => {
  it('C4 that lets no audio through is named within 16 seconds, and another one works', async () => {
    await losing(100);
    await visit.press('start-button');
    await hasEnded(visit, 'network-blocked', /Try another network/);
    const [start, end] = [visit.named('voice-start')[0]!, visit.named('voice-end')[0]!];
    expect(end.at - start.at).toBeLessThan(18_000);
    await losing(0);
    await startsAgain(visit);
  });

  it('C5 that is away for four seconds ends no call', async () => {
    await visit.press('start-button');
    await visit.state('live speaking');
    const secrets = site.asked;
    await losing(100);
    const lost = await visit.now();
    await visit.page.waitForFunction((at) => performance.now() - at > 4_000, {}, lost);
    await losing(0);
    const from = visit.events.length;
    await visit.page.$eval('voice-agent', (element) => element.sendText('When are you open?'));
    await visit.said('agent', /./, { from });
    expect(visit.named('voice-end')).toEqual([]);
    expect(site.asked).toBe(secrets);
  });
});

describe('An offer', () => {
  /** How often the service was asked to take one. */
  const offers = () => visit.requests.filter((one) => /^POST .*\/v1\/realtime\/calls/.test(one));

  it('C1 that meets an unknown secret is sent once more with a fresh one', async () => {
    let first = true;
    site.answer = (response, request) => {
      if (!first) return false;
      first = false;
      void site.secret().then(({ calls_url }) => {
        says(200, { value: 'ek_unknown', calls_url })(response, request, 1);
      });
      return undefined;
    };
    await visit.press('start-button');
    await visit.state('live speaking');
    expect(offers()).toHaveLength(2);
    expect(site.asked).toBe(2);
  });

  it.each([
    ['C1 refused with 400', 'calls-status:400', 1],
    ['C1 refused with 401, again and again', 'calls-status:401', 2],
    ['C1 refused with 403', 'calls-status:403', 1],
    ['C1 refused with 409', 'calls-status:409', 1],
    ['C1 refused with 429', 'calls-status:429', 1],
    ['C1 refused with 503', 'calls-status:503', 2],
  ])('%s ends in words', async (_, fault, times) => {
    await visit.set({ 'token-url': `/token?fault=${fault}` });
    await visit.press('start-button');
    await hasEnded(visit, 'negotiation-rejected', /did not take the call/);
    expect(offers()).toHaveLength(times);
    await visit.set({ 'token-url': '/token' });
    await startsAgain(visit);
  });
});
