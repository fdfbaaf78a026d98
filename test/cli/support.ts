// The command as a child process: its output, its end, and nothing left behind.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { visitorHeaders, watch, watchAnswer } from '../support/canaries.js';

/** The package's folder, as built. */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

export interface Command {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** Resolves with the match once stdout has it; rejects when the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Whether it or a process that it started still runs. */
  isAlive(): boolean;
  /** Ends it and all that it started, at once. */
  kill(): Promise<void>;
  /** The exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

/** Runs dist/cli/main.js with an environment that holds nothing but what is given. */
export function run(
  args: string[],
  env: Record<string, string> = {},
  root: string = packageRoot,
): Command {
  const main = join(root, 'dist/cli/main.js');
  if (!existsSync(main)) throw new Error('dist/cli/main.js is missing: npm run build');
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that whatever it starts can be found.
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      watch(`stdout of voice-agent ${args[0] ?? ''}`, output.stdout);
      watch(`stderr of voice-agent ${args[0] ?? ''}`, output.stderr);
      resolve(code ?? signal ?? 'unknown');
    });
  });
  const line = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(output.stdout);
        if (match) resolve(match);
      };
      child.stdout.on('data', look);
      void ended.then((code) => reject(new Error(`ended with ${code}: ${output.stderr}`)));
      look();
    });
  const signalGroup = (signal: NodeJS.Signals | 0) => {
    try {
      return process.kill(-child.pid!, signal);
    } catch {
      return false;
    }
  };
  return {
    child,
    output,
    line,
    ended,
    isAlive: () => signalGroup(0),
    kill: async () => {
      signalGroup('SIGKILL');
      await ended;
    },
  };
}

/** Asks a running host as a visitor with a login would. */
export async function post(
  url: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Response> {
  const init = { method: 'POST', headers: { ...visitorHeaders, ...headers }, body };
  return await watchAnswer(await fetch(url, init));
}
