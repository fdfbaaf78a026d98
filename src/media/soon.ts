/** Browsers answer within milliseconds; a broken one may never answer. */
const SOON_MS = 1_000;

/** What the browser answers, or `undefined` where it cannot, or does not within a second. */
export async function soon<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await Promise.race([
      ask(),
      new Promise<undefined>((resolve) => setTimeout(resolve, SOON_MS)),
    ]);
  } catch {
    return undefined;
  }
}
