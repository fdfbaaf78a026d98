/** What the element loads early in a call, so that it is there before network or microphone go. */
import type { Call } from '../core/call.js';
import {
  attachMicrophoneWatch,
  type MicrophoneNotice,
} from '../core/microphone/attach-microphone-watch.js';
import {
  attachRecovery,
  type Recovery,
  type RecoveryOptions,
} from '../core/recovery/attach-recovery.js';
import type { VoiceError } from '../core/voice-error.js';

export interface CallNotice extends Pick<MicrophoneNotice, 'value'> {
  readonly word: MicrophoneNotice['word'] | 'server-error';
}

/**
 * Keeps the call, its microphone and its sound going.
 * @param onNotice the visitor is to be told something else, or nothing any more; of `error` in this way only
 */
export function keepAlive(
  call: Call,
  options: RecoveryOptions,
  onNotice: (notice?: CallNotice, error?: VoiceError) => void,
): Recovery {
  let ofMicrophone: CallNotice | undefined;
  let ofSound: CallNotice | undefined;
  attachMicrophoneWatch(call, (notice, error) => {
    ofMicrophone = notice;
    onNotice(notice ?? ofSound, error);
    const detail = { error, fatal: false };
    if (error) call.dispatchEvent(new CustomEvent('voice-error', { detail }));
  });
  void import('./health-part.js').then(
    ({ attachHealth }) => {
      attachHealth(call, (error) => {
        ofSound = error && { word: 'server-error' };
        onNotice(ofMicrophone ?? ofSound, error);
      });
    },
    () => undefined,
  );
  return attachRecovery(call, options);
}
