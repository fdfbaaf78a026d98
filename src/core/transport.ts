/**
 * What a line needs of a connection, whichever way it goes: both voices, and the events of both sides.
 * `connection.ts` is the usual one, over WebRTC.
 */
import type { Quality } from './call-state.js';
import type { ClientSecret } from './client-secret.js';
import type { ClientEvent, ServerEvent } from './protocol.js';
import type { VoiceError } from './voice-error.js';

/** The steps of connecting, in the order in which they usually happen. `socket` is in place of the last three. */
export type ConnectionMilestone = 'offer' | 'answer' | 'ice' | 'dtls' | 'channel' | 'socket';

export interface ConnectionHandlers {
  onEvent: (event: ServerEvent) => void;
  onMilestone: (step: ConnectionMilestone) => void;
  onQuality: (quality: Quality) => void;
  /**
   * The connection was up and is no more; it has been closed. At most once.
   * @param hungUp by the other side, over a network that works
   */
  onLost: (error: VoiceError, hungUp: boolean) => void;
}

export type Exchange = (offer: string, secret: ClientSecret) => Promise<string>;

export interface Transport {
  /** The agent's voice as it arrives. */
  readonly voice: MediaStreamTrack;
  /**
   * Resolves when events go both ways.
   * @param exchange an offer (SDP) for an answer
   * @param secret for `exchange`, or for one that presents it itself. No function holds it beside its
   *   arguments: errors keep the functions that they came through for as long as they are kept.
   * @param onInstead another one is used from now on, and this one is closed
   * @throws {VoiceError} `negotiation-rejected`, or what `exchange` throws; or the signal's reason. Of
   *   anything else the network is taken for the cause. The caller closes the transport.
   */
  connect(
    exchange: Exchange,
    handlers: ConnectionHandlers,
    signal: AbortSignal,
    secret: ClientSecret,
    onInstead: (transport: Transport) => void,
  ): Promise<void>;
  /** Sends `track` from now on, without a new negotiation. Resolves when it does. */
  sendTrack(track: MediaStreamTrack): Promise<void>;
  /** @throws {RangeError} for an event that is too large */
  send(event: ClientEvent): void;
  /** What is known of the route and of what came over it. */
  stats(): Promise<RTCStatsReport>;
  /** For whoever sees that nothing comes any more, before the browser does. */
  giveUp(how: string): void;
  /** Ends it, at any time and as often as one likes. Tracks that were given are left alone. */
  close(): void;
}
