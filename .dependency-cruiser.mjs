// The direction of imports inside src/: define → element → core → media, and servers apart.
// What a folder may import is said once, in `mayImport`; everything else is refused.

/** @type {Record<string, string[]>} folder (or file) of src → the others it may import */
const mayImport = {
  'define.ts': ['element/'],
  'index.ts': ['element/', 'core/'],
  'element/': ['core/', 'media/'],
  'core/': ['media/'],
  'media/': [],
  'host/': [],
  'local/': [],
  'cli/': ['host/', 'local/'],
};

const browser = '^src/(element/|core/|media/|define|index)';

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const directions = Object.entries(mayImport).map(([from, others]) => ({
  name: `direction-of-${from.replace(/\W.*/, '')}`,
  comment: `src/${from} may import ${['itself', ...others].join(', ')} and nothing else of src`,
  severity: 'error',
  from: { path: `^src/${from}` },
  to: { path: '^src/', pathNot: `^src/(${[from, ...others].join('|')})` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...directions,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-node-in-the-browser',
      severity: 'error',
      from: { path: browser },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'lit-only-in-the-element',
      comment: 'the core is usable without a page, and servers have none',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/element/' },
      to: { path: 'node_modules/(lit|@lit)' },
    },
    {
      name: 'openai-in-the-browser-is-types',
      comment: 'the one exception is its WebRTC helper: the rest would be 100 kB',
      severity: 'error',
      from: { path: browser },
      to: {
        path: 'node_modules/openai/',
        pathNot: 'node_modules/openai/realtime/webrtc',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-other-package-in-the-browser',
      severity: 'error',
      from: { path: browser },
      to: {
        path: 'node_modules/',
        pathNot:
          'node_modules/(openai|lit|lit-html|lit-element|@lit|@cfworker/json-schema|streaming-markdown)/',
      },
    },
    {
      name: 'tools-only-where-there-are-tools',
      comment: 'they and their validator load on demand; a static import would reach every call',
      severity: 'error',
      from: { path: '^src/core/[^/]+$' },
      to: { path: '^src/core/tools/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'json-schema-only-for-tools',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/core/tools/' },
      to: { path: 'node_modules/@cfworker/json-schema/' },
    },
    {
      name: 'markdown-only-where-it-is-drawn',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/element/markdown.ts$' },
      to: { path: 'node_modules/streaming-markdown/' },
    },
    {
      name: 'host-needs-openai-and-a-counter-only',
      comment: 'who runs the token host installs no native module; Redis is for those who have one',
      severity: 'error',
      from: { path: '^src/host/', pathNot: '^src/host/redis' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(openai|rate-limiter-flexible)/' },
    },
    {
      name: 'host-on-redis-needs-redis-as-well',
      severity: 'error',
      from: { path: '^src/host/redis' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(rate-limiter-flexible|redis)/' },
    },
    {
      name: 'redis-only-when-asked-for',
      comment: 'it is an optional peer: a static import would end the process of who lacks it',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/redis/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'no-limiter-that-needs-node',
      comment: 'its main file loads node:cluster, which edge runtimes lack',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        path: 'node_modules/rate-limiter-flexible/index',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-package-that-users-do-not-get',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'type-only'] },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types'] },
  },
};
