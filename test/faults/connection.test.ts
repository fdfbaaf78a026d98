// C: a service that refuses the offer.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Visit } from '../support/visit.js';
import { hasEnded, startsAgain } from './support/endings.js';
import { helps, says, Site } from './support/site.js';

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await Site.open();
});
afterAll(() => site.close());
beforeEach(async () => {
  site.answers(helps);
  visit = await Visit.open(site.browser, site.page('/'));
});
afterEach(() => visit.close());

describe('An offer', () => {
  /** How often the service was asked to take one. */
  const offers = () => visit.requests.filter((one) => /^POST .*\/v1\/realtime\/calls/.test(one));

  it('C1 that meets an unknown secret is sent once more with a fresh one', async () => {
    let first = true;
    site.answer = (response, request) => {
      if (!first) return false;
      first = false;
      void site.secret().then(({ calls_url }) => {
        void says(200, { value: 'ek_unknown', calls_url })(response, request, 1);
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
    ['C1 refused with 503', 'calls-status:503', 2],
  ])('%s ends in words', async (_, fault, times) => {
    await visit.set({ 'token-url': `/token?fault=${fault}` });
    await visit.press('start-button');
    await hasEnded(visit, 'negotiation-rejected', /did not take the call/);
    expect(offers()).toHaveLength(times);
    await visit.set({ 'token-url': '/token' });
    await startsAgain(visit);
  });

  it('C1 refused with 429 ends as busy, after one', async () => {
    await visit.set({ 'token-url': '/token?fault=calls-status:429' });
    await visit.press('start-button');
    await hasEnded(visit, 'quota-exceeded', /at its limit/);
    expect(offers()).toHaveLength(1);
    await visit.set({ 'token-url': '/token' });
    await startsAgain(visit);
  });
});
