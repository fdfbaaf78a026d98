// `npm test`: makes a fresh clone ready, runs every check in order and adds up what they say.
// What each runner does is in its own configuration; this file only starts them and counts.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pack } from './pack.mjs';
import { root, run, runTool } from './run.mjs';
import {
  forBrowserTests,
  forCalls,
  forUnitTests,
  installDebianPackages,
  installDependencies,
  SetupError,
} from './setup.mjs';

const help = `npm test                          everything
npm test -- static unit           these stages: build, static, unit, browser, e2e, faults
npm test -- lint size             these checks of the stage static
npm test -- test/core/x.test.ts   these files
npm test -- --verbose …           with the output of what passes, as it comes

The build always runs first. Missing npm and Debian packages are installed.`;

/**
 * @typedef {{ passed: number, failed: number, output: string }} Outcome
 * @typedef {import('./setup.mjs').DebianPackage} DebianPackage
 * @typedef {(files: string[]) => Promise<Outcome>} Runner
 */

const results = join(root, '.cache/test');
let verbose = false;
// Colours would only litter a log.
if (!process.stdout.isTTY) process.env.NO_COLOR = '1';

/**
 * A check that is either right or wrong: it counts as one test.
 * @param {Parameters<typeof runTool>[0]} tool
 * @param {string[]} args
 */
async function check(tool, args) {
  const { ok, output } = await runTool(tool, args, { seconds: 180, show: verbose });
  return { passed: Number(ok), failed: Number(!ok), output };
}

/**
 * A test runner that leaves its figures in a file. A runner that fails without a failed test
 * (a file that does not load, a crash, the time limit) counts as one failure, and so does a test
 * that was skipped: a test that does not run proves nothing.
 * @param {string} name
 * @param {Parameters<typeof runTool>[0]} tool
 * @param {string[]} args
 * @param {number} seconds
 * @returns {Promise<Outcome>}
 */
async function suite(name, tool, args, seconds) {
  const file = join(results, `${name}.json`);
  rmSync(file, { force: true });
  const env = { TEST_FIGURES: file };
  const { ok, output } = await runTool(tool, args, { seconds, env, show: verbose });
  /** @type {{ numTotalTests: number, numPassedTests: number }} */
  const { numTotalTests: total, numPassedTests: passed } = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { numTotalTests: 0, numPassedTests: 0 };
  return { passed, failed: Math.max(total - passed, Number(!ok)), output };
}

/** @param {string} project @param {number} seconds @returns {Runner} */
const vitest = (project, seconds) => (files) =>
  suite(project, 'vitest', ['run', '--project', `${project}*`, ...files], seconds);

/** @type {Promise<string> | undefined} */
let tarball;
/** Packs once for the checks that look at the package as it is published. */
const packed = () => (tarball ??= pack(results));

/** The stage "static": what can be said without running the product. @type {Record<string, () => Promise<Outcome>>} */
const checks = {
  types: () => check(['typescript', 'tsc'], []),
  lint: () =>
    check('eslint', ['--max-warnings', '0', '--cache', '--cache-location', '.cache/', '.']),
  format: () => check('prettier', ['--check', '--log-level', 'warn', '.']),
  imports: () => check(['dependency-cruiser', 'depcruise'], ['src', '--output-type', 'err-long']),
  unused: () => check('knip', ['--no-progress']),
  package: async () => check('publint', [await packed(), '--strict']),
  typings: async () =>
    check(['@arethetypeswrong/cli', 'attw'], [await packed(), '--profile', 'esm-only']),
  size: () => check('size-limit', []),
};

