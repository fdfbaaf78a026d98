// `npm run build`: src/ → dist/. Builds into a folder beside dist/ and then moves file by file,
// so that a server that is running from dist/ never meets a missing or half-written file.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root, runTool } from './run.mjs';
import { sourcesHash, stampFile } from './setup.mjs';

// As deep as dist/: the paths in source maps and declarations stay right after the move.
const stage = '.dist-next';
const lockFile = join(root, '.cache/build-lock');

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** One build at a time in one checkout: `npm start` and `npm test` may both want one. */
async function lock() {
  mkdirSync(dirname(lockFile), { recursive: true });
  const limit = Date.now() + 180_000;
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      process.on('exit', () => rmSync(lockFile, { force: true }));
      return;
    } catch {
      const owner = existsSync(lockFile) ? Number(readFileSync(lockFile, 'utf8')) : 0;
      if (owner > 0 && !isAlive(owner)) rmSync(lockFile, { force: true });
      else if (Date.now() > limit) throw new Error(`Another build (process ${owner}) does not end`);
      else await pause(200);
    }
  }
}

/** @param {Promise<{ ok: boolean, output: string }>[]} steps */
async function all(steps) {
  for (const { ok, output } of await Promise.all(steps)) {
    if (!ok) {
      console.error(output.trim());
      process.exit(1);
    }
  }
}

/** @param {string} folder paths of its files, relative to it */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}

/** Moves new files over old ones, then removes the old ones that have no successor. */
function replaceDist() {
  const next = join(root, stage);
  const dist = join(root, 'dist');
  const files = filesIn(next);
  for (const name of files) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    renameSync(join(next, name), join(dist, name));
  }
  const current = new Set(files);
  for (const name of filesIn(dist)) if (!current.has(name)) rmSync(join(dist, name));
  rmSync(next, { recursive: true, force: true });
}

const started = performance.now();
await lock();
// Taken before the first file is read: what changes during the build makes the next one run.
const hash = sourcesHash();
rmSync(join(root, stage), { recursive: true, force: true });
await all([
  runTool(['typescript', 'tsc'], ['-p', 'tsconfig.browser.json', '--outDir', stage]),
  runTool(['typescript', 'tsc'], ['-p', 'tsconfig.node.json', '--outDir', stage]),
]);
await all([
  runTool('rollup', ['--config', '--silent'], { env: { BUILD_FOLDER: stage } }),
  runTool(
    ['@custom-elements-manifest/analyzer', 'cem'],
    ['analyze', '--config', 'custom-elements-manifest.config.mjs', '--outdir', stage],
  ),
]);
replaceDist();
writeFileSync(stampFile, hash);
console.log(`Built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
