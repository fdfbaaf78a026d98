/** Fetches what a call needs, once for all elements of a page, at the first sign of intent. */
export type Talk = typeof import('./talk.js');

let talk: Promise<Talk> | undefined;

/** Where it cannot be had, the next call tries again. */
export function loadTalk(): Promise<Talk> {
  talk ??= import('./talk.js').catch((cause: unknown) => {
    talk = undefined;
    throw cause;
  });
  return talk;
}
