/** What the element loads early in a call, so that it is there before network or microphone go. */
import type { Call } from '../core/call.js';
import { attachHealth } from '../core/health/attach-health.js';
import { attachMicrophoneWatch } from '../core/microphone/attach-microphone-watch.js';
import { attachRecovery, type RecoveryOptions } from '../core/recovery/attach-recovery.js';
import type { VoiceError } from '../core/voice-error.js';
import type { Note } from './annotations.js';
import type { Notice } from './notice.js';
import { RECOVERY_ENGLISH, type Dictionary } from './strings.js';

export interface KeptAlive {
  /** Of the present call, or the last one. */
  readonly statistics: RTCStatsReport | undefined;
  /** Where the call went on over another connection. Each is the same object as long as it says the same. */
  notes(known: Partial<Dictionary>): readonly Note[];
}

/**
 * Keeps the call, its microphone and its sound going.
 * @param onNotice the visitor is to be told something else, or nothing any more; of `error` in this way only
 */
export function keepAlive(
  call: Call,
  options: RecoveryOptions,
  onNotice: (notice?: Notice, error?: VoiceError) => void,
): KeptAlive {
  let ofMicrophone: Notice | undefined;
  let ofSound: Notice | undefined;
  attachMicrophoneWatch(call, (notice, error) => {
    const words: Partial<Dictionary> = RECOVERY_ENGLISH;
    ofMicrophone = notice && { ...notice, english: words[notice.word] };
    onNotice(ofMicrophone ?? ofSound, error);
    if (error) call.dispatch('voice-error', { error, fatal: false });
  });
  const health = attachHealth(call, (error) => {
    ofSound = error && { word: 'server-error' };
    onNotice(ofMicrophone ?? ofSound, error);
  });
  const recovery = attachRecovery(call, options);
  const notes = new WeakMap<object, Note>();
  return {
    get statistics() {
      return health.statistics;
    },
    notes: (known) => {
      const { recovered: text } = { ...RECOVERY_ENGLISH, ...known };
      return recovery.seams.map((seam) => {
        let note = notes.get(seam);
        if (note?.text !== text) notes.set(seam, (note = { after: seam.after, text }));
        return note;
      });
    },
  };
}
