// Credentials for tests that must be seen nowhere but where they are sent to, and the look-out for
// them. It does not know where people look: watch-canaries.ts and the helpers for processes do.
import { inspect } from 'node:util';

/** A standard API key. */
export const CANARY = 'sk-canary-3f9a1c77e2';
/** What a visitor's cookie holds. */
export const CANARY_COOKIE = 'cookie-canary-51d0c8be94';
/** An access token: a visitor's, or Microsoft Entra's. */
export const CANARY_TOKEN = 'token-canary-8e27b6f3a0';

const canaries = { key: CANARY, cookie: CANARY_COOKIE, token: CANARY_TOKEN };

/** The headers of a visitor with a login. */
export const visitorHeaders = {
  cookie: `session=${CANARY_COOKIE}`,
  authorization: `Bearer ${CANARY_TOKEN}`,
};

const leaks: string[] = [];

/**
 * Notes which canary is in what was seen: a text, or an object down to its stack, causes and fields.
 *
 * @returns whether there is one
 */
export function watch(where: string, seen: unknown): boolean {
  const text = typeof seen === 'string' ? seen : wholeTextOf(seen);
  const found = Object.entries(canaries).filter(([, canary]) => text.includes(canary));
  leaks.push(...found.map(([name]) => `the ${name} in ${where}`));
  return found.length > 0;
}

function wholeTextOf(seen: unknown): string {
  const text = inspect(seen, { depth: 10, maxArrayLength: null, maxStringLength: null });
  return seen instanceof Error ? `${seen.message} ${text}` : text;
}

/** The same answer, which has been looked at. */
export async function watchAnswer(answer: Response): Promise<Response> {
  const { status, statusText } = answer;
  const body = await answer.clone().text();
  watch('an answer', `${status} ${statusText} ${JSON.stringify([...answer.headers])} ${body}`);
  return answer;
}

/** What was noted since the last time. */
export function takeLeaks(): string[] {
  return leaks.splice(0);
}
