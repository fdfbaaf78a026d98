/** What a guardrail is: a function that reads what is being said and may object to it. */
import type { TranscriptItem } from '../transcript.js';

/**
 * Reads `text`, all that is known of a turn so far.
 * @returns nothing, or anything falsy, if it may be said; else why not, in words for the agent
 */
export type Guardrail = (text: string, context: GuardrailContext) => Verdict | Promise<Verdict>;

export type Verdict = string | { readonly reason: string } | false | null | undefined;

export interface GuardrailContext {
  /** The turn as it was when the guardrail was asked. */
  readonly item: TranscriptItem;
  /** Nothing will be added to it. */
  readonly final: boolean;
  /** Aborts when nobody needs the verdict any more, or it took too long. */
  readonly signal: AbortSignal;
}

export interface GuardrailOptions {
  /** How long a guardrail may take, in ms. Default 3000. */
  timeoutMs?: number | undefined;
  /**
   * What to make of a guardrail that throws, or takes too long. Default `pass`: what it would have
   * looked at goes on, since words that were heard cannot be taken back, and one broken function
   * would silence every call. `hit` is for those who rather say nothing than something unread.
   */
  onFailure?: 'pass' | 'hit' | undefined;
  /** What the agent is told, given a guardrail's reason. */
  message?: ((reason: string) => string) | undefined;
}

/** Longer reasons are cut: they go to the agent, who pays for every word. In characters. */
const LONGEST_REASON = 500;

/** Why not; `undefined` if it may be said. What is truthy in some other way objects without a word. */
export function reasonIn(verdict: unknown): string | undefined {
  if (!verdict) return undefined;
  const said = typeof verdict === 'object' && 'reason' in verdict ? verdict.reason : verdict;
  return typeof said === 'string' && said ? said.slice(0, LONGEST_REASON) : 'It is not allowed.';
}
