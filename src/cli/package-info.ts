/** What the package's own package.json says. Found from this file, wherever it is installed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder that holds `dist/` and `demo/`, with a slash at the end. */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

interface PackageInfo {
  readonly version: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export function packageInfo(): PackageInfo {
  return JSON.parse(readFileSync(`${packageRoot}package.json`, 'utf8')) as PackageInfo;
}

/** Those optional peers, as `npm install` takes them: name@range. */
export function withRanges(names: readonly string[]): string[] {
  return Object.entries(packageInfo().peerDependencies ?? {})
    .filter(([name]) => names.includes(name))
    .map(([name, range]) => `${name}@${range}`);
}
