// Makes the one file for a script tag, dist/voice-agent.js, with its parts that load on intent;
// and, for the size check only, what a page without an element needs of the core to make a call. Reads what tsc wrote, knows nothing of TypeScript.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import * as esbuild from 'esbuild';
import MagicString from 'magic-string';
import { dictionaryKeys, keysIn, packedDictionary } from './scripts/pack-dictionaries.mjs';
import { shortenTemplates } from './scripts/shorten-templates.mjs';

const root = process.cwd();
const folder = process.env.BUILD_FOLDER ?? 'dist';
const { name, version, license } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Reads the map beside each module, so that the bundle's map leads to the TypeScript. */
const sourceMaps = {
  name: 'source-maps',
  /** @param {string} id */
  load(id) {
    if (!id.startsWith(join(root, folder)) || !existsSync(`${id}.map`)) return null;
    return { code: readFileSync(id, 'utf8'), map: JSON.parse(readFileSync(`${id}.map`, 'utf8')) };
  },
};

/** Folders of the packages that were bundled so far. @type {Set<string>} */
const packages = new Set();

const rememberPackages = {
  name: 'remember-packages',
  /** @this {import('rollup').PluginContext} */
  buildEnd() {
    for (const id of this.getModuleIds()) {
      const [folder] = /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? [];
      if (folder) packages.add(folder);
    }
  },
};

/** One file with the licences of all that is bundled, in place of a comment per module. */
const licences = {
  name: 'licences',
  /** @this {import('rollup').PluginContext} */
  generateBundle() {
    const texts = [...packages].sort().map((path) => {
      const info = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
      // One that carries no licence file has its text kept here.
      const kept = join(root, 'scripts/licences', `${info.name.replace('/', '__')}.txt`);
      if (file === undefined && !existsSync(kept)) {
        throw new Error(`${info.name} has no licence file to pass on`);
      }
      const text = readFileSync(file === undefined ? kept : join(path, file), 'utf8').trim();
      return `${info.name} ${info.version} (${info.license})\n\n${text}\n`;
    });
    this.emitFile({
      type: 'asset',
      fileName: 'voice-agent.licences.txt',
      source: texts.join(`\n${'-'.repeat(72)}\n\n`),
    });
  },
};

const plugins = [
  sourceMaps,
  rememberPackages,
  {
    name: 'templates',
    /** @param {string} code @param {string} id */
    transform: (code, id) => (id.includes('node_modules') ? null : shortenTemplates(code)),
  },
  resolve({ browser: true }),
];

/** Reuses the same few letters for the private names of each class, and shortens what terser does not. */
const shortNames = {
  name: 'short-names',
  /** @param {string} code */
  renderChunk: (code) =>
    esbuild.transform(code, {
      format: 'esm',
      target: 'es2022',
      minifyIdentifiers: true,
      minifySyntax: true,
      legalComments: 'none',
      sourcemap: 'external',
    }),
};

/** @param {object} [more] options of the compressor */
const minify = (more) => [
  shortNames,
  terser({
    module: true,
    ecma: 2020,
    // Statements joined by commas are shorter, but repeat less and so pack worse.
    compress: {
      passes: 3,
      sequences: false,
      // `a === 'b'` packs better than the other way round, which is the default.
      lhs_constants: false,
      // No getter is read for what it does, and no function asked for its `length`.
      pure_getters: true,
      keep_fargs: false,
      inline: 1,
      unsafe_arrows: true,
      ...more,
    },
    format: { comments: /^!/ },
  }),
];

/**
 * What loads on demand, each named by its module; whatever loads another one stands after it.
 */
const parts = [
  'core/preview-events',
  'core/filtered-events',
  'element/languages',
  'element/files-part',
  'element/markdown',
  'element/bar',
  'element/floating',
  'element/chat',
  'element/composer',
  'element/settings-panel',
  'element/settings-part',
  'element/questions-part',
  'element/help-part',
  'element/redaction-part',
  'element/report-part',
  'element/around-part',
  'element/guardrails-part',
  'element/limits-part',
  'element/prices-part',
  'element/english-errors',
  'element/patience-part',
  'element/tools-part',
  'element/visualizers/still',
  'element/visualizers/wave',
  'element/visualizers/orb',
  'element/turn-taking-part',
  'element/recovery-part',
  'element/relay-part',
  'element/websocket-part',
  'element/talk',
];

