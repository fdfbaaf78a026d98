/** What the element loads where the page limits a call: whoever uses its buttons is not idle. */
import type { Call } from '../core/call.js';
import type { EndReason } from '../core/call-state.js';
import { attachLimits, type Limits } from '../core/limits/attach-limits.js';
import type { Notice } from './notice.js';
import { LIMITS_ENGLISH, type Strings } from './strings.js';

const ENDINGS: Readonly<Partial<Record<EndReason, keyof typeof LIMITS_ENGLISH>>> = {
  idle: 'endedIdle',
  'max-duration': 'endedByTime',
};

/** In words, if a limit has ended the call. */
export function limitReached(reason: EndReason, known: Partial<Strings>): string | undefined {
  const word = ENDINGS[reason];
  return word && { ...LIMITS_ENGLISH, ...known }[word];
}

/** @param onNotice the visitor is to be told that the end is near, or is not */
export function limitCall(
  call: Call,
  page: HTMLElement,
  { maxDuration, idleTimeout }: Limits,
  onNotice: (notice?: Notice) => void,
): void {
  const touch = attachLimits(call, { maxDuration, idleTimeout }, (value) => {
    const { endsSoon: english } = LIMITS_ENGLISH;
    onNotice(value === undefined ? undefined : { word: 'endsSoon', english, value });
  });
  let watching = new AbortController();
  call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
    if (state.status === previous.status) return;
    watching.abort();
    if (state.status !== 'live') return;
    watching = new AbortController();
    for (const name of ['keydown', 'pointerdown'])
      page.addEventListener(name, touch, { signal: watching.signal });
  });
}
