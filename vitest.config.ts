// Tests in Node: "unit" without a browser, "e2e" with real browsers and servers from dist/.
import { defineConfig } from 'vitest/config';
import { chromeArguments, findChrome, findFirefox } from './scripts/browsers.mjs';

const figures = process.env.TEST_FIGURES;

export default defineConfig({
  test: {
    // scripts/test.mjs adds up the figures of all runners.
    reporters: figures === undefined ? ['default'] : ['default', ['json', { outputFile: figures }]],
    allowOnly: false,
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: ['test/support/watch-canaries.ts', 'test/support/keep-signals.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/{e2e,element,media}/**', 'test/core/*.browser.test.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // One call at a time: its timing is what is measured.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          env: {
            CHROME_PATH: findChrome() ?? '',
            CHROME_ARGUMENTS: chromeArguments.join(' '),
            FIREFOX_PATH: findFirefox() ?? '',
          },
        },
      },
    ],
  },
});
