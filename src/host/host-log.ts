/**
 * What a host may say of a request. Nothing in it is secret, and it does not know where it goes.
 */
import type { Traces } from './guard.js';
import type { EndCause } from './live-calls.js';
import { HostProblem, type ProblemCode } from './problem.js';

export interface LogEntry extends Traces {
  readonly method: string;
  readonly status: number;
  /** What became of it, or why it was refused. */
  readonly outcome: 'minted' | 'called' | 'handed-over' | 'hang-up' | 'preflight' | ProblemCode;
  readonly ms: number;
  readonly provider: string;
  /** The agent that was chosen, where there are any. */
  readonly agent?: string;
  /** The call that began, or that a page asked to end: the first 12 digits of its id's SHA-256. */
  readonly call?: string;
  /** The limit that refused: `visitorPerMinute`, … */
  readonly limit?: string;
  /** The realtime service's status and code, where it refused. */
  readonly upstream?: { readonly status?: number; readonly code?: string };
  /** The name of an error that this host did not expect. Its message might hold anything. */
  readonly error?: string;
}

/** What became of a call, whether or not a request was about it. */
export interface CallLogEntry extends Pick<LogEntry, 'provider' | 'upstream' | 'error'> {
  /** `hang-up-failed` is tried again. After `given-up` it is not, and the call may go on for an hour. */
  readonly outcome: 'ended' | 'hang-up-failed' | 'given-up';
  readonly cause: EndCause;
  /** As in the entry that tells of its beginning. */
  readonly call: string;
  /** Since its beginning. */
  readonly ms: number;
  /** How often it was tried to hang up. */
  readonly tries: number;
  /** Why it failed. */
  readonly problem?: ProblemCode;
}

/** What the host did in a call beside its page. */
export interface HandoffLogEntry extends Pick<LogEntry, 'provider'> {
  /**
   * `handoff-failed`: the agent was told so, and the call goes on. `sideband-lost`: the service could
   * not be reached again, and no handoff of this call will come about.
   */
  readonly outcome: 'handed-over' | 'handoff-failed' | 'sideband-lost';
  /** The agent that was to take over. */
  readonly agent?: string;
  /** As in the entry that tells of the call's beginning. */
  readonly call: string;
  /** Since its beginning. */
  readonly ms: number;
}

/** What a log may hold of the reason for which something failed. */
export function tracesOf(reason: unknown): Pick<LogEntry, 'limit' | 'upstream' | 'error'> {
  if (!(reason instanceof HostProblem)) {
    return { error: reason instanceof Error ? reason.name : '?' };
  }
  const { limit, upstream } = reason.details;
  return { ...(upstream && { upstream }), ...(limit !== undefined && { limit }) };
}
