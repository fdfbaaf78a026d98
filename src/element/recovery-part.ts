/** What the element loads early in a call, so that it is there before network or microphone go. */
export { attachRecovery } from '../core/recovery/attach-recovery.js';
export { attachMicrophoneWatch } from '../core/microphone/attach-microphone-watch.js';
