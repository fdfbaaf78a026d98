// The table of faults is whole: every fault has a test that tells its story, every test with an id
// belongs to a fault, and the page says just that.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findFaultTests, readFaults, renderFaults } from '../scripts/faults.mjs';

const faults = readFaults();
const tests = findFaultTests();
const ids = faults.map(({ id }) => id);

describe('the table of faults', () => {
  it('has each id once, in order and without a gap', () => {
    const sections = { A: 18, B: 12, C: 15, D: 12, E: 20 };
    const all = Object.entries(sections).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
    );
    expect(ids).toEqual(all);
  });

  it('has a test for each fault that is not open', () => {
    const told = new Set(tests.flatMap((test) => test.ids));
    const open = faults.filter((fault) => fault.open);
    console.log(`${open.length} of ${faults.length} faults are open.`);
    const untold = faults.filter(({ id, open }) => !open && !told.has(id));
    expect(untold.map(({ id }) => id)).toEqual([]);
  });

  it('knows every id that a test names', () => {
    const unknown = tests.filter((test) => test.ids.some((id) => !ids.includes(id)));
    expect(unknown).toEqual([]);
  });

  it('is what docs/faults.md shows', async () => {
    const page = readFileSync(new URL('../docs/faults.md', import.meta.url), 'utf8');
    expect(page, 'Write it again with: npm run docs:faults').toBe(
      await renderFaults(faults, tests),
    );
  });
});
