/**
 * Puts together what a developer needs to see what went wrong in a call: versions, the way there, the
 * error, the route. Neither secrets nor what was said are in it. It listens to nothing; what happened it
 * is given.
 */
import type { CallState } from '../call-state.js';
import { mayUseMicrophone, microphonePermission } from '../../media/microphone.js';
import type { VoiceError } from '../voice-error.js';
import { helpFor, type ErrorHelp } from './error-help.js';
import { statisticsOf, type CallStatistics } from './statistics.js';
import { VERSION } from './version.js';

/** Longest text that is taken over. */
const LONGEST = 500;

/** Something that happened, on the clock of `performance.now()`. */
export interface Noted {
  readonly at: number;
  /** Of the event: `voice-state-change`, `voice-error`, …; others are left out. */
  readonly name: string;
  readonly detail: object;
}

export interface ReportedError extends ErrorHelp {
  readonly message: string;
  readonly cause?: string | undefined;
}

/** One line of the way there; `ms` counts from the first. */
export type Step = Readonly<Record<string, unknown>> & { readonly ms: number };

/** Everything in it may be shown to anybody. It is made of what JSON can hold. */
export interface CallReport {
  /** ISO 8601. */
  readonly written: string;
  readonly versions: { readonly 'voice-agent-element': string; readonly browser: string };
  /** What the browser and its policies allow here. */
  readonly page: Readonly<Record<string, unknown>>;
  readonly timeline: readonly Step[];
  /** The last one that was reported. */
  readonly error?: ReportedError | undefined;
  readonly statistics?: CallStatistics | undefined;
}

/**
 * @param stats the last that are known
 * @param redact takes personal data out of a text
 */
export async function writeReport(
  noted: readonly Noted[],
  stats?: RTCStatsReport,
  redact: (text: string) => string = (text) => text,
): Promise<CallReport> {
  const clean = (text: string) => withoutSecrets(redact(text)).slice(0, LONGEST);
  const error = noted.map(errorOf).findLast(Boolean);
  return {
    written: new Date().toISOString(),
    versions: { 'voice-agent-element': VERSION, browser: navigator.userAgent },
    page: await conditions(),
    timeline: timeline(noted),
    error: error && describe(error, clean),
    statistics: stats && statisticsOf(stats),
  };
}

function describe(error: VoiceError, clean: (text: string) => string): ReportedError {
  const { message, cause } = error;
  return {
    ...helpFor(error),
    message: clean(message),
    cause:
      cause instanceof Error ? clean(`${cause.name}: ${withoutSdp(cause.message)}`) : undefined,
  };
}

/** Browsers quote the line that they do not understand: it may be a password, or an address. */
function withoutSdp(text: string): string {
  return text.replace(/\b[a-z]=\S+/g, '…');
}

function errorOf({ name, detail }: Noted): VoiceError | undefined {
  return name === 'voice-error' ? (detail as { error: VoiceError }).error : undefined;
}

function timeline(noted: readonly Noted[]): Step[] {
  const begin = noted[0]?.at ?? performance.now();
  const events = noted.flatMap((one) => {
    const state = (one.detail as { state?: CallState }).state;
    const error = errorOf(one);
    if (error) return [{ at: one.at, error: error.code }];
    return one.name === 'voice-state-change' && state ? [{ at: one.at, ...plain(state) }] : [];
  });
  // As the browser has kept them; of another call of the page those would be before.
  const steps = performance
    .getEntriesByType('measure')
    .filter(({ name, startTime }) => name.startsWith('voice-agent:') && startTime >= begin - 1_000)
    .map(({ name, startTime, duration }) => ({
      at: startTime + duration,
      step: name.replace('voice-agent:', ''),
      tookMs: Math.round(duration),
    }));
  return [...events, ...steps]
    .sort((one, other) => one.at - other.at)
    .map(({ at, ...rest }) => ({ ms: Math.round(at - begin), ...rest }));
}

/** A state without what is told elsewhere, or is an object. */
function plain(state: CallState): Readonly<Record<string, unknown>> {
  const values = Object.entries(state).flatMap(([name, value]: [string, unknown]) => {
    if (value instanceof Set) return [[name, [...value]]];
    if (typeof value === 'number') return [[name, Math.round(value)]];
    return typeof value === 'object' || value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(values) as Readonly<Record<string, unknown>>;
}

async function conditions(): Promise<Readonly<Record<string, unknown>>> {
  const { onLine, connection } = navigator as Navigator & {
    connection?: { effectiveType?: string };
  };
  return {
    secureContext: globalThis.isSecureContext,
    framed: globalThis.top !== globalThis.self,
    visible: globalThis.document.visibilityState,
    language: navigator.language,
    webRTC: 'RTCPeerConnection' in globalThis,
    microphoneAllowedByPolicy: mayUseMicrophone(),
    microphonePermission: (await microphonePermission())?.state,
    online: onLine,
    network: connection?.effectiveType,
  };
}

/** Client secrets, keys and tokens, wherever an error quotes them; and what follows a `?` in an address. */
function withoutSecrets(text: string): string {
  return text
    .replace(/\b(ek_|sk-|eyJ)[\w.-]{6,}/g, '[secret]')
    .replace(/\bBearer\s+\S+/gi, 'Bearer [secret]')
    .replace(/(https?:\/\/[^\s?#]*)[?#]\S*/g, '$1?…');
}
