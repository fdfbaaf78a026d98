// Pictures of the element against those that were looked at and committed. `UPDATE_BASELINES=1` takes
// them anew; what differs is left beside them, in test/visual/pictures.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRAMES, Photographer } from '../visual/photographer.js';

const updates = process.env['UPDATE_BASELINES'] === '1';
const baselines = fileURLToPath(new URL('../visual/baselines/', import.meta.url));
const pictures = fileURLToPath(new URL('../visual/pictures/', import.meta.url));

/**
 * A different FreeType or Skia moves the edges of letters by a shade, which pixelmatch mostly takes for
 * what it is (anti-aliasing); so many pixels may still differ. The smallest icon has 60.
 */
const MAX_PIXELS = 40;

type Picture = `${string} ${'light' | 'dark'} ${'ltr' | 'rtl'}`;

/** Every scene in the page, and wherever else it looks different. */
const CHOSEN: Readonly<Record<string, readonly Picture[]>> = {
  idle: [
    'inline light ltr',
    'inline dark rtl',
    'narrow light ltr',
    'bar light rtl',
    'narrow-bar dark ltr',
    'launcher light ltr',
    'launcher dark rtl',
    'sheet dark ltr',
  ],
  disabled: ['inline light ltr'],
  connecting: ['inline dark ltr'],
  'connecting, with a notice': ['inline light ltr', 'narrow-bar light ltr'],
  listening: ['inline light rtl', 'narrow dark ltr', 'bar dark ltr', 'launcher dark ltr'],
  hearing: ['inline dark ltr', 'launcher light ltr', 'orb light ltr'],
  thinking: ['inline light ltr', 'bar light ltr', 'orb dark ltr'],
  speaking: [
    'inline light ltr',
    'floating dark ltr',
    'wave light ltr',
    'orb light ltr',
    'still dark ltr',
    'forced dark ltr',
  ],
  muted: ['inline light ltr', 'narrow-bar light rtl'],
  poor: ['inline dark ltr', 'launcher light ltr'],
  'a connection that is made again': ['inline light ltr'],
  'muted by the system': ['inline light ltr', 'narrow-bar dark rtl'],
  'a tool that runs': ['inline dark ltr'],
  'answers that were stopped': ['inline light ltr'],
  'push-to-talk': ['narrow light ltr'],
  'pictures to be sent': ['sheet dark ltr'],
  'a conversation by text': ['inline light ltr', 'sheet light ltr'],
  'a conversation that is seen': ['narrow dark rtl', 'bar light ltr', 'forced light ltr'],
  'an error that the call survives': ['inline light ltr', 'narrow-bar light ltr'],
  'blocked sound': ['inline light ltr'],
  'a question before a tool runs': ['inline dark ltr', 'floating light rtl'],
  'a yes is wanted': ['inline light ltr'],
  'asked how it was': ['inline light ltr'],
  ended: ['inline light ltr', 'bar dark rtl'],
  'ended by a limit': ['inline light ltr'],
  'ended with an error': ['narrow light ltr'],
  'a number to call': ['inline light ltr', 'sheet dark rtl'],
  settings: ['inline light ltr', 'forced dark rtl', 'narrow-bar dark ltr', 'sheet light ltr'],
  'without a microphone': ['inline light ltr'],
};

let photographer: Photographer;

beforeAll(async () => {
  mkdirSync(baselines, { recursive: true });
  mkdirSync(pictures, { recursive: true });
  photographer = await Photographer.open();
});
afterAll(() => photographer.close());

/** How many pixels differ, and where, as another picture. */
function difference(before: PNG, now: PNG): { pixels: number; picture: PNG } {
  const { width, height } = before;
  const picture = new PNG({ width, height });
  const pixels = pixelmatch(before.data, now.data, picture.data, width, height, { threshold: 0.1 });
  return { pixels, picture };
}

function compare(name: string, picture: Uint8Array): void {
  const baseline = `${baselines}${name}.png`;
  if (updates) return writeFileSync(baseline, picture);
  expect(existsSync(baseline), `${name} has no baseline: UPDATE_BASELINES=1 takes one.`).toBe(true);
  const before = PNG.sync.read(readFileSync(baseline));
  const now = PNG.sync.read(Buffer.from(picture));
  const size = `${now.width} × ${now.height}`;
  expect(size, `the size of ${name}`).toBe(`${before.width} × ${before.height}`);
  const { pixels, picture: shown } = difference(before, now);
  if (pixels > MAX_PIXELS) {
    writeFileSync(`${pictures}${name}.now.png`, picture);
    writeFileSync(`${pictures}${name}.difference.png`, PNG.sync.write(shown));
  }
  expect(pixels, `what differs in ${pictures}${name}.difference.png`).toBeLessThanOrEqual(
    MAX_PIXELS,
  );
}

describe('The element looks as it did', () => {
  it('in 62 pictures', () => {
    expect(Object.values(CHOSEN).flat()).toHaveLength(62);
  });

  for (const [scene, chosen] of Object.entries(CHOSEN)) {
    it(scene, () =>
      photographer.scene(scene, async () => {
        for (const picture of chosen) {
          const [frameName, theme, dir] = picture.split(' ') as [string, 'light', 'ltr'];
          const frame = FRAMES.find(({ name }) => name === frameName);
          if (!frame) throw new Error(`There is no frame ${frameName}.`);
          const name = `${scene} ${picture}`.replace(/\W+/g, '-');
          compare(name, await photographer.picture(frame, { theme, dir }));
        }
      }),
    );
  }
});
