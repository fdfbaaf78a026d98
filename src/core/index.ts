/** A voice call without an element: `voice-agent-element/core`. */
export { Call } from './call.js';
export type { CallOptions } from './call-options.js';
export { endpoint, type EndpointOptions, type TokenSource } from './token-source.js';
export type { AgentChoice } from './token-request.js';
export { relay } from './relay.js';
export { postOffer, type Answer, type Negotiate } from './negotiate.js';
export { attachWarmUp } from './warm-up.js';
export { VoiceError, type VoiceErrorCode } from './voice-error.js';
export type {
  CallState,
  ConnectStep,
  EndReason,
  Quality,
  RecoveryCause,
  Turn,
} from './call-state.js';
export type {
  CallEventDetails,
  VoiceEndDetail,
  VoiceErrorDetail,
  VoiceMetricsDetail,
  VoiceStateChangeDetail,
} from './call-events.js';
export type { ClientSecret } from './client-secret.js';
export type { ConnectMetrics, QualityMetrics, TurnMetrics } from './metrics.js';
export { attachConnectMetrics } from './connect-metrics.js';
export { attachTurnMetrics } from './turn-metrics.js';
export type { ClientEvent, ServerEvent, SessionUpdate } from './protocol.js';
export type { TranscriptItem } from './transcript.js';
