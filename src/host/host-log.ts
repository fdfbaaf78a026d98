/**
 * What a host may say of a request. Nothing in it is secret, and it does not know where it goes.
 */
import type { Traces } from './guard.js';
import { HostProblem, type ProblemCode } from './problem.js';

export interface LogEntry extends Traces {
  readonly method: string;
  readonly status: number;
  /** What became of it, or why it was refused. Health checks are not logged. */
  readonly outcome: 'minted' | 'preflight' | 'health' | ProblemCode;
  readonly ms: number;
  readonly provider: string;
  /** The agent that was chosen, where there are any. */
  readonly agent?: string;
  /** The limit that refused: `visitorPerMinute`, … */
  readonly limit?: string;
  /** The realtime service's status and code, where it refused. */
  readonly upstream?: { readonly status?: number; readonly code?: string };
  /** The name of an error that this host did not expect. Its message might hold anything. */
  readonly error?: string;
}

/** What a log may hold of the reason for which a request was refused. */
export function tracesOf(reason: unknown): Pick<LogEntry, 'limit' | 'upstream' | 'error'> {
  if (!(reason instanceof HostProblem)) {
    return { error: reason instanceof Error ? reason.name : '?' };
  }
  const { limit, upstream } = reason.details;
  return { ...(upstream && { upstream }), ...(limit !== undefined && { limit }) };
}