/** The modules of the dictionaries, and the keys that each of them has. */
const dictionaries = readdirSync(join(folder, 'element/languages'))
  .filter((name) => name.endsWith('.js'))
  .map((name) => join(root, folder, 'element/languages', name));
const keys = await keysIn(dictionaries[0] ?? '');

/** Module of a part → its file, whose name changes with its content. @type {Map<string, string>} */
const files = new Map();

/** Leads `import('./talk.js')` to the part's file. */
const partLinks = {
  name: 'part-links',
  /** @param {string} specifier @param {string} importer */
  resolveDynamicImport(specifier, importer) {
    const file = files.get(join(dirname(importer), specifier));
    if (!file) throw new Error(`${specifier}, imported by ${importer}, is not among the parts`);
    return { id: `./${file}`, external: 'absolute' };
  },
};

/** The entry brings Lit along. */
const litForParts = {
  name: 'lit-for-parts',
  /** @param {string} specifier */
  resolveId: (specifier) => (specifier === 'lit' ? join(root, 'scripts/lit-for-parts.mjs') : null),
};

const litStyles = {
  name: 'lit-styles',
  /** @param {string} specifier */
  resolveId: (specifier) =>
    specifier === './css-tag.js' ? join(root, 'scripts/lit-styles.mjs') : null,
};

const rememberFiles = {
  name: 'remember-files',
  /** @param {unknown} _ @param {Record<string, { facadeModuleId?: string | null }>} bundle */
  generateBundle(_, bundle) {
    for (const [file, { facadeModuleId }] of Object.entries(bundle)) {
      if (facadeModuleId) files.set(facadeModuleId, file);
    }
  },
};

/** What runs in the audio thread, in one file: bundlers copy it as it is. */
const worklet = 'media/pcm/worklet.js';

/** Leads `new URL('…/worklet.js', import.meta.url)` to its file. */
const workletLink = {
  name: 'worklet-link',
  /** @param {string} code */
  transform(code) {
    const text = new MagicString(code);
    const link = /(?<=new URL\(')[^']*\/worklet\.js(?=')/;
    text.replace(link, () => `./${files.get(join(root, folder, worklet))}`);
    return text.hasChanged() ? { code: text.toString(), map: text.generateMap() } : null;
  },
};

/** @param {string} part */
const partBundle = (part) => ({
  input: `${folder}/${part}.js`,
  plugins: [litForParts, dictionaryKeys(keys), ...plugins, workletLink, partLinks, rememberFiles],
  output: {
    dir: folder,
    entryFileNames: `voice-agent-${basename(part, '-part')}-[hash].js`,
    sourcemap: true,
    // Packs better in all bundles but the entry.
    plugins: minify({ hoist_funs: true }),
  },
});

// A bundle for each part and not one with chunks: a chunk would import the entry by name, and run it
// a second time wherever a site serves it under another one, such as voice-agent.js?ver=1.
export default [
  {
    input: dictionaries,
    plugins: [packedDictionary(keys), rememberFiles],
    output: { dir: folder, entryFileNames: 'voice-agent-[name]-[hash].js', compact: true },
  },
  {
    input: `${folder}/${worklet}`,
    plugins,
    output: [
      // For those who use the core without the element.
      { file: `${folder}/${worklet}`, plugins: minify() },
      {
        dir: folder,
        entryFileNames: 'voice-agent-worklet-[hash].js',
        sourcemap: true,
        plugins: [...minify(), rememberFiles],
      },
    ],
  },
  ...parts.map(partBundle),
  {
    input: `${folder}/define.js`,
    plugins: [litStyles, ...plugins, partLinks, licences],
    output: {
      file: `${folder}/voice-agent.js`,
      sourcemap: true,
      plugins: minify(),
      banner: `/*! ${name} ${version} | ${license} | voice-agent.licences.txt */`,
    },
  },
  {
    input: 'core',
    plugins: [
      {
        name: 'a-plain-call',
        resolveId: (/** @type {string} */ id) => (id === 'core' ? id : null),
        load: (/** @type {string} */ id) =>
          id === 'core' ? `export { Call, endpoint } from '${root}/${folder}/core/index.js'` : null,
      },
      ...plugins,
    ],
    output: { dir: '.cache/size', plugins: minify({ hoist_funs: true }) },
  },
];
