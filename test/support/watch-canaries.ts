// Before each test file: all that is printed, every title, every answer and log entry of a token
// host and every error of ours is looked at, and the file fails where a canary is in there.
import { afterAll, beforeEach, expect, vi } from 'vitest';
import { CommandError } from '../../src/cli/command-error.js';
import { ConfigurationError } from '../../src/host/configuration-error.js';
import type { createTokenHost } from '../../src/host/index.js';
import { HostProblem } from '../../src/host/problem.js';
import { takeLeaks, watch, watchAnswer } from './canaries.js';

type Create = typeof createTokenHost;

vi.mock('../../src/host/token-host.js', async (load) => {
  const real = await load<{ createTokenHost: Create }>();
  const watched: Create = (options) => {
    const { log } = options;
    const host = real.createTokenHost({
      ...options,
      ...(log && {
        log: (entry) => {
          watch('a log entry', entry);
          log(entry);
        },
      }),
    });
    return async (...request) => await watchAnswer(await host(...request));
  };
  return { ...real, createTokenHost: watched };
});

/** Looks at an error as soon as it is whole, whoever throws it, and also where nobody sees it. */
class Watched extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    queueMicrotask(() => watch('an error', this));
  }
}
// What `super(…)` calls; an instance's own chain of prototypes stays as it was.
for (const ours of [HostProblem, ConfigurationError, CommandError]) {
  Object.setPrototypeOf(ours, Watched);
}

for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream) as (...words: unknown[]) => boolean;
  stream.write = (...words: unknown[]) => {
    // What fails the file need not reach a screen, or the log of whoever runs it.
    return watch('what was written', String(words[0])) || write(...words);
  };
}
// Vitest's console does not write to these streams.
for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const) {
  const print = console[method].bind(console) as (...words: unknown[]) => void;
  console[method] = (...words: unknown[]) => {
    if (words.filter((word) => watch('what was printed', word)).length === 0) print(...words);
  };
}

// The reporter prints them.
beforeEach(({ task }) => {
  watch('the title of a test', task.name);
});

afterAll(() => {
  expect(takeLeaks()).toEqual([]);
});
