// Counts which branches of the core the tests take, in Node and in the browser alike: both instrument the
// TypeScript itself, so that their figures are about the same lines and can be added up.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInstrumenter } from 'istanbul-lib-instrument';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Where the figures of one run are gathered. */
export const figuresFolder = join(root, '.cache/coverage');

const isCounted = (/** @type {string} */ path) => /^src\/core\/.*\.ts$/.test(path);

/** @param {string} code @param {string} path from the root */
function instrument(code, path) {
  const instrumenter = createInstrumenter({
    esModules: true,
    parserPlugins: ['typescript'],
    coverageVariable: '__coverage__',
  });
  return instrumenter.instrumentSync(code, join(root, path));
}

/** For vitest. @returns {import('vite').Plugin} */
export function viteInstrument() {
  return {
    name: 'instrument',
    enforce: 'pre',
    transform(code, id) {
      const path = id.startsWith(root) ? id.slice(root.length) : '';
      return isCounted(path) ? instrument(code, path) : null;
    },
  };
}

/** For @web/test-runner, before what takes the types away. @returns {NonNullable<import('@web/test-runner').TestRunnerConfig['plugins']>[number]} */
export function serverInstrument() {
  return {
    name: 'instrument',
    transform({ path, body }) {
      const file = path.slice(1);
      // The runner fails a test that has counted nothing.
      if (/\.test\.ts$/.test(file)) return `globalThis.__coverage__ ??= {};${String(body)}`;
      return isCounted(file) ? instrument(String(body), file) : undefined;
    },
  };
}

/** Keeps what was counted so far in this process or page. @param {string} name @param {unknown} counted */
export function keepFigures(name, counted) {
  if (!counted) return;
  mkdirSync(figuresFolder, { recursive: true });
  writeFileSync(join(figuresFolder, `${name}.json`), JSON.stringify(counted));
}
