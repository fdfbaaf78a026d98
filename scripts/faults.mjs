// `npm run docs:faults`: writes docs/faults.md from test/faults/faults.json and from the tests that
// tell each fault's story. A test belongs to a fault when its title, or the first column of its
// table, begins with the fault's id. It knows no fault.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { root } from './run.mjs';

const pageFile = join(root, 'docs/faults.md');

/**
 * @typedef {{ id: string, fault: string, visitor: string, developer: string, again: string, open?: string }} Fault
 * @typedef {{ ids: string[], title: string, file: string }} FaultTest
 */

/** @returns {Fault[]} */
export function readFaults() {
  return JSON.parse(readFileSync(join(root, 'test/faults/faults.json'), 'utf8'));
}

/** Ids at the beginning of a title: `B1 …`, `C9 C10 …`. @param {string} title */
function idsOf(title) {
  const [ids] = /^([A-E]\d+ )+/.exec(`${title} `) ?? [''];
  return ids.split(' ').filter(Boolean);
}

/** All tests whose title begins with an id. @returns {FaultTest[]} */
export function findFaultTests() {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .flatMap((name) => testsIn(`test/${name.replaceAll('\\', '/')}`));
}

/** @param {string} file @returns {FaultTest[]} */
function testsIn(file) {
  const text = readFileSync(join(root, file), 'utf8');
  if (!/['"`][A-E]\d+ /.test(text)) return [];
  /** @type {FaultTest[]} */
  const found = [];
  /** @param {string} title */
  const add = (title) => {
    const ids = idsOf(title);
    const rest = title.slice(ids.join(' ').length).trim();
    if (ids.length > 0) found.push({ ids, title: rest, file });
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node) && /^(it|test|describe)\b/.test(node.expression.getText())) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) add(title.text);
      else if (title && ts.isTemplateExpression(title)) add(`${title.head.text}…`);
      for (const row of tableOf(node.expression)) add(row);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** The first column of `it.each([[…], …])`. @param {ts.Node} each @returns {string[]} */
function tableOf(each) {
  const table = ts.isCallExpression(each) ? each.arguments[0] : undefined;
  if (!table || !ts.isArrayLiteralExpression(table)) return [];
  return table.elements.flatMap((row) => {
    const cell = ts.isArrayLiteralExpression(row) ? row.elements[0] : row;
    return cell && ts.isStringLiteralLike(cell) ? [cell.text] : [];
  });
}

const SECTIONS = {
  A: 'Microphone and sound',
  B: 'The token host',
  C: 'The connection',
  D: 'What the service sends',
  E: 'The page around it',
};

/** The page as prettier leaves it. @param {Fault[]} faults @param {FaultTest[]} tests */
export async function renderFaults(faults, tests) {
  const open = faults.filter((fault) => fault.open);
  const lines = [
    '# What can go wrong, and what then happens',
    '',
    '<!-- Written by `npm run docs:faults` from test/faults/faults.json. -->',
    '',
    'Each fault below is a test, most of them in a real browser against real servers; its title begins with the id. `npm run test:faults` runs them all.',
    'The error codes are those of [docs/element.md](element.md). “Again” says how the call comes about after all.',
    '',
    open.length === 0
      ? `All ${faults.length} are fulfilled.`
      : `${faults.length - open.length} of ${faults.length} are fulfilled; the others are marked **open**, with what is missing.`,
    '',
  ];
  for (const [letter, heading] of Object.entries(SECTIONS)) {
    lines.push(`## ${letter}. ${heading}`, '');
    lines.push('| | fault | what the visitor sees | what the page gets | again | tests |');
    lines.push('|---|---|---|---|---|---|');
    for (const { id, fault, visitor, developer, again, open } of faults) {
      if (!id.startsWith(letter)) continue;
      const stories = tests
        .filter(({ ids }) => ids.includes(id))
        .map(({ file, title }) => `[${title.replaceAll('|', '\\|')}](../${file})`);
      const told = [...(open ? [`**open**: ${open}`] : []), ...stories].join('<br>');
      lines.push(`| ${id} | ${fault} | ${visitor} | ${developer} | ${again} | ${told} |`);
    }
    lines.push('');
  }
  const options = await resolveConfig(pageFile);
  return format(lines.join('\n'), { ...options, filepath: pageFile });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = readFaults();
  writeFileSync(pageFile, await renderFaults(faults, findFaultTests()));
  console.log(`${faults.filter(({ open }) => open).length} of ${faults.length} faults are open.`);
}
