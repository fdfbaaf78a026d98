/** What the element loads in a call to look after its connection. */
export { attachHealth } from '../core/health/attach-health.js';
