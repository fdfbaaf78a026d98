// E20: what no element can prevent is written down, with the way out.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('E20 that a page’s own script may read the secret is documented, with the mode that has none', () => {
  const text = readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');
  expect(text).toMatch(/Scripts in your page\*\* can read the secret/);
  expect(text).toMatch(/relay/i);
});
