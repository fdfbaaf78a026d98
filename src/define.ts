/** Registers `<voice-agent>`: the only side effect of this package, and safe to run twice. */
import { VoiceAgentElement } from './element/voice-agent-element.js';

export type { VoiceAgentElement } from './element/voice-agent-element.js';
export type { VoiceAgentEventMap } from './element/dom-events.js';

if (customElements.get('voice-agent')) console.warn('<voice-agent> is defined twice.');
else customElements.define('voice-agent', VoiceAgentElement);
