/**
 * What keeps a call alive beyond its connection, what ends it in time, and what the visitor is told of
 * either in passing. How that is done is known by parts that are loaded beside the call.
 */
import type { Call } from '../core/call.js';
import type { EndReason } from '../core/call-state.js';
import type { Limits } from '../core/limits/attach-limits.js';
import type { RecoveryOptions } from '../core/recovery/attach-recovery.js';
import type { VoiceError } from '../core/voice-error.js';
import type { Note } from './annotations.js';
import { countDown } from './count-down.js';
import { noticed } from './error-sentences.js';
import { FIRST_SENTENCES } from './first-sentences.js';
import { filled } from './filled.js';
import type { Notice } from './notice.js';
import type { KeptAlive } from './recovery-part.js';
import type { Dictionary } from './strings.js';

export interface CallLife {
  /** Resolves when the call ends where the page wants that. */
  readonly limited: Promise<void>;
  /** As the browser last told of the connection. */
  readonly statistics: RTCStatsReport | undefined;
  /** Where the call went on over another connection. Each is the same object every time. */
  notes(known: Partial<Dictionary>): readonly Note[];
  /** What the visitor is told now, on screen and read out. */
  notice(known: Partial<Dictionary>, lang: string): { shown: string; spoken: string } | undefined;
  /** How the call has ended, where a limit has done it. */
  ending(reason: EndReason, known: Partial<Dictionary>): string | undefined;
}

/** Errors that are over with the next answer. */
const PASSING = /^(server-error|quota|content)/;

export function lookAfter(
  call: Call,
  page: HTMLElement & Limits & RecoveryOptions,
  redraw: () => void,
): CallLife {
  let kept: KeptAlive | undefined;
  let limits: typeof import('./limits-part.js') | undefined;
  let ofCall: Notice | undefined;
  let ofEnd: Notice | undefined;

  // Not waited for: a call begins without it, and loses its network later. Where it cannot be had, the
  // call ends with its connection.
  import('./recovery-part.js').then(
    ({ keepAlive }) => {
      kept = keepAlive(call, page, (notice, error) => {
        ofCall = notice;
        if (error) noticed.add(error);
        redraw();
      });
    },
    () => undefined,
  );
  call.addEventListener('voice-state-change', ({ detail: { state } }) => {
    const { attempt } = call;
    if (attempt && state.status === 'recovering' && state.nextTryAt)
      countDown(state.nextTryAt, attempt.signal, redraw);
  });

  let failed: VoiceError | undefined;
  let last: string | undefined;
  call.addEventListener('voice-error', ({ detail: { error } }) => {
    failed = error;
    last = call.items.at(-1)?.id;
  });
  call.addEventListener('voice-transcript', ({ detail: { id, role, final } }) => {
    // Whoever is answered again has no use of "Please try again".
    const isAnother = role === 'agent' && final && id !== last;
    if (!isAnother || !failed || !PASSING.test(failed.code)) return;
    noticed.add(failed);
    redraw();
  });

  const limit = async () => {
    const { maxDuration, idleTimeout } = page;
    if (!maxDuration && !idleTimeout) return;
    limits = await import('./limits-part.js');
    limits.limitCall(call, page, { maxDuration, idleTimeout }, (notice) => {
      ofEnd = notice && { spoken: notice.value, ...ofEnd, ...notice };
      redraw();
    });
  };

  return {
    limited: limit(),
    get statistics() {
      return kept?.statistics;
    },
    notes: (known) => kept?.notes(known) ?? [],
    notice(known, lang) {
      const notice = ofEnd ?? ofCall;
      if (!notice) return undefined;
      const { word, english, value, spoken = value } = notice;
      const words = known[word] ?? english ?? FIRST_SENTENCES[word as keyof typeof FIRST_SENTENCES];
      return { shown: filled(words, value, lang), spoken: filled(words, spoken, lang) };
    },
    ending: (reason, known) => limits?.limitReached(reason, known),
  };
}
