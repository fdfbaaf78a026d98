// Tests of what needs a page but no server: the element and the media parts, in Chromium.
import { writeFileSync } from 'node:fs';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { a11ySnapshotPlugin } from '@web/test-runner-commands/plugins';
import { chromeArguments, findChrome } from './scripts/browsers.mjs';
import { keepFigures, serverInstrument } from './scripts/instrument.mjs';

/**
 * @param {import('@web/test-runner').TestSuiteResult | undefined} suite
 * @returns {import('@web/test-runner').TestResult[]}
 */
const testsOf = (suite) => (suite ? [...suite.tests, ...suite.suites.flatMap(testsOf)] : []);

/** Writes the figures that scripts/test.mjs adds up, in the words of vitest's own file. */
const figuresReporter = {
  /** @param {{ sessions: import('@web/test-runner').TestSession[] }} run */
  onTestRunFinished({ sessions }) {
    const file = process.env.TEST_FIGURES;
    if (file === undefined) return;
    const tests = sessions.flatMap((session) => testsOf(session.testResults));
    const numPassedTests = tests.filter((test) => test.passed && !test.skipped).length;
    writeFileSync(file, JSON.stringify({ numTotalTests: tests.length, numPassedTests }));
  },
};

/** Set by scripts/coverage.mjs. */
const counting = process.env.COVERAGE !== undefined;

const coverageReporter = {
  /** @param {{ sessions: import('@web/test-runner').TestSession[] }} run */
  onTestRunFinished({ sessions }) {
    for (const { id, testCoverage } of sessions) keepFigures(`browser-${id}`, testCoverage);
  },
};

export default {
  files: ['test/{element,media}/**/*.test.ts', 'test/core/*.browser.test.ts'],
  nodeResolve: true,
  plugins: [
    ...(counting ? [serverInstrument()] : []),
    a11ySnapshotPlugin(),
    esbuildPlugin({ ts: true, target: 'es2022', tsconfig: 'tsconfig.json' }),
  ],
  ...(counting && {
    coverage: true,
    coverageConfig: {
      nativeInstrumentation: false,
      report: false,
      reporters: ['none'],
      reportDir: '.cache/coverage/wtr',
    },
  }),
  browsers: [
    chromeLauncher({
      launchOptions: {
        executablePath: findChrome(),
        args: [
          ...chromeArguments,
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream',
          // Tests click with scripts, which the browser does not take for a visitor.
          '--autoplay-policy=no-user-gesture-required',
          // Where the browser knows it: the tools that a page has registered.
          '--enable-features=WebMCP',
        ],
      },
    }),
  ],
  // Tabs in the background draw no frames, and the visualiser is tested by its frames.
  concurrency: 1,
  // Longer than any wait inside a test, each of which says what it waited for.
  testFramework: { config: { timeout: '30000' } },
  testsFinishTimeout: 120_000,
  reporters: [defaultReporter(), figuresReporter, ...(counting ? [coverageReporter] : [])],
};
