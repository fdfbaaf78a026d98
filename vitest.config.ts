// Tests in Node: "unit" and "unit-local" (the local service) without a browser, "e2e" with real browsers
// and servers from dist/, "faults" the same while everything goes wrong.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { chromeArguments, findChrome, findFirefox } from './scripts/browsers.mjs';
import { viteInstrument } from './scripts/instrument.mjs';

const figures = process.env.TEST_FIGURES;
/** Set by scripts/coverage.mjs. */
const counting = process.env.COVERAGE !== undefined;

const inNode = {
  setupFiles: [
    'test/support/watch-canaries.ts',
    'test/support/keep-signals.ts',
    ...(counting ? ['test/support/keep-coverage.ts'] : []),
  ],
};

const withBrowsers = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  env: {
    CHROME_PATH: findChrome() ?? '',
    CHROME_ARGUMENTS: chromeArguments.join(' '),
    FIREFOX_PATH: findFirefox() ?? '',
  },
};

export default defineConfig({
  test: {
    // scripts/test.mjs adds up the figures of all runners.
    reporters: figures === undefined ? ['default'] : ['default', ['json', { outputFile: figures }]],
    allowOnly: false,
    projects: [
      {
        plugins: counting ? [viteInstrument()] : [],
        test: {
          ...inNode,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/{e2e,element,faults,media}/**',
            'test/core/*.browser.test.ts',
            'test/local/**',
          ],
          // By default one processor would do nothing.
          maxWorkers: availableParallelism(),
        },
      },
      {
        test: {
          ...inNode,
          name: 'unit-local',
          include: ['test/local/**/*.test.ts'],
          // Speech comes and is understood in real time.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          ...withBrowsers,
          // One call at a time: its timing is what is measured.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          // Minutes of waiting for a network, or a thousand calls.
          exclude: process.env.FAULTS === 'all' ? [] : ['test/faults/slow/**'],
          ...withBrowsers,
          // Most of their time they wait.
          maxWorkers: availableParallelism(),
        },
      },
    ],
  },
});
