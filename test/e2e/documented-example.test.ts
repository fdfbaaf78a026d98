// The example of docs/core.md, as it stands there, holds a call in a page that has only a button.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopAgent } from '../../src/local/agents/shop.js';
import { Stage } from '../support/stage.js';

const text = readFileSync(new URL('../../docs/core.md', import.meta.url), 'utf8');
const example = /```js\n(.*?)```/s.exec(text)?.[1] ?? '';

const html = `<!doctype html><title>Example</title><button>Talk</button>
<script type="importmap">{"imports":{"voice-agent-element/core":"/dist/core/index.js"}}</script>
<script type="module">${example}</script>`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

describe('The example of the core', () => {
  it('has fifteen lines, blank ones aside', () => {
    const lines = example.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.length).toBeLessThanOrEqual(15);
  });

  it('connects, hears the agent and ends', async () => {
    const browser = await stage.browser();
    const page = await browser.newPage();
    const said: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'log') said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(String(error)));
    // Any page of the server that runs no script of its own, for its origin.
    await page.goto(new URL('/shop.css', stage.url).href);
    await page.setContent(html, { waitUntil: 'load' });
    const titleIs = (title: string) =>
      page.waitForFunction((wanted) => document.title === wanted, { timeout: 20_000 }, title);
    await page.click('button');
    await titleIs('speaking');
    await titleIs('listening');
    await page.click('button');
    await titleIs('ended');
    expect(said).toEqual([`agent: ${shopAgent.greeting}`, 'ended: user']);
  });
});
