// `npm run coverage`: how much of the core's branches the tests in Node and in the browser take
// together. Stories in test/e2e and test/faults run the built files, and count for nothing here.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import libCoverage from 'istanbul-lib-coverage';
import libReport from 'istanbul-lib-report';
import reports from 'istanbul-reports';
import { figuresFolder } from './instrument.mjs';
import { root, runTool } from './run.mjs';

/** Of all branches, in percent. */
const LEAST = 95;

let failed = false;
rmSync(figuresFolder, { recursive: true, force: true });
const options = { seconds: 900, env: { COVERAGE: '1' }, show: false };
for (const [tool, args] of /** @type {const} */ ([
  ['vitest', ['run', '--project', 'unit', 'test/core', 'test/media']],
  [['@web/test-runner', 'wtr'], []],
])) {
  const { ok, output } = await runTool(/** @type {never} */ (tool), [...args], options);
  // What was taken until then is counted all the same.
  if (!ok) console.error(output);
  failed ||= !ok;
}

const map = libCoverage.createCoverageMap();
for (const file of readdirSync(figuresFolder).filter((name) => name.endsWith('.json'))) {
  map.merge(JSON.parse(readFileSync(join(figuresFolder, file), 'utf8')));
}
const context = libReport.createContext({ dir: join(root, '.cache/coverage'), coverageMap: map });
reports.create('text', { skipFull: true }).execute(context);
const { branches } = map.getCoverageSummary();
console.log(`Branches of src/core: ${branches.covered} of ${branches.total}, ${branches.pct} %`);
if (failed) console.error('Some tests failed; see above.');
process.exit(branches.pct >= LEAST && !failed ? 0 : 1);
