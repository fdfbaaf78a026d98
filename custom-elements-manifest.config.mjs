// Which files custom-elements.json is made from. Everything in it comes from the JSDoc of the class.

import { posix } from 'node:path';

/**
 * @typedef {{ members?: { name: string, privacy?: string }[], events?: { description?: string }[] }} Declaration
 * @typedef {{ path: string, declarations: Declaration[] }} Module
 */

/**
 * The manifest describes the published package, whose modules are in dist/.
 * @param {string} path as the analyzer wrote it
 * @param {string} folder of the module that mentions it
 */
const published = (path, folder) =>
  (path.startsWith('.') ? posix.join(folder, path) : path.replace(/^\//, '')).replace(
    /^src\/(.*)\.[jt]s$/,
    'dist/$1.js',
  );

/** Rewrites every path to a module below this node. @param {unknown} node @param {string} folder */
function rewritePaths(node, folder) {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if ((key === 'path' || key === 'module') && typeof value === 'string') {
      Object.assign(node, { [key]: published(value, folder) });
    } else {
      rewritePaths(value, folder);
    }
  }
}

export default {
  globs: ['src/define.ts', 'src/index.ts', 'src/element/**/*.ts'],
  litelement: true,
  packagejson: false,
  plugins: [
    {
      name: 'what-is-public',
      /** @param {{ customElementsManifest: { modules: Module[] } }} context */
      packageLinkPhase({ customElementsManifest }) {
        for (const module of customElementsManifest.modules) {
          rewritePaths(module, posix.dirname(module.path));
          for (const declaration of module.declarations) {
            // What Lit's properties are declared with is not theirs, and they are called public.
            declaration.members = declaration.members?.filter(
              ({ name, privacy = 'public' }) => privacy === 'public' && name !== 'properties',
            );
            // The analyzer also guesses at events from the code; those have no description.
            declaration.events = declaration.events?.filter(({ description }) => description);
          }
        }
      },
    },
  ],
};
