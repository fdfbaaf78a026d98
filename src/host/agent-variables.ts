/**
 * Variables that a page fills in, and the text that they are put into. It knows no agent. A text
 * from a page stays data in form alone: what a model makes of it, nobody can promise.
 */
import { ConfigurationError } from './configuration-error.js';
import { HostProblem } from './problem.js';
import { isObject } from './shape.js';

export interface VariableOptions {
  type: 'string' | 'number' | 'boolean';
  /** Of a string, in characters. 1 to 2000, default 200. */
  maxLength?: number;
  /** Default false: one that is left out is put in as nothing. */
  required?: boolean;
}

/** Not a plain object: a variable may be called `constructor`. */
export type DeclaredVariables = ReadonlyMap<string, VariableOptions>;

/**
 * What the page sent, as it is put into a text.
 *
 * @throws {HostProblem} `variable-invalid`
 */
export function readVariables(
  declared: DeclaredVariables,
  given: unknown,
): ReadonlyMap<string, string> {
  if (!isObject(given)) throw new HostProblem('variable-invalid');
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const options = declared.get(name);
    if (!options || !fits(value, options)) throw new HostProblem('variable-invalid');
    values.set(name, onOneLine(String(value)));
  }
  for (const [name, { required = false }] of declared) {
    if (required && !values.has(name)) throw new HostProblem('variable-invalid');
  }
  return values;
}

function fits(value: unknown, { type, maxLength = 200 }: VariableOptions): boolean {
  if (typeof value !== type) return false;
  // JSON can say 1e999, which is read as infinity.
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'string' || Array.from(value).length <= maxLength;
}

/** Control characters, line breaks of every kind, and halves of characters become spaces. */
function onOneLine(value: string): string {
  return value.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ');
}

/**
 * The text as a function of the values. They are put in once: what looks like a placeholder within
 * a value stays as it is.
 *
 * @throws {ConfigurationError} for a placeholder that is not declared
 */
export function template(
  text: string,
  declared: DeclaredVariables,
  setting: string,
): (values: ReadonlyMap<string, string>) => string {
  // Texts and names by turns.
  const parts = text.split(/\{\{(.*?)\}\}/s);
  const isName = (index: number) => index % 2 === 1;
  const stray = parts.find((part, index) => isName(index) && !declared.has(part));
  if (stray !== undefined) {
    const shown = JSON.stringify(stray.slice(0, 64)).slice(1, -1);
    throw new ConfigurationError(setting, `holds {{${shown}}}, which is no declared variable.`);
  }
  return (values) =>
    parts.map((part, index) => (isName(index) ? (values.get(part) ?? '') : part)).join('');
}
