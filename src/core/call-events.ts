/** The events of a call and their details; the element passes them on under the same names. */
import type { CallState, EndReason } from './call-state.js';
import type { ConnectMetrics, QualityMetrics, TurnMetrics } from './metrics.js';
import type { ServerEvent } from './protocol.js';
import type { TranscriptItem } from './transcript.js';
import type { ConnectionMilestone } from './transport.js';
import type { VoiceError } from './voice-error.js';

/** `voice-state-change` */
export interface VoiceStateChangeDetail {
  readonly state: CallState;
  readonly previous: CallState;
}

/** `voice-end`: once per start, when everything is released. */
export interface VoiceEndDetail {
  readonly reason: EndReason;
  readonly durationMs: number;
  readonly error?: VoiceError | undefined;
}

/** `voice-error`. A fatal one is followed by `voice-end`. */
export interface VoiceErrorDetail {
  readonly error: VoiceError;
  readonly fatal: boolean;
}

/** `voice-metrics`, all times in ms. */
export type VoiceMetricsDetail = ConnectMetrics | TurnMetrics | QualityMetrics;

/** Names and details of all events of a call. */
export interface CallEventDetails {
  'voice-state-change': VoiceStateChangeDetail;
  'voice-end': VoiceEndDetail;
  'voice-transcript': TranscriptItem;
  'voice-error': VoiceErrorDetail;
  /** A step of connecting is done, of the call's first connection or a later one. */
  'voice-milestone': ConnectionMilestone;
  'voice-metrics': VoiceMetricsDetail;
  'voice-server-event': ServerEvent;
}
