/**
 * Whether a service's events come as they should: none for a long time while it answers, and the channel
 * may be open on this side only; too many, and it has lost its senses. It does not know what they say.
 */
import type { Call } from '../call.js';
import { VoiceError } from '../voice-error.js';

/** While an answer is made or spoken. Long ones are spoken for longer, so the service is asked first. */
const QUIET_AFTER_MS = 30_000;

const ANSWER_WITHIN_MS = 5_000;

/** A second's worth of events that may come all the time, and how many more at once. */
const MAX_PER_SECOND = 500;
const MAX_AT_ONCE = 2_000;

/** @returns to be called again and again */
export function watchEvents(call: Call, signal: AbortSignal): () => void {
  // By the clock on the wall: nothing was heard either while the machine slept.
  let quietSince = Date.now();
  /** When the service was asked whether it is there; 0 when it is not. */
  let asked = 0;
  /** Those above what may come all the time. */
  let excess = 0;
  let countedAt = performance.now();

  call.addEventListener(
    'voice-server-event',
    () => {
      quietSince = Date.now();
      asked = 0;
      const now = performance.now();
      excess = Math.max(0, excess - ((now - countedAt) / 1000) * MAX_PER_SECOND) + 1;
      countedAt = now;
      if (excess <= MAX_AT_ONCE + MAX_PER_SECOND) return;
      const message = `The service sent far more than ${MAX_PER_SECOND} events a second.`;
      void call.end('error', new VoiceError('server-error', message));
    },
    { signal },
  );

  return () => {
    const { state, attempt } = call;
    const now = Date.now();
    const isAnswering =
      state.status === 'live' && (state.turn === 'thinking' || state.turn === 'speaking');
    if (asked && now - asked > ANSWER_WITHIN_MS) {
      attempt?.line.connection?.giveUp('the service does not answer any more');
    } else if (!isAnswering && !asked) quietSince = now;
    // Where a filter keeps session events from the page, no answer would come.
    else if (
      !asked &&
      now - quietSince > QUIET_AFTER_MS &&
      attempt?.line.session?.type === 'session.created'
    ) {
      asked = now;
      attempt.line.send({ type: 'session.update', session: { type: 'realtime' } });
    }
  };
}
