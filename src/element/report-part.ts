/** What the element loads to report what went wrong: it knows the calls that were, and not how they look. */
import type { Call } from '../core/call.js';
import { writeReport, type CallReport, type Noted } from '../core/report/write-report.js';
import type { ExtraProperties, Extras } from './extras.js';

/** @param noted what the page was told, redacted as it was */
export async function reportOf(
  { redact }: Pick<ExtraProperties, 'redact'>,
  noted: readonly Noted[],
  call: Call | undefined,
  extras: Extras | undefined,
): Promise<CallReport> {
  const { connection } = call?.attempt?.line ?? {};
  const stats = call?.state.status === 'live' ? connection?.stats() : connection?.lastStats;
  return writeReport(noted, stats ?? extras?.lastStats, await redaction(redact));
}

async function redaction(redact: ExtraProperties['redact']) {
  if (redact !== true) return redact === false ? undefined : redact;
  const { redactPersonalData } = await import('./redaction-part.js');
  return redactPersonalData;
}
