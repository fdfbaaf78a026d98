/** What a visitor reads when something goes wrong: what happened, and what to do now. */
import type { VoiceError, VoiceErrorCode } from '../core/voice-error.js';
import type { Dictionary } from './strings.js';

/** In English. */
export const SENTENCES: Readonly<Record<VoiceErrorCode, string>> = {
  unsupported:
    'This browser cannot make voice calls. Please try a current Chrome, Edge, Firefox or Safari.',
  'insecure-context': 'Voice calls need a secure page. Please open this page with https.',
  'gesture-required': 'Please press the button to start.',
  busy: 'You are in a call on this page already. Please end it first.',
  'microphone-denied':
    'The microphone is not allowed. Allow it in your browser’s address bar, then try again.',
  'microphone-blocked-by-policy':
    'This website does not let the assistant use the microphone. Please tell the owner of this website.',
  'microphone-missing': 'No microphone was found. Please connect one, then try again.',
  'microphone-busy':
    'The microphone is in use elsewhere. Close the other program or tab, then try again.',
  'playback-blocked': 'Your browser has muted this page.',
  'token-unreachable': 'The assistant cannot be reached. Please try again in a moment.',
  'token-unauthorized': 'You may not use the assistant here. Please sign in, then try again.',
  'token-rate-limited': 'The assistant is busy. Please try again in a moment.',
  'token-invalid': 'The assistant is not set up correctly. Please tell the owner of this website.',
  'negotiation-rejected': 'The assistant did not take the call. Please try again in a moment.',
  'network-blocked':
    'This network does not let the call through. Try another network, such as your phone’s.',
  'connection-lost': 'The connection was lost. Please try again.',
  'session-expired': 'This call has reached its time limit. You can start another.',
  'quota-exceeded': 'The assistant is at its limit. Please try again later.',
  'server-error': 'The assistant has a problem. Please try again.',
  'tool-failed':
    'The assistant cannot do everything here that it should. Please tell the owner of this website.',
  'content-filtered': 'The assistant cannot talk about this. Please ask something else.',
};

/** Those of which the visitor is told otherwise, for as long as they last. */
export const noticed = new WeakSet<VoiceError>();

export function sentenceFor(error: VoiceError, words: Partial<Dictionary>): string {
  return noticed.has(error) ? '' : (words[error.code] ?? SENTENCES[error.code]);
}
