// Small checks that say exactly what is wrong with a value from outside, in the words and codes of
// the API. They know no particular object.
import { ProtocolError } from './protocol-error.js';

/** Throws a ProtocolError that names `path`, or returns. */
export type Check = (value: unknown, path: string) => void;

const invalid = (path: string, message: string, code = 'invalid_value'): never => {
  throw new ProtocolError(code, message, path);
};

const show = (value: unknown): string => {
  const text = (JSON.stringify(value) as string | undefined) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

export const text =
  (max = 100_000): Check =>
  (value, path) => {
    if (typeof value !== 'string') {
      invalid(
        path,
        `Invalid type for '${path}': expected a string, got ${show(value)}.`,
        'invalid_type',
      );
    } else if (value.length > max) {
      invalid(
        path,
        `Invalid '${path}': string too long, at most ${max} characters.`,
        'string_above_max_length',
      );
    }
  };

export const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') {
    invalid(
      path,
      `Invalid type for '${path}': expected a boolean, got ${show(value)}.`,
      'invalid_type',
    );
  }
};

export const number =
  (min: number, max: number, integer = false): Check =>
  (value, path) => {
    if (
      typeof value !== 'number' ||
      !Number.isFinite(value) ||
      (integer && !Number.isInteger(value))
    ) {
      const kind = integer ? 'an integer' : 'a number';
      invalid(
        path,
        `Invalid type for '${path}': expected ${kind}, got ${show(value)}.`,
        'invalid_type',
      );
    } else if (value < min) {
      invalid(
        path,
        `Invalid '${path}': expected a value >= ${min}, got ${value}.`,
        'integer_below_min_value',
      );
    } else if (value > max) {
      invalid(
        path,
        `Invalid '${path}': expected a value <= ${max}, got ${value}.`,
        'integer_above_max_value',
      );
    }
  };

export const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value, path) => {
    if (!allowed.includes(value)) {
      const list = allowed.map(show).join(', ');
      invalid(path, `Invalid value: ${show(value)}. Supported values for '${path}' are: ${list}.`);
    }
  };

export const orNull =
  (check: Check): Check =>
  (value, path) => {
    if (value !== null) check(value, path);
  };

/** Passes when one of them does; otherwise the last one's complaint stands. */
export const either =
  (...checks: readonly Check[]): Check =>
  (value, path) => {
    let complaint: unknown;
    for (const check of checks) {
      try {
        check(value, path);
        return;
      } catch (error) {
        complaint = error;
      }
    }
    throw complaint;
  };

export const list =
  (check: Check, max = 128): Check =>
  (value, path) => {
    if (!Array.isArray(value)) {
      invalid(
        path,
        `Invalid type for '${path}': expected an array, got ${show(value)}.`,
        'invalid_type',
      );
    } else if (value.length > max) {
      invalid(path, `Invalid '${path}': at most ${max} entries.`, 'array_above_max_length');
    } else {
      value.forEach((entry, index) => check(entry, `${path}[${index}]`));
    }
  };

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const anyObject: Check = (value, path) => {
  if (!isObject(value)) {
    invalid(
      path,
      `Invalid type for '${path}': expected an object, got ${show(value)}.`,
      'invalid_type',
    );
  }
};

/** An object with these fields and no others. */
export const object =
  (fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, path) => {
    anyObject(value, path);
    const record = value as Record<string, unknown>;
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    for (const key of Object.keys(record)) {
      const check = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (!check) {
        throw new ProtocolError('unknown_parameter', `Unknown parameter: '${at(key)}'.`, at(key));
      }
      if (record[key] !== undefined) check(record[key], at(key));
    }
    for (const key of required) {
      if (record[key] === undefined) {
        throw new ProtocolError(
          'missing_required_parameter',
          `Missing required parameter: '${at(key)}'.`,
          at(key),
        );
      }
    }
  };
