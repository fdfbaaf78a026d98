// E17: a page that stays open for a day, with a call after the other. It takes some minutes, so only
// `npm run test:faults` does it.
import type { CDPSession } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ELEMENT, SCRIPT, Site } from '../support/site.js';

const CALLS = 1_000;
/** By then everything that a call loads, and whatever a browser keeps for later, is there. */
const SETTLED = 250;
const GROWTH_BYTES = 200_000;

let site: Site;

beforeAll(async () => {
  site = await Site.open();
});
afterAll(() => site.close());

it('E17 after a thousand calls a page holds no more than after some hundred', async () => {
  const body = ELEMENT.replace('<voice-agent', '<voice-agent allow-programmatic-start');
  const url = site.page('/', { head: SCRIPT, body });
  // No `Visit`: it collects all events, and that would be counted, too.
  const page = await site.browser.newPage();
  await page.goto(url);
  const devtools = await page.createCDPSession();
  const call = (times: number) =>
    page.evaluate(async (times) => {
      const element = document.querySelector('voice-agent')!;
      await customElements.whenDefined('voice-agent');
      for (let time = 0; time < times; time++) {
        await element.start();
        await element.end();
      }
    }, times);
  await call(SETTLED);
  const before = await holdings(devtools);
  for (let calls = SETTLED; calls < CALLS; calls += 50) await call(50);
  const after = await holdings(devtools);
  console.log(JSON.stringify({ before, after }));
  expect(after.heap - before.heap).toBeLessThan(GROWTH_BYTES);
  expect(after.connections).toBeLessThanOrEqual(before.connections + 5);
  expect(after.nodes).toBeLessThanOrEqual(before.nodes + 10);
  expect(after.listeners).toBeLessThanOrEqual(before.listeners + 10);
}, 1_500_000);

async function holdings(devtools: CDPSession) {
  await devtools.send('HeapProfiler.enable');
  for (let times = 0; times < 3; times++) await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
  return {
    heap: usedSize,
    nodes,
    listeners: jsEventListeners,
    connections: await countConnections(devtools),
  };
}

async function countConnections(devtools: CDPSession): Promise<number> {
  const { result } = await devtools.send('Runtime.evaluate', {
    expression: 'RTCPeerConnection.prototype',
  });
  const prototypeObjectId = result.objectId ?? '';
  const { objects } = await devtools.send('Runtime.queryObjects', { prototypeObjectId });
  const count = await devtools.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { return this.length }',
    returnByValue: true,
  });
  await devtools.send('Runtime.releaseObject', { objectId: objects.objectId ?? '' });
  return count.result.value as number;
}
