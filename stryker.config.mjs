// `npm run mutation`: changes one thing at a time in the state machine, in recovery and in parsing, and
// counts the changes that no test in Node notices. docs/quality.md holds the figures.

export default {
  testRunner: 'vitest',
  // Found from the sandbox.
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  mutate: [
    'src/core/{call-state,activity,responses,conversation}.ts',
    'src/core/recovery/*.ts',
    'src/core/{client-secret,host-answer,token-source,token-request,negotiate,server-error,retries}.ts',
    'src/core/transcript.ts',
  ],
  ignorePatterns: ['.*', 'dist', 'demo', 'docs', 'test/{e2e,faults,visual,element,host,local,cli}'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A change that makes a test wait for ever; generous, for a machine that does other things too.
  timeoutMS: 20_000,
  timeoutFactor: 3,
  disableTypeChecks: false,
  incremental: true,
  incrementalFile: '.cache/mutation/incremental.json',
  tempDirName: '.cache/mutation/sandbox',
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: {
    logTests: false,
    allowColor: false,
    reportTests: false,
    reportScoreTable: true,
  },
  htmlReporter: { fileName: '.cache/mutation/index.html' },
  jsonReporter: { fileName: '.cache/mutation/mutation.json' },
  thresholds: { high: 95, low: 90, break: 85 },
};
