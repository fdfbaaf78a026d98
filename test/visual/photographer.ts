/**
 * Takes pictures of the element in any scene and look. It serves `page.ts` to a browser that draws alike
 * on every machine with the same fonts; what the pictures are for it does not know.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, CDPSession, Page } from 'puppeteer-core';
import { launchChromium } from '../support/browsers.js';
import type { Look, VisualPage } from './page.js';

/** Where the element stands, and what of the window is in the picture. */
export interface Frame {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** The whole window instead of the element with a margin. */
  readonly whole?: boolean;
  /** What the visitor's system asks for. */
  readonly media?: Readonly<Record<string, string>>;
  /** The only scenes that look different in it. */
  readonly scenes?: readonly string[];
}

/** In which the voices are drawn. */
const VOICES = ['listening', 'hearing', 'thinking', 'speaking', 'muted'];

export const FRAMES: readonly Frame[] = [
  { name: 'inline', width: 420, height: 900, attributes: {} },
  { name: 'forced', width: 420, height: 900, attributes: {}, media: { 'forced-colors': 'active' } },
  { name: 'narrow', width: 264, height: 900, attributes: {} },
  { name: 'bar', width: 720, height: 600, attributes: { layout: 'bar' } },
  { name: 'narrow-bar', width: 336, height: 600, attributes: { layout: 'bar' } },
  {
    name: 'floating',
    width: 520,
    height: 560,
    attributes: { layout: 'floating', open: '' },
    whole: true,
  },
  {
    name: 'sheet',
    width: 360,
    height: 640,
    attributes: { layout: 'floating', open: '' },
    whole: true,
  },
  // Not earlier, since what is closed closes its settings.
  {
    name: 'launcher',
    width: 360,
    height: 120,
    attributes: { layout: 'floating' },
    whole: true,
  },
  { name: 'wave', width: 420, height: 900, attributes: { visualizer: 'wave' }, scenes: VOICES },
  { name: 'orb', width: 420, height: 900, attributes: { visualizer: 'orb' }, scenes: VOICES },
  {
    name: 'still',
    width: 420,
    height: 900,
    attributes: {},
    media: { 'prefers-reduced-motion': 'reduce' },
    scenes: VOICES,
  },
];

/** It says no language: the words are English, and run in the direction of the page. */
const HTML = `<!doctype html><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>
  html { background: light-dark(#eef0f4, #0b0b10); }
  body { margin: 12px; }
  voice-agent { font-family: 'DejaVu Sans', sans-serif; caret-color: transparent; }
</style><body><script type="module" src="/page.js"></script>`;

export class Photographer {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #devTools: CDPSession;

  private constructor(server: Server, browser: Browser, page: Page, devTools: CDPSession) {
    this.#server = server;
    this.#browser = browser;
    this.#page = page;
    this.#devTools = devTools;
  }

  static async open(): Promise<Photographer> {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
      bundle: true,
      // The package says that its sources have no side effect; defining the element is one.
      ignoreAnnotations: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      logLevel: 'error',
    });
    const server = createServer(({ url }, response) => {
      const isScript = url === '/page.js';
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? outputFiles[0]?.contents : HTML);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await launchChromium({ alikeEverywhere: true });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => 'visual' in globalThis);
    return new Photographer(server, browser, page, await page.createCDPSession());
  }

  scenes(): Promise<readonly string[]> {
    return this.#page.evaluate(() => visual.scenes);
  }

  /** Shows a scene for as long as `take` needs it. */
  async scene(name: string, take: () => Promise<void>): Promise<void> {
    await this.#page.evaluate((scene) => visual.enter(scene), name);
    try {
      await take();
    } finally {
      await this.#page.evaluate(() => visual.leave());
    }
  }

  /** A PNG of the present scene. */
  async picture(frame: Frame, { theme, dir }: Omit<Look, 'attributes'>): Promise<Uint8Array> {
    const { width, height, attributes, whole = false, media = {} } = frame;
    const page = this.#page;
    const now = page.viewport();
    if (now?.width !== width || now.height !== height) await page.setViewport({ width, height });
    const asked = { 'prefers-color-scheme': theme, ...media };
    const features = Object.entries(asked).map(([name, value]) => ({ name, value }));
    await this.#devTools.send('Emulation.setEmulatedMedia', { features });
    await page.evaluate((look) => visual.look(look), { theme, dir, attributes });
    const shown = await page.evaluate(
      () => document.documentElement.getBoundingClientRect().height,
    );
    return page.screenshot({
      clip: { x: 0, y: 0, width, height: whole ? height : Math.min(height, Math.ceil(shown) + 24) },
    });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
  }
}

declare global {
  /** On the page. */
  var visual: VisualPage;
}
