// Which files custom-elements.json is made from. Everything in it comes from the JSDoc of the class.

/** The manifest describes the published package, whose modules are in dist/. @param {string} path */
const published = (path) => path.replace(/^src\/(.*)\.ts$/, 'dist/$1.js');

/** Rewrites every path to a module, wherever the manifest mentions one. @param {unknown} node */
function rewritePaths(node) {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    const isPath = (key === 'path' || key === 'module') && typeof value === 'string';
    if (isPath) Object.assign(node, { [key]: published(value.replace(/^\//, '')) });
    else rewritePaths(value);
  }
}

export default {
  globs: ['src/define.ts', 'src/index.ts', 'src/element/**/*.ts'],
  litelement: true,
  packagejson: false,
  plugins: [
    {
      name: 'published-paths',
      /** @param {{ customElementsManifest: unknown }} context */
      packageLinkPhase({ customElementsManifest }) {
        rewritePaths(customElementsManifest);
      },
    },
  ],
};
