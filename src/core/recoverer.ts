/** What a call asks of somebody who keeps it alive beyond its connection. Types only. */
import type { Attempt } from './attempt.js';
import type { RecoveryCause } from './call-state.js';
import type { Line } from './line.js';
import type { ClientEvent } from './protocol.js';

/** How far it is; see the state `recovering`. */
export interface RecoveryStep {
  readonly attempt: number;
  readonly cause: RecoveryCause;
  readonly nextTryAt?: number | undefined;
}

export interface Recoverer {
  /** To be told of every event that was sent. */
  sent: (event: ClientEvent) => void;
  /** To be asked for events meanwhile. @returns whether it will be sent later */
  keep: (event: ClientEvent) => boolean;
  /**
   * A line to a session that knows the conversation.
   * @throws {VoiceError} `connection-lost` when there is none to be had; the call ends
   */
  recover: (attempt: Attempt, show: (step: RecoveryStep) => void) => Promise<Line>;
}
