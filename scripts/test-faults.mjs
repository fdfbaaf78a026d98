// `npm run test:faults`: everything that tells of a fault, the slow part included, by way of
// scripts/test.mjs.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findFaultTests } from './faults.mjs';
import { root, run } from './run.mjs';

const folder = readdirSync(join(root, 'test/faults'), { recursive: true, encoding: 'utf8' });
const files = new Set([
  ...findFaultTests().map(({ file }) => file),
  ...folder.filter((name) => name.endsWith('.test.ts')).map((name) => `test/faults/${name}`),
]);
const env = { FAULTS: 'all' };
const { ok } = await run(process.execPath, ['scripts/test.mjs', ...files], {
  seconds: 3600,
  env,
  show: true,
});
process.exit(ok ? 0 : 1);
