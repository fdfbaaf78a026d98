// Brings a fresh clone to the point where it runs: npm packages, a build, Debian packages.
// Each step does nothing when there is nothing to do. Knows nothing about tests or servers.
// Plain Node without packages: it runs before the first install.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findChrome, findFirefox, findProgram } from './browsers.mjs';
import { npm } from './pack.mjs';
import { root, run } from './run.mjs';

/** A sentence for the person at the keyboard; no stack trace helps with it. */
export class SetupError extends Error {}

/** Refuses a Node that is too old, in words. */
function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) throw new SetupError(`Node 20 or newer is needed; this is ${process.version}.`);
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>} by the place of the package
 */
function readLock(file) {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).packages ?? {}) : {};
}

/** Whether node_modules holds what the lock file names. npm leaves a lock of what it installed. */
function dependenciesAreInstalled() {
  const installed = readLock(join(root, 'node_modules/.package-lock.json'));
  return Object.entries(readLock(join(root, 'package-lock.json'))).every(
    ([name, { version, optional }]) =>
      name === '' || installed[name]?.version === version || (optional && !installed[name]),
  );
}

/** Installs the npm packages if they are missing or not those of the lock file. */
export async function installDependencies() {
  checkNode();
  if (dependenciesAreInstalled()) return;
  console.log('Installing npm packages …');
  // Not `ci`: it refuses a lock file that lacks the native parts of other platforms, and npm writes
  // such a lock file wherever it could not see them.
  const { ok, output } = await npm(['install', '--no-save'], { seconds: 600 });
  if (!ok) throw new SetupError(`npm install failed:\n${output}`);
}

/** Everything a build reads, as one hash: dates lie after a checkout, contents do not. */
export function sourcesHash() {
  const hash = createHash('sha256');
  const files = ['src', 'scripts']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(root, folder, name),
      ),
    )
    .filter((file) => statSync(file).isFile())
    .sort();
  const configs = readdirSync(root).filter((name) =>
    /^(package(-lock)?|tsconfig.*)\.json$|^(rollup|custom-elements-manifest)\./.test(name),
  );
  for (const file of [...files, ...configs.map((name) => join(root, name))]) {
    hash.update(`${file}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** Where the build notes which sources it was made from. */
export const stampFile = join(root, '.cache/build-stamp');

/** Builds dist/ if it is missing or was made from other sources. */
export async function buildIfStale() {
  const stamp = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (existsSync(join(root, 'dist/voice-agent.js')) && stamp === sourcesHash()) return;
  console.log('Building …');
  const { ok, output } = await run(process.execPath, ['scripts/build.mjs'], { seconds: 300 });
  if (!ok) throw new SetupError(`The build failed:\n${output}`);
}

/** Only Debian brings so few that some are missing. @param {string} folder */
const hasFonts = (folder) =>
  findProgram('apt-get') === undefined || existsSync(`/usr/share/fonts/${folder}`);

/** Debian package → whether what it brings is here. */
const debianPackages = {
  chromium: () => findChrome(),
  // Letters of Chinese, Japanese and Korean, Hindi, and Thai: without them words have other widths.
  'fonts-droid-fallback': () => hasFonts('truetype/droid'),
  'fonts-lohit-deva': () => hasFonts('truetype/lohit-devanagari'),
  'fonts-tlwg-loma-ttf': () => hasFonts('truetype/tlwg'),
  'firefox-esr': () => findFirefox(),
  pulseaudio: () => findProgram('pulseaudio'),
  'pulseaudio-utils': () => findProgram('pactl'),
  sox: () => findProgram('sox'),
  'espeak-ng': () => findProgram('espeak-ng'),
  pocketsphinx: () => findProgram('pocketsphinx_continuous'),
  'pocketsphinx-en-us': () => existsSync('/usr/share/pocketsphinx/model/en-us'),
  'pocketsphinx-testdata': () => existsSync('/usr/share/pocketsphinx/test'),
  // What the committed pictures of the element are written in.
  'fonts-dejavu-core': () => existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'),
  // For the token hosts in docs/hosts.md.
  curl: () => findProgram('curl'),
  jq: () => findProgram('jq'),
  'php-cli': () => findProgram('php'),
  'redis-server': () => findProgram('redis-server'),
  // For networks that can be cut.
  iproute2: () => findProgram('ip'),
  nftables: () => findProgram('nft'),
};

/** @typedef {keyof typeof debianPackages} DebianPackage */

/** What the tests need in Node, in a browser, and end to end: speech, other languages. */
export const forUnitTests = /** @type {DebianPackage[]} */ (['redis-server']);
export const forBrowserTests = /** @type {DebianPackage[]} */ ([
  'chromium',
  'fonts-droid-fallback',
  'fonts-lohit-deva',
  'fonts-tlwg-loma-ttf',
]);
export const forCalls = /** @type {DebianPackage[]} */ (
  Object.keys(debianPackages).filter((name) => name !== 'redis-server')
);

/**
 * Installs the missing ones of these Debian packages, or says what to install.
 * @param {DebianPackage[]} wanted
 */
export async function installDebianPackages(wanted) {
  const missing = wanted.filter((name) => !debianPackages[name]());
  if (missing.length === 0) return;
  const list = missing.join(' ');
  const hasApt = findProgram('apt-get') !== undefined;
  if (!hasApt) throw new SetupError(adviceWithoutApt(missing));
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `The tests need Debian packages. Install them with: sudo apt-get install --no-install-recommends ${list}`,
    );
  }
  console.log(`Installing Debian packages: ${list} …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const update = await run('apt-get', ['update', '-q'], { seconds: 300, env });
  const install = await run('apt-get', ['install', '-qy', '--no-install-recommends', ...missing], {
    seconds: 900,
    env,
  });
  if (!install.ok) {
    throw new SetupError(
      `apt-get could not install ${list}:\n${update.ok ? '' : update.output}${install.output}`,
    );
  }
}

/** @param {DebianPackage[]} missing */
function adviceWithoutApt(missing) {
  if (missing.every((name) => name === 'chromium')) {
    return 'The tests need Chrome or Chromium: install it, or set CHROME_PATH to its program file.';
  }
  if (missing.every((name) => name === 'redis-server')) {
    return 'The tests need redis-server: install Redis, so that this program is on the PATH.';
  }
  return (
    `The end-to-end tests need ${missing.join(', ')} as Debian and Ubuntu package them: ` +
    'run them in a Debian container, or run the others here with: npm test -- static unit browser'
  );
}
