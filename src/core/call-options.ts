/** What a call is made with. */
import type { Negotiate } from './negotiate.js';
import type { SessionUpdate } from './protocol.js';
import type { TokenSource } from './token-source.js';

export interface CallOptions {
  /** Gives a fresh client secret for each attempt, for example `endpoint('/token')`. */
  tokenSource: TokenSource;
  /** Where the offer is sent; default: where the token host says, else OpenAI. */
  callsUrl?: string | undefined;
  /** Replaces the HTTP exchange of offer and answer. */
  negotiate?: Negotiate | undefined;
  /** Sent as `session.update` as soon as the call is live. */
  session?: SessionUpdate | undefined;
  /** The agent speaks first. */
  greeting?: boolean | undefined;
  /** For networks that need a TURN server; default: what the token host says, else none. */
  iceServers?: RTCIceServer[] | undefined;
  /** Plays the agent's voice; default: an element outside the document. */
  audio?: HTMLAudioElement | undefined;
}
