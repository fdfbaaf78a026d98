/** What the element loads when nothing personal is to leave it. */
export { Outward } from '../core/redaction/outward.js';
export { redactPersonalData } from '../core/redaction/redact-personal-data.js';
