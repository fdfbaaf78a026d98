/** The element's class, the core and all types. Importing it registers nothing. */
export * from './core/index.js';
export { VoiceAgentElement } from './element/voice-agent-element.js';
export type { VoiceAgentEventDetails, VoiceAgentEventMap } from './element/dom-events.js';
export type { Strings } from './element/strings.js';
