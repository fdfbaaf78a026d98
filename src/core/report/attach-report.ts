/**
 * Reports of a call, for pages without an element. It listens to the call from outside.
 */
import type { Call } from '../call.js';
import { readerOf } from '../health/statistics-reader.js';
import { writeReport, type CallReport, type Noted } from './write-report.js';

export { helpFor, type ErrorHelp } from './error-help.js';
export type { CallReport, Step, ReportedError } from './write-report.js';
export type { CallStatistics, Figures, Route } from './statistics.js';

/** As many events as tell of the last minutes. */
const MOST = 200;

export interface ReportOptions {
  /** Takes personal data out of a text, such as `redactPersonalData`. */
  readonly redact?: (text: string) => string;
}

/**
 * For this call object and all its starts.
 * @returns writes the report of the present call, or of the last one, at any time
 */
export function attachReport(
  call: Call,
  { redact }: ReportOptions = {},
): () => Promise<CallReport> {
  let noted: readonly Noted[] = [];
  const reader = readerOf(call);
  const note = ({ type: name, detail }: CustomEvent<object>) => {
    noted = [...noted.slice(1 - MOST), { at: performance.now(), name, detail }];
  };
  call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
    if (state.status !== 'connecting' || previous.status === 'connecting') return;
    noted = [];
  });
  call.addEventListener('voice-state-change', note);
  call.addEventListener('voice-error', note);
  return () => writeReport(noted, reader.last, redact);
}
