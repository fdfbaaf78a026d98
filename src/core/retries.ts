/**
 * Asks for a client secret again where that may help: after a failure that may be over in a moment,
 * and once the host says so after a “too often”. It knows neither a host nor a call.
 */
import { until } from './abort.js';
import type { TokenSource } from './token-source.js';
import type { VoiceError } from './voice-error.js';

/** For a host that is broken, silent or not there. */
const MAX_TRIES = 3;

/** For a host that is asked too often. */
const MAX_WAITS = 2;

/** All waits together: a call has 25 s to connect, and nobody looks at a countdown for longer. */
const MAX_WAIT_MS = 20_000;

const FIRST_PAUSE_MS = 500;

export interface RetryOptions {
  /** Whether somebody still waits for the secret; asked after each pause. */
  readonly isWanted: () => boolean;
  /** The host wants to be asked again in `ms`. */
  readonly onWait?: (ms: number) => void;
}

/**
 * A source that asks `source` up to three times while it is `token-unreachable`, and again when a
 * `token-rate-limited` says that the wait is short.
 * @throws what `source` throws last, or the signal's reason
 */
export function retrying(source: TokenSource, { isWanted, onWait }: RetryOptions): TokenSource {
  return async (signal) => {
    let tries = 0;
    let waits = 0;
    let waited = 0;
    for (;;) {
      try {
        return await source(signal);
      } catch (error) {
        signal.throwIfAborted();
        const { code, retryAfterMs } = error as Partial<VoiceError>;
        let pause: number;
        if (code === 'token-unreachable' && ++tries < MAX_TRIES) {
          // Twice as long each time, and never at once for all visitors of a page.
          pause = FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
        } else if (
          code === 'token-rate-limited' &&
          retryAfterMs !== undefined &&
          (waited += retryAfterMs) <= MAX_WAIT_MS &&
          waits++ < MAX_WAITS &&
          isWanted()
        ) {
          pause = Math.max(retryAfterMs, FIRST_PAUSE_MS);
          onWait?.(pause);
        } else {
          throw error;
        }
        await sleep(pause, signal);
        if (!isWanted()) throw error;
      }
    }
  };
}

/** @throws the signal's reason, at once */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await until(signal, over).finally(() => {
    clearTimeout(timer);
  });
}
