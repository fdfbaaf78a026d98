/**
 * One request to a token host and all that came back, read within bounds. It knows no contract, and
 * it follows nobody: a redirect is an answer like any other.
 */
import { withDeadline } from '../../host/deadline.js';

/** As long, and as much, as the element takes. */
export const PATIENCE_MS = 8_000;
export const MAX_ANSWER_BYTES = 16_384;

export interface Answer {
  /** 0 where none came: `silence` says why. */
  readonly status: number;
  readonly headers: Headers;
  /** What was read of the body, at most 16 kB. */
  readonly text: string;
  readonly tooLarge: boolean;
  readonly ms: number;
  readonly silence?: string;
}

export async function ask(url: string, init: RequestInit, timeoutMs: number): Promise<Answer> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  try {
    return await withDeadline(
      timeoutMs,
      async (signal) => {
        const response = await fetch(url, { ...init, redirect: 'manual', signal });
        const { status, headers } = response;
        return { status, headers, ...(await read(response)), ms: elapsed() };
      },
      () => new Error(`no answer within ${timeoutMs / 1000} s`),
    );
  } catch (error) {
    const silence = reasonOf(error);
    return { status: 0, headers: new Headers(), text: '', tooLarge: false, ms: elapsed(), silence };
  }
}

async function read(response: Response): Promise<{ text: string; tooLarge: boolean }> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = 0; ;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return { text, tooLarge: false };
    bytes += value.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      // Not awaited: whoever sends without end may end without end, too.
      reader?.cancel().catch(() => undefined);
      return { text, tooLarge: true };
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Node hides why in the cause; its own message is "fetch failed" for everything. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : message;
}
