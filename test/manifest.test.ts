// custom-elements.json against the code: what is documented exists, and what exists is documented.
// Looks at dist/ as it is; `npm test` builds it first.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { elementPage } from '../scripts/docs.mjs';
import { root } from '../scripts/run.mjs';

interface Described {
  name: string;
  description?: string;
}

interface ElementDeclaration {
  tagName?: string;
  attributes: Described[];
  members: Described[];
  events: Described[];
  cssParts: Described[];
  cssProperties: Described[];
  slots: Described[];
}

let element: ElementDeclaration;
let source: string;

const names = (described: Described[]) => described.map(({ name }) => name).sort();

/** Everything that the expression finds in the element's code, once. */
const found = (expression: RegExp) =>
  [...new Set([...source.matchAll(expression)].map(([, name = '']) => name))].sort();

/** The words of an attribute; inside `${…}` only strings are words. */
const wordsOf = (value: string) => [
  ...value.replace(/\$\{[^}]*\}/g, ' ').matchAll(/[\w-]+/g),
  ...[...value.matchAll(/\$\{[^}]*\}/g)].flatMap(([hole]) => [
    ...hole.matchAll(/(?<=')[\w-]+(?=')/g),
  ]),
];

beforeAll(async () => {
  const manifest = JSON.parse(await readFile(join(root, 'dist/custom-elements.json'), 'utf8')) as {
    modules: { declarations: ElementDeclaration[] }[];
  };
  const declared = manifest.modules
    .flatMap(({ declarations }) => declarations)
    .find(({ tagName }) => tagName === 'voice-agent');
  if (!declared) throw new Error('custom-elements.json has no <voice-agent>');
  element = declared;
  const folder = join(root, 'src/element');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  // Without comments: what is only documented must not count as existing.
  source = texts.join('\n').replace(/\/\*\*[^]*?\*\//g, '');
});

describe('custom-elements.json', () => {
  it('describes every attribute, method, property and event', () => {
    const { attributes, members, events } = element;
    const silent = [...attributes, ...members, ...events].filter(({ description }) => !description);
    expect(names(silent)).toEqual([]);
  });

  /** Buttons that share a template, which takes their name: the small ones of a call, and the main one. */
  const buttons = () => [
    ...found(/\bround\(\s*'(\w+)'/g),
    ...found(/\bact = active \? '(\w+)'/g),
    ...found(/\bact = active \? '\w+' : '(\w+)'/g),
  ];

  it('names the parts that are in the templates', () => {
    // In a template, or where a row is made by hand.
    const values = [
      ...found(/\bpart="([^"]*)"/g),
      ...found(/'part', '([^']*)'/g),
      ...buttons().map((name) => `button ${name}-button`),
    ];
    const parts = values.flatMap((value) => wordsOf(value).map(([word]) => word));
    const whole = parts.filter((word) => !word.startsWith('-'));
    expect(names(element.cssParts)).toEqual([...new Set(whole)].sort());
  });

  it('names the slots that are in the templates', () => {
    // What is in `tools` is read and never drawn.
    const drawn = names(element.slots).filter((name) => name !== 'tools');
    const slots = [...found(/<slot name="([^"$]+)"/g), ...buttons().map((name) => `${name}-icon`)];
    expect(drawn).toEqual([...new Set(slots)].sort());
  });

  it('names the custom properties that the styles read', () => {
    expect(names(element.cssProperties)).toEqual(found(/var\(\s*(--voice-agent-[\w-]+)/g));
  });

  it('leads to modules that are published', async () => {
    const text = await readFile(join(root, 'dist/custom-elements.json'), 'utf8');
    expect(text).not.toMatch(/"(path|module)": "(?!dist\/)/);
  });
});

describe('docs/element.md', () => {
  it('is what npm run docs writes', async () => {
    const page = await readFile(join(root, 'docs/element.md'), 'utf8');
    expect(page).toBe(await elementPage());
  });
});
