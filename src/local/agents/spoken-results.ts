// What tools returned as something that can be said. It does not know which tool it was.
import { parseJson } from '../parse-json.js';
import { isRecord } from './words.js';

const MAX_SPOKEN = 600;
const TELLING = ['message', 'summary', 'answer', 'text', 'error'];

/** A tool's output as something that can be said. */
export function speakable(output: string): string {
  return say(parse(output)).slice(0, MAX_SPOKEN).trim() || 'Done.';
}

/** What went wrong, if the output says that something did. */
export function errorIn(output: string): string | undefined {
  const value = parse(output);
  if (typeof value === 'string') {
    return /^\s*(an error occurred|error|failed)\b/i.test(value) ? speakable(value) : undefined;
  }
  if (!isRecord(value)) return undefined;
  const { error, isError, status, success, ok } = value;
  const failed =
    Boolean(error) || isError === true || status === 'error' || success === false || ok === false;
  if (!failed) return undefined;
  return error ? speakable(JSON.stringify(error)) : speakable(output);
}

/** An output, good or bad, in a sentence. */
export function sayOutput(output: string): string {
  const error = errorIn(output);
  return error === undefined ? speakable(output) : sayFailure(error);
}

export const sayFailure = (why: string): string => `That did not work. ${why}`;

function parse(output: string): unknown {
  try {
    return parseJson(output);
  } catch {
    // Plain text is said as it is.
    return output;
  }
}

function say(part: unknown): string {
  if (part === null || part === undefined) return '';
  if (Array.isArray(part)) return part.map(say).filter(Boolean).join(', ');
  if (isRecord(part)) {
    for (const key of TELLING) {
      const told = part[key];
      if (typeof told === 'string') return told;
    }
    return Object.entries(part)
      .map(([key, field]) => `${key.replace(/[_-]+/g, ' ')}: ${say(field)}`)
      .join(', ');
  }
  return typeof part === 'string' ? part : JSON.stringify(part);
}
