/**
 * Live calls in this process's memory: exact, and gone with the process. It does not know how a call
 * is ended.
 */
import {
  leaseMs,
  PLACE_MS,
  type CallTable,
  type EndCause,
  type LiveCall,
  type NewCall,
} from './live-calls.js';

interface Entry {
  dueAt: number;
  /** Missing for a place. */
  call?: LiveCall;
}

export function memoryCalls(): CallTable {
  // In the order of their beginning.
  const entries = new Map<string, Entry>();
  // The wall clock can jump.
  const now = () => performance.now();

  function lease(entry: Entry, call: LiveCall, cause: EndCause): LiveCall {
    const tries = call.tries + 1;
    entry.dueAt = now() + leaseMs(tries);
    return (entry.call = { ...call, cause, tries });
  }

  /** Those that nobody is ending, oldest first. */
  function callsOf(visitor: string | null): Entry[] {
    if (visitor === null) return [];
    return [...entries.values()].filter(
      ({ call }) => call?.visitor === visitor && call.tries === 0,
    );
  }

  function leaseAll(wanted: (entry: Entry) => boolean, cause?: EndCause): LiveCall[] {
    return [...entries.values()]
      .filter(wanted)
      .flatMap((entry) =>
        entry.call ? [lease(entry, entry.call, cause ?? entry.call.cause)] : [],
      );
  }

  function dropOldPlaces(): void {
    for (const [id, { call, dueAt }] of entries) {
      if (!call && dueAt <= now()) entries.delete(id);
    }
  }

  return {
    reserve(place, visitor, { total, perVisitor }) {
      dropOldPlaces();
      const replaces = callsOf(visitor).length >= perVisitor;
      if (entries.size >= total && !(visitor !== null && replaces)) return Promise.resolve(false);
      entries.set(place, { dueAt: now() + PLACE_MS });
      return Promise.resolve(true);
    },
    begin(place, { id, visitor, maxMs }: NewCall, perVisitor) {
      entries.delete(place);
      const call = { id, visitor, startedAt: Date.now(), cause: 'max-duration', tries: 0 } as const;
      entries.set(id, { dueAt: now() + maxMs, call });
      const own = callsOf(visitor);
      const surplus = new Set(own.slice(0, Math.max(0, own.length - perVisitor)));
      return Promise.resolve(leaseAll((entry) => surplus.has(entry), 'replaced'));
    },
    claim(id, visitor) {
      const entry = entries.get(id);
      const call = entry?.call;
      if (!entry || call?.visitor !== visitor) return Promise.resolve('unknown');
      return Promise.resolve(call.tries > 0 ? 'ending' : lease(entry, call, 'page'));
    },
    claimDue() {
      dropOldPlaces();
      const time = now();
      const calls = leaseAll(({ dueAt }) => dueAt <= time);
      const next = Math.min(...[...entries.values()].map(({ dueAt }) => dueAt));
      return Promise.resolve({ calls, ...(entries.size > 0 && { nextInMs: next - time }) });
    },
    claimRest: () => Promise.resolve(leaseAll(() => true, 'host-closed')),
    remove({ id }) {
      entries.delete(id);
      return Promise.resolve();
    },
  };
}
