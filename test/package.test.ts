// The package as a stranger gets it: packed, unpacked elsewhere, imported in plain Node.
// Looks at dist/ as it is; `npm test` builds it first.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../scripts/pack.mjs';
import { root } from '../scripts/run.mjs';

interface PackageJson {
  name: string;
  exports: Record<string, string | { types: string; default: string }>;
  bin: Record<string, string>;
  customElements: string;
  unpkg: string;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
}

interface SourceMap {
  sources: string[];
}

const run = promisify(execFile);
let folder: string;
let installed: string;
let info: PackageJson;

/** Puts a package of this repository, and what it needs itself, into the stranger's node_modules. */
async function lend(name: string, lent = new Set<string>()): Promise<void> {
  if (lent.has(name)) return;
  lent.add(name);
  const source = join(root, 'node_modules', name);
  const target = join(folder, 'node_modules', name);
  await mkdir(dirname(target), { recursive: true });
  await symlink(source, target, 'junction');
  const { dependencies = {} } = JSON.parse(
    await readFile(join(source, 'package.json'), 'utf8'),
  ) as Partial<PackageJson>;
  for (const needed of Object.keys(dependencies)) await lend(needed, lent);
}

/** Imports a module in a Node of its own, and tells what it exports and whether it lets go. */
async function importInNode(specifier: string): Promise<string[]> {
  const script = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(specifier)}))))`;
  const args = ['--preserve-symlinks', '--input-type=module', '--eval', script];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: folder, timeout: 20_000 });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as string[];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voice-agent-package-'));
  const tarball = await pack(folder);
  installed = join(folder, 'node_modules/voice-agent-element');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  info = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as PackageJson;
  // Only what npm installs by itself: the dependencies, not the optional peers.
  const lent = new Set<string>();
  for (const name of Object.keys(info.dependencies)) await lend(name, lent);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the published package', () => {
  it('contains every file that package.json names', () => {
    const named = [
      ...Object.values(info.exports).flatMap((entry) =>
        typeof entry === 'string' ? [entry] : [entry.types, entry.default],
      ),
      ...Object.values(info.bin),
      info.customElements,
      info.unpkg,
    ];
    expect(named.filter((file) => !existsSync(join(installed, file)))).toEqual([]);
  });

  it('has the worklet where a call over a WebSocket looks for it, with all that it imports', async () => {
    const imports = async (file: string) =>
      [...(await readFile(file, 'utf8')).matchAll(/(?:from|import) '(\.[^']+)'/g)].map(([, path]) =>
        join(dirname(file), path as string),
      );
    const fallback = join(installed, 'dist/core/websocket/attach-fallback.js');
    const code = await readFile(fallback, 'utf8');
    const [, path] = /new URL\('([^']+worklet\.js)', import\.meta\.url\)/.exec(code) ?? [];
    const files = [join(dirname(fallback), path ?? '')];
    for (const file of files) files.push(...(await imports(file)));
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    expect(await readFile(files[0] as string, 'utf8')).toContain('registerProcessor');
    // The script tag's file has one of its own.
    const bundled = (await readdir(join(installed, 'dist'))).filter((name) =>
      /^voice-agent-worklet-.+\.js$/.test(name),
    );
    expect(bundled).toHaveLength(1);
  });

  it('asks only for what its parts need; everything else is optional', () => {
    expect(Object.keys(info.dependencies).sort()).toEqual([
      // Checks what an agent sends to a page's tool.
      '@cfworker/json-schema',
      'lit',
      'openai',
      // Counts for the token host.
      'rate-limiter-flexible',
      // Reads what an agent writes.
      'streaming-markdown',
    ]);
    for (const peer of Object.keys(info.peerDependencies)) {
      expect(info.peerDependenciesMeta[peer]?.optional, peer).toBe(true);
    }
  });

  it.each([
    ['voice-agent-element', 'VoiceAgentElement'],
    ['voice-agent-element/core', 'Call'],
    ['voice-agent-element/host', 'createTokenHost'],
    ['voice-agent-element/host/node', 'serveTokenHost'],
    ['voice-agent-element/host/redis', 'redisStore'],
    ['voice-agent-element/local', 'startLocalService'],
  ])('imports %s in plain Node, with nothing but its dependencies', async (specifier, name) => {
    expect(await importInNode(specifier)).toContain(name);
  });

  it('registers nothing that hurts on a server, where there is no page', async () => {
    await importInNode('voice-agent-element/define');
  });

  it('leads from every file that loads on demand back to the TypeScript', async () => {
    const dist = join(installed, 'dist');
    const maps = (await readdir(dist)).filter((file) => /^voice-agent.*\.js\.map$/.test(file));
    const lost: string[] = [];
    for (const file of maps) {
      const { sources } = JSON.parse(await readFile(join(dist, file), 'utf8')) as SourceMap;
      if (!sources.some((source) => /src\/.*\.ts$/.test(source))) lost.push(file);
    }
    expect(maps).not.toEqual([]);
    expect(lost).toEqual([]);
  });

  it('tells where the file for a script tag is, for those who serve it themselves', async () => {
    const script = `console.log(import.meta.resolve('voice-agent-element/voice-agent.js'))`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: folder,
      timeout: 20_000,
    });
    expect(stdout.trim()).toMatch(/dist\/voice-agent\.js$/);
  });
});
