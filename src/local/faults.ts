// Faults on demand: `?fault=secret-delay:2000,close-peer:1500` on either route. This table is all of
// them; nothing goes wrong by luck. It does not act: the routes and the call look here.
import { ApiError } from './http/api-error.js';

interface FaultKind {
  readonly argument: 'none' | 'ms' | 'status';
  /** The argument when it is left out. */
  readonly usual?: number;
  readonly what: string;
}

export const FAULTS = {
  'secret-delay': { argument: 'ms', usual: 2_000, what: 'the client secret comes late' },
  'secret-status': { argument: 'status', usual: 500, what: 'the client secret is refused' },
  'secret-html': { argument: 'none', what: 'a web page comes instead of the client secret' },
  'secret-malformed': { argument: 'none', what: 'the answer is cut off in the middle of its JSON' },
  'secret-hang': { argument: 'none', what: 'the client secret never comes' },
  'calls-delay': { argument: 'ms', usual: 2_000, what: 'the SDP answer comes late' },
  'calls-status': { argument: 'status', usual: 500, what: 'the call is refused' },
  'calls-hang': { argument: 'none', what: 'the SDP answer never comes' },
  'answer-malformed': { argument: 'none', what: 'the SDP answer is cut off' },
  'answer-html': { argument: 'none', what: 'a web page comes instead of the SDP answer' },
  'bad-fingerprint': { argument: 'none', what: 'the DTLS fingerprint is not ours: no connection' },
  'no-session-created': { argument: 'none', what: 'the channel opens and stays silent' },
  'close-channel': { argument: 'ms', usual: 1_000, what: 'the data channel is closed' },
  'close-peer': { argument: 'ms', usual: 1_000, what: 'the peer connection is closed' },
  crash: { argument: 'ms', usual: 1_000, what: "the call's process dies without a word" },
  expire: {
    argument: 'ms',
    usual: 1_000,
    what: 'the session expires: an error event, then the end',
  },
  'session-limit': {
    argument: 'ms',
    usual: 20_000,
    what: 'the session says that it lasts so long, and then expires',
  },
  quota: { argument: 'none', what: 'every response fails with insufficient_quota' },
  'content-filter': { argument: 'none', what: 'every answer is cut off by the content filter' },
  'mcp-fail': { argument: 'none', what: 'every call of a remote tool fails' },
  'mcp-list-fail': { argument: 'none', what: 'the tools of remote servers are never found' },
  'server-error': { argument: 'ms', usual: 1_000, what: 'an error event of type server_error' },
  'malformed-event': { argument: 'ms', usual: 1_000, what: 'messages that are no events' },
  'unknown-event': { argument: 'ms', usual: 1_000, what: 'an event that no client knows yet' },
  flood: { argument: 'ms', usual: 1_000, what: '2000 unknown events at once' },
  'long-flood': { argument: 'ms', usual: 1_000, what: '20000 events, 5000 a second' },
  'mute-output': { argument: 'none', what: 'the agent speaks, but only silence is sent' },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof FAULTS;
/** The chosen faults and their argument: milliseconds, a status, or 0. */
export type Faults = Readonly<Partial<Record<FaultName, number>>>;

const MAX_MS = 600_000;

/** Reads a `fault` query. Throws an ApiError for a fault that does not exist. */
export function parseFaults(query: string | null): Faults {
  const faults: Partial<Record<FaultName, number>> = {};
  for (const entry of (query ?? '').split(',').filter(Boolean)) {
    const [name = '', value] = entry.split(':');
    if (!Object.hasOwn(FAULTS, name)) {
      const names = Object.keys(FAULTS).join(', ');
      throw new ApiError(
        400,
        `There is no fault "${name}". There are: ${names}.`,
        'invalid_value',
        'fault',
      );
    }
    const kind: FaultKind = FAULTS[name as FaultName];
    const number = value === undefined ? (kind.usual ?? 0) : Number(value);
    const most = kind.argument === 'status' ? 599 : MAX_MS;
    const least = kind.argument === 'status' ? 400 : 0;
    if (!Number.isInteger(number) || number < least || number > most) {
      throw new ApiError(
        400,
        `The fault "${name}" takes a whole number from ${least} to ${most}.`,
        'invalid_value',
        'fault',
      );
    }
    faults[name as FaultName] = number;
  }
  return faults;
}
