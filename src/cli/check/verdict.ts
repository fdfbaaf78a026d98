/**
 * What a check found, and how that is said. It knows no check. Words of the host go through
 * `quoted`, for they end up on somebody's terminal.
 */
import type { Answer } from './answer.js';

export interface Verdict {
  /** `skip`: it cannot be judged, because another check has failed. */
  readonly level: 'ok' | 'warn' | 'fail' | 'skip';
  readonly found: string;
  /** What the person who runs the host can do about it. */
  readonly advice?: string;
}

export const ok = (found: string): Verdict => ({ level: 'ok', found });
export const warn = (found: string, advice: string): Verdict => ({ level: 'warn', found, advice });
export const fail = (found: string, advice: string): Verdict => ({ level: 'fail', found, advice });
export const skip = (found: string): Verdict => ({ level: 'skip', found });

/** Who is held up, or meets an error, was not refused for what they sent. */
export function heldUp({ status, silence }: Answer): Verdict | undefined {
  if (status !== 0 && status !== 429 && status < 500) return undefined;
  return warn(
    `cannot be judged by ${silence ?? `HTTP ${status}`}`,
    'Try again where no limit and no error stands before it.',
  );
}

const labels = { ok: 'ok  ', warn: 'warn', fail: 'FAIL', skip: 'skip' } as const;

export function lineOf(name: string, { level, found, advice }: Verdict): string {
  return `${labels[level]}  ${name}: ${found}.${advice === undefined ? '' : ` ${advice}`}`;
}

export function summaryOf(verdicts: readonly Verdict[]): string {
  const count = (level: Verdict['level']) => verdicts.filter((each) => each.level === level).length;
  const warnings = count('warn');
  return `${count('ok')} ok, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${count('fail')} failed`;
}

/** Visible, short, and unable to move a cursor. */
export function quoted(text: string | null): string {
  if (text === null) return 'none';
  const visible = text.replace(/[^\x20-\x7e]/g, '?');
  return `"${visible.length > 60 ? `${visible.slice(0, 60)}…` : visible}"`;
}
