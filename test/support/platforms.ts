// The programs of docs/platforms.md, taken from the page and run on their platforms, with this
// repository's host in them. It does not know what they should answer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { Miniflare, NoOpLog } from 'miniflare';
import { watch } from './canaries.js';
import { freePort } from './free-port.js';

export interface RunningPlatform {
  /** Without a slash at the end. */
  readonly url: string;
  /** All that it has printed. */
  printed(): string;
  close(): Promise<void>;
}

/** Each with its program's name on the page. */
export const platforms = {
  'Node http': 'server.js',
  Express: 'express.js',
  Hono: 'hono.js',
  workerd: 'worker.js',
} as const;

export type Platform = keyof typeof platforms;

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the page leaves to its reader. */
const visitor = `export const visitorFrom = (request) => request.headers.get('x-visitor');`;

/** @param env what the program is set up by; nothing else of this process's environment */
export async function startPlatform(
  platform: Platform,
  env: Record<string, string>,
): Promise<RunningPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'documented-platform-'));
  try {
    await writeFile(join(folder, 'visitor.js'), visitor);
    const page = await readFile(join(root, 'docs/platforms.md'), 'utf8');
    for (const [, code = '', name = ''] of page.matchAll(
      /^```js\n(\/\/ (\S+\.js)\n[^]*?)^```$/gm,
    )) {
      if (!name.includes('/')) await writeFile(join(folder, name), code);
    }
    const program = join(folder, platforms[platform]);
    return await (platform === 'workerd' ? startWorker : startNode)(program, env);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** One file that holds everything, so that it can run from anywhere. */
async function bundle(program: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [program],
    bundle: true,
    write: false,
    logLevel: 'error',
    alias: {
      'voice-agent-element/host': join(root, 'src/host/index.ts'),
      'voice-agent-element/host/node': join(root, 'src/host/node.ts'),
    },
    nodePaths: [join(root, 'node_modules')],
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

async function startWorker(
  program: string,
  bindings: Record<string, string>,
): Promise<RunningPlatform> {
  const output: string[] = [];
  const miniflare = new Miniflare({
    modules: true,
    script: await bundle(program, { format: 'esm', platform: 'browser' }),
    bindings,
    compatibilityDate: '2026-04-01',
    host: '127.0.0.1',
    log: new NoOpLog(),
    handleRuntimeStdio: (...streams: Readable[]) => {
      for (const stream of streams) stream.on('data', (chunk) => output.push(String(chunk)));
    },
  });
  return {
    url: (await miniflare.ready).origin,
    printed: () => output.join(''),
    close: async () => {
      await miniflare.dispose();
      watch('what workerd printed', output.join(''));
    },
  };
}

async function startNode(program: string, env: Record<string, string>): Promise<RunningPlatform> {
  const script = await bundle(program, { format: 'cjs', platform: 'node' });
  const port = await freePort();
  const child = spawn(process.execPath, ['-'], { env: { ...env, PORT: String(port) } });
  const ended = once(child, 'close');
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => output.push(String(chunk)));
  }
  child.stdin.end(script);
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`It ended:\n${output.join('')}`);
  }
  return {
    url,
    printed: () => output.join(''),
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      watch('what a program printed', output.join(''));
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    () => true,
    () => false,
  );
}
