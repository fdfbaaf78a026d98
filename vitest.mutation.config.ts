// What `npm run mutation` runs against each mutant: the tests of the mutated files in Node, with few random
// cases, the same ones each time.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['test/support/keep-signals.ts', 'test/support/few-cases.ts'],
    include: ['test/core/*.test.ts', 'test/core/recovery/*.test.ts'],
    exclude: ['test/core/*.browser.test.ts', 'test/core/any-sequence.test.ts'],
  },
});
