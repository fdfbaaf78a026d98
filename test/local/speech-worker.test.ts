// The built worker that understands and speaks for a call: what a row of changes costs it.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FromWorker, ToWorker } from '../../src/local/speech/speech-messages.js';
import { synthesize } from '../support/speech.js';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

describe('the speech worker', () => {
  let worker: Worker;

  beforeAll(async () => {
    worker = new Worker(new URL('../../dist/local/speech/speech-worker.js', import.meta.url));
    await once(worker, 'message');
  });
  afterAll(() => worker.terminate());

  const post = (message: ToWorker): void => worker.postMessage(message);

  /** Listens for each of these in turn; then this is said. What was heard, and how long it took. */
  async function hear(samples: Int16Array, expected: readonly string[]) {
    const began = performance.now();
    for (const one of expected) {
      const others = Array.from({ length: 50 }, (_, number) => `${'hello '.repeat(number)}there`);
      post({ type: 'listen', vocabulary: { sentences: [one, ...others], words: {} } });
    }
    post({ type: 'hear', samples });
    post({ type: 'finish', id: 1 });
    const [heard] = (await once(worker, 'message')) as [FromWorker];
    return { heard, ms: performance.now() - began };
  }

  it('makes one grammar of a hundred in a row, the last', async () => {
    const hundred = Array.from({ length: 99 }, () => 'good morning').concat('good evening');
    const nothing = new Int16Array(0);
    const one = await hear(nothing, ['good morning']);
    const many = await hear(nothing, hundred);
    expect(many.ms).toBeLessThan(10 * one.ms);
    const { samples } = synthesize('good evening', { voice: 'rms' });
    expect((await hear(samples, hundred)).heard).toMatchObject({ text: 'good evening' });
  });
});
