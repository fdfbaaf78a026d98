/**
 * What a visitor reads in English when something goes wrong: what happened, and what to do now. It is
 * loaded with the first error; other languages bring these sentences along.
 */
import type { VoiceErrorCode } from '../core/voice-error.js';
import { FIRST_SENTENCES } from './first-sentences.js';

export const SENTENCES: Readonly<Record<VoiceErrorCode, string>> = {
  ...FIRST_SENTENCES,
  unsupported:
    'This browser cannot make voice calls. Please try a current Chrome, Edge, Firefox or Safari.',
  'insecure-context': 'Voice calls need a secure page. Please open this page with https.',
  'gesture-required': 'Please press the button to start.',
  busy: 'You are in a call on this page already. Please end it first.',
  'microphone-blocked-by-policy':
    'This website does not let the assistant use the microphone. Please tell the owner of this website.',
  'microphone-missing': 'No microphone was found. Please connect one, then try again.',
  'microphone-busy':
    'The microphone is in use elsewhere. Close the other program or tab, then try again.',
  'playback-blocked': 'Your browser has muted this page.',
  'token-unauthorized': 'You may not use the assistant here. Please sign in, then try again.',
  'token-rate-limited': 'The assistant is busy. Please try again in a moment.',
  'token-invalid': 'The assistant is not set up correctly. Please tell the owner of this website.',
  'negotiation-rejected': 'The assistant did not take the call. Please try again in a moment.',
  'session-expired': 'This call has reached its time limit. You can start another.',
  'quota-exceeded': 'The assistant is at its limit. Please try again later.',
  'tool-failed':
    'The assistant cannot do everything here that it should. Please tell the owner of this website.',
  'content-filtered': 'The assistant cannot talk about this. Please ask something else.',
};
