/**
 * Finds the client secret in an answer: the one place that knows its three shapes. It does not judge
 * how long the secret lives or where it came from.
 */
import type { Answer } from './answer.js';

export interface FoundSecret {
  readonly value: string;
  /** As it came, of whatever type. */
  readonly expiresAt: unknown;
}

/** As the element sees it: quotes, brackets and braces come from half a JSON or from a web page. */
const CREDENTIAL = /^[!#-;=?-z|~]+$/;

/**
 * `{ value }`, the older `{ client_secret: { value } }`, or a plain string.
 *
 * @returns `undefined` where there is none that an element would take
 */
export function secretOf({ status, text, tooLarge }: Answer): FoundSecret | undefined {
  if (status < 200 || status > 299 || tooLarge) return undefined;
  const answer = parsed(text);
  const holder = fieldsOf(fieldsOf(answer)['client_secret'] ?? answer);
  const value = typeof answer === 'string' ? answer.trim() : holder['value'];
  if (typeof value !== 'string' || !CREDENTIAL.test(value)) return undefined;
  return { value, expiresAt: holder['expires_at'] };
}

/** All that may be shown of a secret: enough to tell "ek_" from "sk-". */
export function shown(value: string): string {
  return `${value.slice(0, 3)}…, ${value.length} characters`;
}

/** The answer's JSON, or its text where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export function fieldsOf(answer: unknown): Readonly<Record<string, unknown>> {
  return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
}
