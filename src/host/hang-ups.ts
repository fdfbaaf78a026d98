/**
 * Ends calls: those it is given, and those whose time is up, again and again until the service says
 * that they are over. It does not know who may end which; the table says which are due.
 */
import { withDeadline } from './deadline.js';
import { tracesOf, type CallLogEntry } from './host-log.js';
import { digest } from './limits.js';
import { leaseMs, type CallTable, type LiveCall } from './live-calls.js';
import { HostProblem } from './problem.js';
import type { CallService } from './provider.js';

export interface HangUps {
  /**
   * Tries once, now. What fails is logged, and tried again when the call is due again, unless this
   * is the last time that anybody knows of it.
   */
  end(call: LiveCall, last?: boolean): Promise<void>;
  /** Tries once to end every call whose time is up. */
  endOverdue(): Promise<void>;
  /** To be told of a call that is due in so many ms, for else nobody may look in time. */
  look(inMs: number): void;
  /** No more timers. Tries to end what no other host would; within about six seconds. */
  close(): Promise<void>;
}

interface Parts {
  calls: Pick<CallService, 'hangUp'>;
  table: CallTable;
  log: (entry: Omit<CallLogEntry, 'provider'>) => void;
}

/** Shorter than the first lease. */
const HANG_UP_MS = 4_000;
/** The table is asked no more often than that. */
const LOOK_MS = 1_000;
/** A timer may fire a little early, and would find nothing. */
const EARLY_MS = 5;
/** With the pauses between them about half an hour. The service ends what is left, after an hour in all. */
const MAX_TRIES = 32;
/** A table of one's own may never answer. */
const TABLE_MS = 2_000;

export function createHangUps({ calls, table, log }: Parts): HangUps {
  const running = new Set<Promise<void>>();
  let timer: { at: number; id: ReturnType<typeof setTimeout> } | undefined;
  let lookedAt = -Infinity;
  let closed = false;

  function look(inMs: number): void {
    if (closed) return;
    const time = performance.now();
    const at = Math.max(time + inMs + EARLY_MS, lookedAt + LOOK_MS);
    if (timer && timer.at <= at) return;
    clearTimeout(timer?.id);
    const id = setTimeout(() => void endOverdue(), at - time);
    // A process with nothing else to do may end.
    if (typeof id === 'object') id.unref();
    timer = { at, id };
  }

  async function claimDue(): Promise<readonly LiveCall[]> {
    clearTimeout(timer?.id);
    timer = undefined;
    lookedAt = performance.now();
    try {
      const { calls: due, nextInMs } = await fromTable(() => table.claimDue());
      if (nextInMs !== undefined) look(nextInMs);
      return due;
    } catch {
      look(LOOK_MS);
      return [];
    }
  }

  async function endOverdue(): Promise<void> {
    await Promise.all((await claimDue()).map((call) => end(call)));
  }

  async function hangUp(call: LiveCall, last: boolean): Promise<void> {
    const { id, cause, tries, startedAt } = call;
    const failure = await withDeadline(
      HANG_UP_MS,
      (signal) => calls.hangUp(id, signal),
      () => new HostProblem('provider-timeout'),
    ).then(
      () => undefined,
      (error: unknown) => ({
        ...(error instanceof HostProblem && { problem: error.code }),
        ...tracesOf(error),
      }),
    );
    const gaveUp = failure && (last || tries >= MAX_TRIES);
    if (!failure || gaveUp) await forget(call);
    else look(leaseMs(tries));
    log({
      outcome: gaveUp ? 'given-up' : failure ? 'hang-up-failed' : 'ended',
      cause,
      call: await callTrace(id),
      ms: Math.max(0, Date.now() - startedAt),
      tries,
      ...failure,
    });
  }

  async function forget(call: LiveCall): Promise<void> {
    // Who cannot forget it ends it once more, which does no harm.
    await fromTable(() => table.remove(call)).catch(() => undefined);
  }

  async function end(call: LiveCall, last = false): Promise<void> {
    const ended = hangUp(call, last);
    running.add(ended);
    await ended.finally(() => running.delete(ended));
  }

  // What another host left behind is looked for at once.
  look(0);
  return {
    end,
    endOverdue,
    look,
    async close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer?.id);
      const rest = await fromTable(() => table.claimRest()).catch(() => []);
      await Promise.all([...running, ...rest.map((call) => end(call, true))]);
    },
  };
}

/** What a log calls a call: whoever knows its id may end it, where visitors are anonymous. */
export async function callTrace(id: string): Promise<string> {
  return (await digest(id)).slice(0, 12);
}

function fromTable<T>(ask: () => Promise<T>): Promise<T> {
  return withDeadline(TABLE_MS, ask, () => new HostProblem('internal'));
}
