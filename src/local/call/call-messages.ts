// What the front process and a call's process say to each other. Types only.
import type { Faults } from '../faults.js';
import type { SessionConfig } from '../session/session-config.js';

export interface CallRequest {
  readonly callId: string;
  /** Undefined for a session over a WebSocket, whose sound is in its events. */
  readonly offer:
    | undefined
    | {
        readonly sdp: string;
        /** Stream id of a negotiated data channel. */
        readonly dcid: number | undefined;
        /** The page is shown few events, as behind Azure's `webrtcfilter=on`. */
        readonly isFiltered?: boolean;
      };
  readonly config: SessionConfig;
  readonly faults: Faults;
  /** Origins of MCP servers on other machines that may be named. */
  readonly mcpAllow: readonly string[];
}

/** The socket that carries a call; every other number is a sideband of one. */
export const OWN_LINE = 0;

/** How a call ended: by somebody's wish, at its limit, or by the death of its process. */
export type HowEnded = 'closed' | 'expired' | 'died';

export type ToCall =
  | { readonly type: 'call'; readonly request: CallRequest }
  | { readonly type: 'hangup'; readonly callId: string }
  | { readonly type: 'attach'; readonly callId: string; readonly line: number }
  | { readonly type: 'detach'; readonly callId: string; readonly line: number }
  | {
      readonly type: 'message';
      readonly callId: string;
      readonly line: number;
      /** Undefined for one that was binary. */
      readonly text: string | undefined;
    };

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
  | {
      readonly type: 'message';
      readonly callId: string;
      readonly lines: readonly number[];
      readonly text: string;
    }
  /** A sideband that is no longer listened to. */
  | { readonly type: 'dropped'; readonly callId: string; readonly line: number }
  | {
      readonly type: 'ended';
      readonly callId: string;
      readonly reason: string;
      readonly how: HowEnded;
    };
