/**
 * What an agent sends as arguments, from text to an object that fits the tool's JSON Schema. It
 * takes the agent for hostile: whoever speaks to it chooses the words.
 */
import { Validator } from '@cfworker/json-schema';

/** A JSON Schema of an object, as the Realtime API takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Longest arguments that are read, in characters: twice what a model writes by default (4,096 tokens),
 * and little enough for the slowest of the validator's formats, `url`, to take less than 0.5 s.
 */
const MAX_LENGTH = 32_768;

/**
 * The object that the agent has written.
 * @throws {TypeError} what is wrong with it, in words for the agent
 */
export function parseArguments(text: string): Record<string, unknown> {
  if (text.length > MAX_LENGTH) throw new TypeError('The arguments are too long.');
  let value: unknown;
  try {
    // Some models send nothing at all for a function without arguments.
    value = JSON.parse(text || '{}', withoutPrototype);
  } catch {
    throw new TypeError('The arguments are not valid JSON.');
  }
  if (!isObject(value)) throw new TypeError('The arguments are not a JSON object.');
  return value;
}

/** A tool's JSON Schema, and whether arguments fit it. */
export class ArgumentCheck {
  /** A copy: later changes by the page do not reach what was offered. */
  readonly schema: JsonSchema;
  readonly #validator: Validator;

  /** @throws {TypeError} what is wrong with the schema, in words for the page's developer */
  constructor(schema: unknown = {}) {
    if (!isObject(schema)) throw new TypeError('JSON Schema of an object is needed.');
    if ('type' in schema && schema['type'] !== 'object') {
      throw new TypeError('their `type` can only be "object".');
    }
    // The validator writes into the schema it is given, which may be frozen.
    const copy = JSON.parse(
      JSON.stringify({ type: 'object', properties: {}, ...schema }),
    ) as object;
    this.schema = copy as JsonSchema;
    this.#validator = new Validator(copy, '2020-12');
    // A reference that leads nowhere shows only when it is followed.
    this.#validator.validate({});
  }

  /** @throws {TypeError} what does not fit, in words for the agent */
  assert(args: Record<string, unknown>): void {
    const { valid, errors } = this.#validator.validate(args);
    if (valid) return;
    // The last one is the innermost: what led to it says the same with less.
    const { instanceLocation, error } = errors.at(-1) ?? { instanceLocation: '#', error: '' };
    throw new TypeError(`The arguments do not fit, at ${instanceLocation}: ${error}`);
  }
}

/** Copying such a key with `Object.assign` would change what the copy inherits. */
function withoutPrototype(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
