/**
 * What a developer is told of an error beside its message: a hint, whether the same visitor can simply
 * try again, and where to read on. `docs/errors.md` is written from it. It is loaded only with a report.
 */
import type { VoiceError, VoiceErrorCode } from '../voice-error.js';

/** The page of all codes, as the package brings it along; each code is an anchor. */
const PAGE = 'https://unpkg.com/voice-agent-element/docs/errors.md';

export interface ErrorHelp {
  readonly code: VoiceErrorCode;
  /** For the developer of the page: what to look at first. */
  readonly hint: string;
  /** Whether another try may succeed with nothing changed, or with what the visitor can change. */
  readonly retryable: boolean;
  /** URL of the documentation of this code. */
  readonly docs: string;
}

/** A `!` in front: another try cannot help until the page, its host or the browser is another one. */
const HINTS: Readonly<Record<VoiceErrorCode, string>> = {
  unsupported:
    '!The browser has no WebRTC, or a policy or an extension has switched it off. Offer another way, such as `phone` or `text-input`.',
  'insecure-context': '!Browsers give a microphone to https pages and to localhost only.',
  'gesture-required':
    'Call `start()` in the handler of a click or a key, or set `allow-programmatic-start`.',
  busy: 'Another element of the page has a call. End it, or set `concurrent`.',
  'microphone-denied':
    'The visitor, the browser or the system has refused the microphone; the address bar and the system’s privacy settings say which.',
  'microphone-blocked-by-policy':
    '!Send `Permissions-Policy: microphone=(self)`; an iframe needs `allow="microphone"` as well.',
  'microphone-missing':
    'The browser knows no input. On a phone, look whether another app holds it.',
  'microphone-busy':
    'The device could not be opened: another program has it, or its driver fails. The cause has the browser’s words.',
  'playback-blocked':
    'The browser wants a click before it plays sound; the element shows a button for it.',
  'token-unreachable':
    'The token host did not answer: look at its address, at CORS, and at `connect-src` of the page.',
  'token-unauthorized':
    '!The token host answered 401 or 403: is the visitor signed in, and are cookies sent?',
  'token-rate-limited':
    'The token host answered 429. `retryAfterMs` is how long it wants to be left alone.',
  'token-invalid':
    '!What the token host answered is no client secret: `npx voice-agent check URL` says what is missing.',
  'negotiation-rejected':
    'The service refused the offer; the message has its words. Often the secret has expired, or names a model that is not there.',
  'network-blocked':
    'Nothing gets through by UDP. `fallback="websocket"` goes another way; a TURN server (`iceServers`) over TCP 443 helps behind most firewalls, too.',
  'connection-lost':
    'The connection broke, and could not be made again. The statistics show how it was before.',
  'session-expired': 'The service ends sessions after a time; a new call begins a new one.',
  'quota-exceeded': 'The account with the service has no credit, or too many calls at once.',
  'server-error': 'The service reports an error; the message has its words.',
  'tool-failed':
    'A tool of the page, or of a remote server, is not well defined or does not answer.',
  'content-filtered': 'The service’s content filter has stopped an answer.',
};

export const ERROR_CODES = Object.keys(HINTS) as readonly VoiceErrorCode[];

export function helpFor({ code }: Pick<VoiceError, 'code'>): ErrorHelp {
  const hint = HINTS[code];
  return {
    code,
    hint: hint.replace(/^!/, ''),
    retryable: !hint.startsWith('!'),
    docs: `${PAGE}#${code}`,
  };
}
