// Draws a tool's arguments from what was said, as far as its schema tells what they are: numbers,
// named values, places, ids, and the rest of the sentence. It knows no particular tool.
import { isRecord, wordsOf } from './words.js';
import { numbersIn } from './numbers.js';

type Arguments = Record<string, unknown>;

const PLACE = /^(location|city|town|place|where|address|destination|region)$/i;
const IDENTIFIER = /(^|[_-])(id|number|code)$|Id$/i;
/** Where a place ends when more follows it. */
const AFTER_PLACE =
  /\s+(today|tomorrow|tonight|now|right now|please|and|like|this|on)\b.*$|[?.!,;].*$/i;
const LINKS = new Set('to of for about with is as that saying in at on by called named'.split(' '));
const FILLERS = new Set([
  ...LINKS,
  ...'please can could would you i want like the a an my me into and what where how are get show tell'.split(
    ' ',
  ),
]);

/**
 * `base` is what is meant where nothing is said. Only what the schema knows is given, if it names
 * any properties at all.
 */
export function drawArguments(
  tool: { readonly name: string; readonly schema: unknown },
  said: string,
  base: Readonly<Arguments> = {},
): Arguments {
  const schema = isRecord(tool.schema) ? tool.schema : {};
  const properties = Object.entries(isRecord(schema['properties']) ? schema['properties'] : {});
  if (properties.length === 0) return { ...base };
  const found: Arguments = {};
  const numbers = numbersIn(said);
  for (const [name, property] of properties) {
    const value = draw(name, isRecord(property) ? property : {}, said, numbers) ?? base[name];
    if (value !== undefined) found[name] = value;
  }
  const required = Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : [];
  const open = properties.filter(([name, property]) => !(name in found) && isFreeText(property));
  const [name] = open.find(([key]) => required.includes(key)) ?? open[0] ?? [];
  const text = name === undefined ? undefined : restOf(said, wordsOf(tool.name));
  if (name !== undefined && text !== undefined) found[name] = text;
  return found;
}

function draw(name: string, property: Arguments, said: string, numbers: number[]): unknown {
  if (Array.isArray(property['enum'])) {
    const words = ` ${wordsOf(said).join(' ')} `;
    return property['enum'].find((value) =>
      words.includes(` ${wordsOf(String(value)).join(' ')} `),
    );
  }
  const type = Array.isArray(property['type'])
    ? (property['type'] as unknown[]).find((one) => one !== 'null')
    : property['type'];
  if (type === 'number') return numbers.shift();
  if (type === 'integer') {
    const at = numbers.findIndex((value) => Number.isInteger(value));
    return at < 0 ? undefined : numbers.splice(at, 1)[0];
  }
  if (type === 'boolean') {
    const words = wordsOf(said);
    if (!wordsOf(name).every((word) => words.includes(word))) return undefined;
    return !/\b(no|not|without|off|don'?t)\b/i.test(said);
  }
  if (type !== 'string') return undefined;
  if (IDENTIFIER.test(name)) return /[\w-]*\d[\w-]*/.exec(said)?.[0];
  return PLACE.test(name) ? placeIn(said) : undefined;
}

function isFreeText(property: unknown): boolean {
  return isRecord(property) && property['type'] === 'string' && !Array.isArray(property['enum']);
}

/** "…the weather in new york today?" is about New York. */
function placeIn(said: string): string | undefined {
  const found = /\b(?:in|at|near|for)\s+(?:the\s+)?(.+)/i.exec(` ${said}`)?.[1];
  const place = found?.replace(AFTER_PLACE, '').trim();
  return place ? place.replace(/(^|\s)\p{L}/gu, (letter) => letter.toUpperCase()) : undefined;
}

/** What follows the words of the tool's name; or, if nothing does, the telling words before them. */
function restOf(said: string, name: readonly string[]): string | undefined {
  const tokens = said.trim().split(/\s+/);
  const plain = tokens.map((token) => wordsOf(token).join(' '));
  const last = Math.max(...name.map((word) => plain.indexOf(word)));
  let after = tokens.slice(last + 1);
  while (after.length > 1 && LINKS.has(plain[tokens.length - after.length] ?? '')) {
    after = after.slice(1);
  }
  const rest = trim(after.join(' '));
  if (last >= 0 && rest !== '') return rest;
  const telling = tokens.filter(
    (_token, at) => !name.includes(plain[at] ?? '') && !FILLERS.has(plain[at] ?? ''),
  );
  return trim(telling.join(' ')) || undefined;
}

const trim = (text: string): string =>
  text
    .replace(/,?\s*\bplease\b[.!?]*$/i, '')
    .replace(/^["'“”\s]+|["'“”\s.!?,;]+$/g, '')
    .trim();
