/**
 * Applies a function to the words in an event, an item or a whole export, and leaves ids, types and
 * numbers as they are. It does not know what the function takes out.
 */

/** Fields of the protocol, and of a call's own events, that hold somebody's words. */
const WORDS = new Set([
  'text',
  'transcript',
  'delta',
  'arguments',
  'output',
  'instructions',
  'message',
  'reason',
]);

/** Below a field with words everything counts as words, except what the protocol needs there. */
const NO_WORDS = new Set(['id', 'type', 'object', 'role', 'status', 'call_id', 'audio']);

/** What is deeper, or comes after so many values, is left out: rather too little than too much. */
const MAX_DEPTH = 20;
const MAX_VALUES = 100_000;
const LEFT_OUT = '[left out]';

/**
 * A function that returns a copy of what it is given, with `redact` applied to every string in a field
 * that holds words. Instances of classes, such as errors, pass as they are. A `delta` is a piece of a
 * sentence: what is cut in two is found in the whole text only, so keep deltas out of what is stored.
 */
export function redactor(redact: (text: string) => string): <T>(detail: T) => T {
  return <T>(detail: T): T => {
    let left = MAX_VALUES;
    const copy = (value: unknown, isWords: boolean, depth: number): unknown => {
      if (typeof value === 'string') return isWords ? redact(value) : value;
      if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
      if (depth > MAX_DEPTH || left <= 0) return LEFT_OUT;
      if (Array.isArray(value)) {
        return value.slice(0, left).map((one: unknown) => {
          left--;
          return copy(one, isWords, depth + 1);
        });
      }
      // fromEntries, because an assignment to `__proto__` would not make a field.
      return Object.fromEntries(
        Object.entries(value)
          .slice(0, left)
          .map(([key, one]) => {
            left--;
            return [key, copy(one, WORDS.has(key) || (isWords && !NO_WORDS.has(key)), depth + 1)];
          }),
      );
    };
    return copy(detail, false, 0) as T;
  };
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return Array.isArray(value) || prototype === null || prototype === Object.prototype;
}
