// What the page asks the network for, and when: nothing before somebody wants to talk, one client
// secret for each call, and none that is thrown away.
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
  visit = await Visit.open(browser, stage.url);
  await visit.button('start-button');
});
afterEach(() => visit.close());

/** The requests so far, without origins and the hashes in files' names. */
const requests = (): string[] =>
  visit.requests.map((request) =>
    request
      .replace(/ https?:\/\/[^/]+/, ' ')
      .replace(/(talk|composer|around|settings|questions|help|report)-[\w-]+\.js/, '$1.js'),
  );
const count = (pattern: RegExp): number => requests().filter((text) => pattern.test(text)).length;

const TOKEN = /^POST \/token$/;
const CALL = /^POST \/v1\/realtime\/calls/;
const TALK = /talk\.js$/;

describe('A page with the element', () => {
  it('asks for nothing but its own files before somebody shows intent', async () => {
    await visit.page.mouse.move(5, 5);
    // The page is complete, and quiet.
    await visit.page.waitForNetworkIdle({ idleTime: 500 });
    const own = requests().filter((text) => !/\.(svg|css)$|favicon/.test(text));
    expect(own.slice(0, 5)).toEqual([
      'GET /',
      'GET /dist/voice-agent.js',
      'GET /events.js',
      'GET /try.js',
      // This page wants something around a call …
      'GET /dist/voice-agent-around.js',
    ]);
    // … typing, settings, feedback and a number to call with a report for it, which come side by side.
    expect(own.slice(5).sort()).toEqual([
      'GET /dist/voice-agent-composer.js',
      'GET /dist/voice-agent-help.js',
      'GET /dist/voice-agent-questions.js',
      'GET /dist/voice-agent-report.js',
      'GET /dist/voice-agent-settings.js',
    ]);
    expect(await visit.page.evaluate(() => probe.opened)).toEqual({
      microphones: 0,
      connections: 0,
      contexts: 0,
    });
  });

  it('gets ready on approach, and the click uses just that', async () => {
    const button = await visit.button('start-button');
    await button.hover();
    await visit.until('a secret', () => count(TOKEN) === 1);
    expect(count(TALK)).toBe(1);
    expect(await visit.page.evaluate(() => probe.opened.microphones)).toBe(0);
    await visit.page.mouse.move(5, 5);
    await button.hover();
    await button.click();
    await visit.state('live speaking');
    expect([count(TOKEN), count(CALL), count(TALK)]).toEqual([1, 1, 1]);
    expect(await visit.page.evaluate(() => probe.opened)).toMatchObject({
      microphones: 1,
      connections: 1,
    });
  });

  it('leaves it to the host to place a call, where no secret may reach the page, and to end it', async () => {
    await visit.set({ 'session-url': '/session' });
    await visit.press('start-button');
    await visit.state('live speaking');
    await visit.press('end-button');
    await visit.event('voice-end');
    await visit.until('the end told', () => count(/^DELETE \/session\/rtc_\w+$/) === 1);
    expect([count(/^POST \/session$/), count(TOKEN), count(CALL)]).toEqual([1, 0, 0]);
  });

  it('uses a new secret for each call', async () => {
    for (const calls of [1, 2]) {
      const from = visit.events.length;
      await visit.press('start-button');
      await visit.state('live speaking', { from });
      await visit.press('end-button');
      await visit.event('voice-end', undefined, { from });
      expect([count(TOKEN), count(CALL)]).toEqual([calls, calls]);
    }
  });

  it('asks for nothing on approach where the site does not want it', async () => {
    await visit.set({ warmup: 'none' });
    const button = await visit.button('start-button');
    await button.hover();
    await button.focus();
    await visit.page.waitForNetworkIdle({ idleTime: 500 });
    expect([count(TOKEN), count(TALK)]).toEqual([0, 0]);
    await button.click();
    await visit.state('live speaking');
    expect([count(TOKEN), count(CALL), count(TALK)]).toEqual([1, 1, 1]);
  });

  it('B11 makes one call of a double click', async () => {
    const button = await visit.button('start-button');
    await visit.page.evaluate((element) => {
      const agent = document.querySelector('voice-agent')!;
      element.click();
      void agent.start();
    }, button);
    await visit.state('live speaking');
    expect([count(TOKEN), count(CALL)]).toEqual([1, 1]);
    expect(visit.named('voice-start')).toHaveLength(1);
  });
});
