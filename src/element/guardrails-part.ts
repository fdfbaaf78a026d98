/** What the element loads when a page looks at what is said. */
export { attachGuardrails } from '../core/guardrails/attach-guardrails.js';
export { attachInputGate } from '../core/guardrails/attach-input-gate.js';
