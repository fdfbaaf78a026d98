/** What the element loads to report what went wrong: it knows the calls that were, and not how they look. */
import { writeReport, type CallReport, type Noted } from '../core/report/write-report.js';
import type { ExtraProperties, Extras } from './extras.js';

/** @param noted what the page was told, redacted as it was */
export async function reportOf(
  { redact }: Pick<ExtraProperties, 'redact'>,
  noted: readonly Noted[],
  extras: Extras | undefined,
): Promise<CallReport> {
  return writeReport(noted, extras?.life.statistics, await redaction(redact));
}

async function redaction(redact: ExtraProperties['redact']) {
  if (redact !== true) return redact === false ? undefined : redact;
  const { redactPersonalData } = await import('./redaction-part.js');
  return redactPersonalData;
}