/** @type {Record<string, { owns: (file: string) => boolean, needs: DebianPackage[], run: Runner }>} */
const suites = {
  unit: {
    owns: (file) =>
      /^test\/(?!e2e\/|element\/|faults\/|media\/)(?!.*\.browser\.).*\.test\.ts$/.test(file),
    needs: forUnitTests,
    run: vitest('unit', 720),
  },
  browser: {
    owns: (file) => /^test\/((element|media)\/|.*\.browser\.).*\.?test\.ts$/.test(file),
    needs: forBrowserTests,
    run: (files) =>
      suite('browser', ['@web/test-runner', 'wtr'], files.length ? ['--files', ...files] : [], 600),
  },
  e2e: {
    owns: (file) => /^test\/e2e\/.*\.test\.ts$/.test(file),
    needs: forCalls,
    run: vitest('e2e', 1200),
  },
  faults: {
    owns: (file) => /^test\/faults\/.*\.test\.ts$/.test(file),
    needs: forCalls,
    run: vitest('faults', process.env.FAULTS === 'all' ? 3000 : 1200),
  },
};

/** What the arguments ask for. @param {string[]} args */
function plan(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, verbose: { type: 'boolean', short: 'v' } },
  });
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  verbose = values.verbose ?? false;
  const everything = positionals.length === 0;
  const chosenChecks = new Set(
    everything || positionals.includes('static') ? Object.keys(checks) : [],
  );
  /** @type {Map<string, string[]>} stage → its files; none means all */
  const chosenSuites = new Map(everything ? Object.keys(suites).map((name) => [name, []]) : []);
  for (const word of positionals) {
    const file = relative(root, resolve(word)).replaceAll('\\', '/');
    const owner = Object.keys(suites).find((name) => suites[name]?.owns(file));
    if (word in checks) chosenChecks.add(word);
    else if (word in suites) chosenSuites.set(word, []);
    else if (owner && existsSync(word)) {
      if (!positionals.includes(owner)) {
        chosenSuites.set(owner, [...(chosenSuites.get(owner) ?? []), file]);
      }
    } else if (word !== 'build' && word !== 'static') {
      throw new SetupError(`"${word}" is neither a stage, a check nor a test file.\n\n${help}`);
    }
  }
  return { chosenChecks: [...chosenChecks], chosenSuites };
}

const total = { passed: 0, failed: 0 };

/** Runs one step, prints its line, and its output if it failed. @param {string} name @param {() => Promise<Outcome>} step */
async function report(name, step) {
  const started = performance.now();
  const { passed, failed, output } = await step().catch((/** @type {Error} */ error) => ({
    passed: 0,
    failed: 1,
    output: error.message,
  }));
  total.passed += passed;
  total.failed += failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  const counts = failed > 0 ? `${passed} passed, ${failed} FAILED` : `${passed} passed`;
  console.log(`${failed > 0 ? '✗' : '✓'} ${name.padEnd(10)} ${seconds} s  ${counts}`);
  if (failed > 0 && !verbose) console.log(`${output.trim()}\n`);
  return failed === 0;
}

/** Runs steps side by side, as many as there are processors. @param {string[]} names @param {(name: string) => Promise<unknown>} step */
async function sideBySide(names, step) {
  const queue = [...names];
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await step(name);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function main() {
  const { chosenChecks, chosenSuites } = plan(process.argv.slice(2));
  await installDependencies();
  await installDebianPackages([
    ...new Set([...chosenSuites.keys()].flatMap((name) => suites[name]?.needs ?? [])),
  ]);
  mkdirSync(results, { recursive: true });
  const built = await report('build', async () => {
    const { ok, output } = await run(process.execPath, ['scripts/build.mjs'], { show: verbose });
    return { passed: Number(ok), failed: Number(!ok), output };
  });
  // Everything else looks at what was built: its failures would only repeat this one.
  if (!built) return;
  await sideBySide(chosenChecks, async (name) => {
    const step = checks[name];
    if (step) await report(name, step);
  });
  // One after another: calls and their timing need the processors for themselves.
  for (const [name, files] of chosenSuites) {
    const stage = suites[name];
    if (stage) await report(name, () => stage.run(files));
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(1);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 ? 1 : 0);
