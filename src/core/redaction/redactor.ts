/**
 * Applies a function to the words in an event, an item or a whole export, and leaves ids and types as
 * they are. A number among the words, as in the arguments of a tool, is read as it would be written, and
 * stays a number where nothing is taken out. It does not know what the function takes out.
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

/** Below such a field everything counts as words, except what the protocol needs there. */
const NO_WORDS = new Set(['id', 'type', 'object', 'role', 'status', 'call_id', 'audio']);

/** Pieces of a text, one by one: they are left out. */
const PIECES = new Set(['logprobs']);

/** What is deeper, or comes after so many values, is left out: rather too little than too much. */
const MAX_DEPTH = 20;
const MAX_VALUES = 100_000;
const LEFT_OUT = '[left out]';

export type Redact = (text: string) => string;

/** The same function; where it fails, or gives no text, nothing of the text is left. */
export function safely(redact: Redact): Redact {
  return (text) => {
    try {
      const redacted: unknown = redact(text);
      return typeof redacted === 'string' ? redacted : LEFT_OUT;
    } catch {
      return LEFT_OUT;
    }
  };
}

/**
 * A function that returns a copy of what it is given, with `redact` applied to every string and number
 * in a field that holds words. Instances of classes, such as errors, pass as they are. A `delta` is a piece of a
 * sentence: what is cut in two is found in the whole text only, so keep deltas out of what is stored.
 */
export function redactor(redact: Redact): <T>(detail: T) => T {
  const hide = safely(redact);
  return <T>(detail: T): T => {
    let left = MAX_VALUES;
    const copy = (value: unknown, words: Words, depth: number): unknown => {
      if (typeof value === 'string' || typeof value === 'number') {
        const text = String(value);
        const hidden = words === 'none' ? text : hide(text);
        return hidden === text ? value : hidden;
      }
      if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
      if (depth > MAX_DEPTH || left <= 0) return LEFT_OUT;
      if (Array.isArray(value)) {
        return value.slice(0, left).map((one: unknown) => {
          left--;
          return copy(one, words, depth + 1);
        });
      }
      // fromEntries, because an assignment to `__proto__` would not make a field.
      return Object.fromEntries(
        Object.entries(value)
          .slice(0, left)
          .map(([key, one]) => {
            left--;
            return [key, PIECES.has(key) ? null : copy(one, wordsIn(key, one, words), depth + 1)];
          }),
      );
    };
    return copy(detail, 'none', 0) as T;
  };
}

/** Which strings below a field are somebody's words. */
type Words = 'none' | 'most' | 'all';

function wordsIn(key: string, value: unknown, around: Words): Words {
  // What a tool is called with has names of its own, "id" and "type" among them.
  if (around === 'all' || key === 'arguments') return 'all';
  // Why a tool failed; else it is an object of the protocol.
  if (key === 'error' && typeof value === 'string') return 'all';
  return WORDS.has(key) || (around === 'most' && !NO_WORDS.has(key)) ? 'most' : 'none';
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return Array.isArray(value) || prototype === null || prototype === Object.prototype;
}
