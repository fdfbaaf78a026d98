// Packs the package as `npm publish` would, from the dist/ that is there.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

/**
 * Runs npm, by its script where npm started us: Windows cannot start it by its name without a shell.
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js')
    ? run(process.execPath, [script, ...args], options)
    : run('npm', args, options);
}

/** Returns the path of the tarball. @param {string} folder where to put it */
export async function pack(folder) {
  mkdirSync(folder, { recursive: true });
  // Without scripts: the build is there already, and "prepack" would make it once more.
  const { ok, output } = await npm(['pack', '--ignore-scripts', '--pack-destination', folder], {
    seconds: 120,
  });
  if (!ok) throw new Error(`npm pack failed:\n${output}`);
  /** @type {{ name: string, version: string }} */
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return join(folder, `${name}-${version}.tgz`);
}
