// What the front process and a call's process say to each other. Types only.
import type { Faults } from '../faults.js';
import type { SessionConfig } from '../session/session-config.js';

export interface CallRequest {
  readonly callId: string;
  readonly sdp: string;
  readonly config: SessionConfig;
  readonly faults: Faults;
  /** Stream id of a negotiated data channel. */
  readonly dcid: number | undefined;
  /** Origins of MCP servers on other machines that may be named. */
  readonly mcpAllow: readonly string[];
}

export type ToCall =
  | { readonly type: 'call'; readonly request: CallRequest }
  | { readonly type: 'hangup'; readonly callId: string };

export type FromCall =
  /** It takes a call. */
  | { readonly type: 'ready' }
  /** It understands and speaks without a delay as well. */
  | { readonly type: 'warm' }
  | { readonly type: 'answer'; readonly callId: string; readonly sdp: string }
  | {
      readonly type: 'refused';
      readonly callId: string;
      readonly status: number;
      readonly code: string | null;
      readonly message: string;
    }
  | { readonly type: 'ended'; readonly callId: string; readonly reason: string };
