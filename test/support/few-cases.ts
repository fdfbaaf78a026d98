/** Tests with random cases, where they are run again for every mutant: few cases, and always the same. */
import type fc from 'fast-check';
import { vi } from 'vitest';

const CASES = 30;

vi.mock('fast-check', async (load) => {
  const { default: real } = await load<{ default: typeof fc }>();
  const few = <Ts>(property: fc.IRawProperty<Ts>, options: fc.Parameters<Ts> = {}) =>
    real.assert(property, { ...options, numRuns: CASES, seed: 1 });
  return { default: { ...real, assert: few } };
});
