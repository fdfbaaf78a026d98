/** What the element loads when a visitor shows intent: everything that a call needs. */
export { extrasOf } from './extras.js';
export { CALL_OPTIONS, makeCall } from './make-call.js';
export { claimPage } from './page-life.js';
export { CALL_EVENTS } from './dom-events.js';
export { callParts } from './call-view.js';
export { callStyles } from './call-styles.js';
export { sentenceFor } from './error-sentences.js';
export { Drawing } from './drawing.js';
