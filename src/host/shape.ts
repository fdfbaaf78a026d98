/**
 * Small checks of settings that came as data. They name exactly what is wrong and know no particular
 * setting. What is `undefined` counts as left out, as it does in JSON.
 */
import { ConfigurationError } from './configuration-error.js';

/** @throws {ConfigurationError} naming `setting`, or what is wrong within it */
export type Check = (value: unknown, setting: string) => void;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `agents.support`, and `agents["two words"]`: always on one line, however odd the key. */
export function below(setting: string, key: string): string {
  if (/^[\w$-]{1,64}$/.test(key)) return setting === '' ? key : `${setting}.${key}`;
  return `${setting}[${JSON.stringify(key.slice(0, 64))}]`;
}

/** A check of one value in so many words. */
function check(fits: (value: unknown) => boolean, words: string): Check {
  return (value, setting) => {
    if (!fits(value)) throw new ConfigurationError(setting, words);
  };
}

export const flag = check((value) => typeof value === 'boolean', 'must be true or false.');
export const anyObject = check(isObject, 'must be an object.');
export const nothing = check((value) => value === null, 'must be null.');
export const text = check(
  (value) => typeof value === 'string' && value !== '',
  'must be a text that is not empty.',
);

export function matching(pattern: RegExp, words: string): Check {
  return check((value) => typeof value === 'string' && pattern.test(value), words);
}

export function number(min: number, max: number): Check {
  return check(
    (value) => typeof value === 'number' && value >= min && value <= max,
    `must be a number from ${min} to ${max}.`,
  );
}

export function wholeNumber(min: number, max: number): Check {
  return check(
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    `must be a whole number from ${min} to ${max}.`,
  );
}

export function oneOf(...values: readonly string[]): Check {
  return check(
    (value) => values.includes(value as string),
    `must be ${values.map((value) => `"${value}"`).join(' or ')}.`,
  );
}

export function either(words: string, ...checks: readonly Check[]): Check {
  return check((value) => checks.some((each) => passes(each, value)), words);
}

function passes(one: Check, value: unknown): boolean {
  try {
    one(value, '');
    return true;
  } catch {
    return false;
  }
}

export function list(item: Check): Check {
  return (value, setting) => {
    if (!Array.isArray(value)) throw new ConfigurationError(setting, 'must be a list.');
    // Array.from: forEach would step over holes.
    Array.from(value as unknown[]).forEach((each, index) => item(each, `${setting}[${index}]`));
  };
}

/** An object with these fields and no other: one that is misspelt would be one that is not there. */
export function object(fields: Record<string, Check>, required: readonly string[] = []): Check {
  return (value, setting) => {
    if (!isObject(value)) throw new ConfigurationError(setting, 'must be an object.');
    for (const [key, inner] of Object.entries(value)) {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (!field) {
        const known = Object.keys(fields).join(', ');
        throw new ConfigurationError(below(setting, key), `is not known. Known are ${known}.`);
      }
      if (inner !== undefined) field(inner, below(setting, key));
    }
    for (const key of required) {
      if (!Object.hasOwn(value, key) || value[key] === undefined) {
        throw new ConfigurationError(below(setting, key), 'is missing.');
      }
    }
  };
}

/** An object whose keys are names that somebody chose. */
export function named(pattern: RegExp, words: string, item: Check): Check {
  return (value, setting) => {
    if (!isObject(value)) throw new ConfigurationError(setting, 'must be an object.');
    for (const [name, inner] of Object.entries(value)) {
      if (!pattern.test(name)) throw new ConfigurationError(below(setting, name), words);
      item(inner, below(setting, name));
    }
  };
}
