/** What the element loads early in a call, so that it is there before the network goes. */
export { attachRecovery } from '../core/recovery/attach-recovery.js';
