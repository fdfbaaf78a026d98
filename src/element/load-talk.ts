/** Fetches what a call needs, once for all elements of a page, at the first sign of intent. */
import { VoiceError } from '../core/voice-error.js';

export type Talk = typeof import('./talk.js');

let talk: Promise<Talk> | undefined;

/** @throws {VoiceError} `network-blocked`; the next call tries again */
export function loadTalk(): Promise<Talk> {
  talk ??= import('./talk.js').catch((cause: unknown) => {
    talk = undefined;
    throw new VoiceError('network-blocked', 'The widget did not load.', { cause });
  });
  return talk;
}
