// Starts programs with a time limit and leaves none behind. Knows nothing about what they do.
// Plain Node without packages: it runs before the first install.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const windows = process.platform === 'win32';

// Only the outermost script opens process groups: inside one, everything ends with it.
const isInGroup = process.env.VOICE_AGENT_SCRIPT_GROUP !== undefined;
const opensGroup = !windows && !isInGroup;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends a program and everything it started. @param {import('node:child_process').ChildProcess} child */
function end(child) {
  if (child.pid === undefined) return;
  try {
    if (windows) spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    else process.kill(opensGroup ? -child.pid : child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

process.on('exit', () => running.forEach(end));

// Only while something runs: afterwards the signals belong to whoever goes on in this process.
const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** @param {NodeJS.Signals} signal */
const leave = (signal) => process.exit(signal === 'SIGINT' ? 130 : 143);

/**
 * The script behind a package's command, so that Node starts it directly: no shell on any system.
 * @param {string} name package
 * @param {string} [command]
 */
function commandOf(name, command = name) {
  const folder = join(root, 'node_modules', name);
  /** @type {{ bin: string | Record<string, string> }} */
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const script = typeof bin === 'string' ? bin : bin[command];
  if (script === undefined) throw new Error(`${name} has no command "${command}"`);
  return join(folder, script);
}

/**
 * Runs a program to its end, or to the end of its time. Never rejects for a program that fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ seconds?: number, env?: Record<string, string>, show?: boolean }} [options]
 *   `show` passes the output through as it comes; it is collected in any case
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function run(program, args, { seconds = 300, env = {}, show = false } = {}) {
  return new Promise((resolve) => {
    // A group of its own, so that a browser started by a test runner ends with the test runner.
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env, VOICE_AGENT_SCRIPT_GROUP: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: opensGroup,
    });
    if (running.size === 0) signals.forEach((signal) => process.on(signal, leave));
    running.add(child);
    /** @type {Buffer[]} */
    const chunks = [];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end(child);
    }, seconds * 1000);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (/** @type {Buffer} */ chunk) => {
        chunks.push(chunk);
        if (show) process.stdout.write(chunk);
      });
    }
    /** @param {boolean} ok @param {string} [remark] */
    const finish = (ok, remark = '') => {
      clearTimeout(timer);
      end(child);
      running.delete(child);
      if (running.size === 0) signals.forEach((signal) => process.off(signal, leave));
      resolve({ ok, output: Buffer.concat(chunks).toString() + remark });
    };
    child.once('error', (error) => finish(false, `\n${program}: ${error.message}\n`));
    // Not "close": something the program left behind may hold the pipes open for ever.
    child.once('exit', (code, signal) => {
      setImmediate(() => {
        if (late) finish(false, `\nStopped after ${seconds} s, the limit for this step.\n`);
        else finish(code === 0, signal ? `\nEnded by ${signal}.\n` : '');
      });
    });
  });
}

/**
 * Runs a package's command, see {@link run}.
 * @param {string | [name: string, command: string]} tool
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runTool(tool, args, options) {
  const [name, command] = Array.isArray(tool) ? tool : [tool, tool];
  return run(process.execPath, [commandOf(name, command), ...args], options);
}
