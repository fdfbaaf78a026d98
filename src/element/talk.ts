/** What the element loads when a visitor shows intent: everything that a call needs. */
export { Call } from '../core/call.js';
export { attachTurnMetrics } from '../core/turn-metrics.js';
export { callOptions } from './call-options.js';
export { callParts } from './call-view.js';
export { callStyles } from './call-styles.js';
export { sentenceFor } from './error-sentences.js';
export { BarVisualizer } from './bar-visualizer.js';
