// Every threat in docs/threat-model.md names the test that shows what it says.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/threat-model.md', root), 'utf8');
/** The rows of the table: who, what, what stops them, what remains, and file and words of a test. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the threat model', () => {
  it('has threats', () => {
    expect(rows.length).toBeGreaterThan(10);
  });

  it.each(rows)('names the test that shows it: %s', (_who, _what, stops, _remains, shown) => {
    expect(stops).not.toBe('');
    const [, file = '', words = ''] = /^`(test\/[\w./-]+\.ts): (.+)`$/.exec(shown) ?? [];
    const path = new URL(file, root);
    expect(existsSync(path), file).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(words);
  });
});
