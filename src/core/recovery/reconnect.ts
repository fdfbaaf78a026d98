/**
 * When to try again after a connection was lost: at once, then after ever longer waits by chance, so that
 * the visitors of a service that was down do not all come back in one moment. It knows no connection.
 */
import { until } from '../abort.js';
import type { RecoveryStep } from '../recoverer.js';
import { VoiceError } from '../voice-error.js';

/** The longest waits before each try; each wait is anything up to that. As many secrets are spent. */
const WAITS_MS = [0, 500, 1_000, 2_000, 4_000];

/** While online; offline nothing is tried, and the time stands still. */
const GIVE_UP_AFTER_MS = 30_000;

/** Nobody waits longer for a network with the microphone on. */
const MAX_OFFLINE_MS = 300_000;

/** A host that cannot be reached costs nothing, so it is soon asked again; one that is slow gets more time. */
const SECRET_WITHIN_MS = [3_000, 5_000];
const SECRET_AT_LAST_MS = 8_000;
const UNREACHABLE_WAIT_MS = 1_000;

/** With these the next try will end the same. */
const HOPELESS = ['token-unauthorized', 'token-invalid', 'unsupported'];

/** @param onToken to be called when a secret was given */
export type Try<T> = (signal: AbortSignal, onToken: () => void) => Promise<T>;

/**
 * Tries until it succeeds, half a minute has gone, five secrets are spent, or there is no network for long.
 * @throws {VoiceError} `connection-lost`, with the last failure as its cause; or the signal's reason
 */
export async function reconnect<T>(
  open: Try<T>,
  signal: AbortSignal,
  show: (step: Omit<RecoveryStep, 'cause'>) => void,
): Promise<T> {
  let deadline = performance.now() + GIVE_UP_AFTER_MS;
  let wait = 0;
  let secrets = 0;
  for (let attempt = 1; ; attempt++) {
    if (wait > 0 && isOnline()) {
      show({ attempt, nextTryAt: performance.now() + wait });
      await networkChange(wait, signal);
    }
    show({ attempt });
    if (!isOnline()) {
      await networkChange(MAX_OFFLINE_MS, signal);
      if (!isOnline()) throw new VoiceError('connection-lost', 'There is no network.');
      deadline = performance.now() + GIVE_UP_AFTER_MS;
    }
    const secret = { given: false };
    try {
      const patience = SECRET_WITHIN_MS[attempt - 1] ?? SECRET_AT_LAST_MS;
      return await once(open, patience, deadline - performance.now(), signal, () => {
        secret.given = true;
      });
    } catch (cause) {
      signal.throwIfAborted();
      const { code = '', retryAfterMs = 1 } = cause as Partial<VoiceError>;
      // A host that also places the calls may be out of reach at any time.
      const isSpent = secret.given && code !== 'token-unreachable';
      if (isSpent) secrets++;
      const longest = WAITS_MS[isSpent ? secrets : attempt] ?? Infinity;
      const most = isSpent ? longest : Math.min(longest, UNREACHABLE_WAIT_MS);
      wait = Math.max(retryAfterMs, Math.random() * most);
      const isOver = isOnline() && performance.now() + wait > deadline;
      if (isOver || most === Infinity || HOPELESS.includes(code)) {
        throw new VoiceError('connection-lost', 'The connection was lost for good.', { cause });
      }
    }
  }
}

/** One try, with a secret after `patience` ms. A change of the network ends it, for it began in another one. */
async function once<T>(
  open: Try<T>,
  patience: number,
  ms: number,
  signal: AbortSignal,
  onToken: () => void,
): Promise<T> {
  const trying = new AbortController();
  const stop = () => {
    trying.abort(new DOMException('It took too long.', 'TimeoutError'));
  };
  const slow = setTimeout(stop, patience);
  const both = AbortSignal.any([signal, trying.signal]);
  networkChange(ms, both).then(stop, () => undefined);
  try {
    return await open(both, () => {
      clearTimeout(slow);
      onToken();
    });
  } finally {
    clearTimeout(slow);
    stop();
  }
}

function isOnline(): boolean {
  return navigator.onLine;
}

/** Resolves when the browser goes on- or offline, or after `ms`. @throws the signal's reason */
async function networkChange(ms: number, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Event | undefined>();
  const timer = setTimeout(resolve, ms);
  for (const type of ['online', 'offline']) globalThis.addEventListener(type, resolve, done);
  try {
    await until(signal, promise);
  } finally {
    clearTimeout(timer);
    done.abort();
  }
}
