/**
 * What the agent is told of a tool: always a string of bounded length, whatever the tool gave. It
 * knows no tool.
 */

/** Longest output, in bytes of UTF-8. */
const MAX_BYTES = 16_384;
/** Longest error of a page that the agent is told, in characters. */
const MAX_ERROR = 1_000;

/**
 * @throws {TypeError} why `value` cannot be told, in words for the agent
 */
export function outputOf(value: unknown): string {
  // A tool that only does something has done it.
  const text = value === undefined ? '{"done":true}' : textOf(value);
  // Counting the bytes of a text takes longer than seeing that it has too many characters.
  if (text.length > MAX_BYTES || new TextEncoder().encode(text).length > MAX_BYTES) {
    throw new TypeError('The tool gave more than 16 kB.');
  }
  return text;
}

/** The output that tells of a failure. */
export function errorOutput(message: string): string {
  return JSON.stringify({ error: message });
}

/** What was thrown, in bounded words. */
export function wordsOf(thrown: unknown): string {
  const words = thrown instanceof Error ? thrown.message : thrown;
  return typeof words === 'string' && words !== '' ? words.slice(0, MAX_ERROR) : 'The tool failed.';
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    const text: unknown = JSON.stringify(value);
    // Functions and symbols have none.
    if (typeof text === 'string') return text;
  } catch {
    // Cycles, big integers and whatever a page's own `toJSON` throws.
  }
  throw new TypeError('The tool gave something that JSON cannot say.');
}
