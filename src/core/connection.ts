/**
 * One WebRTC connection to a realtime service: the peer connection, its data channel and the audio
 * both ways. It reports what crosses the channel and when the other side is gone; it knows neither
 * microphones nor secrets nor what the events mean.
 */
import { OpenAIRealtimeWebRTC, WebRTCError } from 'openai/realtime/webrtc';
import { until } from './abort.js';
import type { Quality } from './call-state.js';
import type { ClientEvent, ServerEvent } from './protocol.js';
import { VoiceError } from './voice-error.js';

/** The steps of connecting, in the order in which they usually happen. */
export type ConnectionMilestone = 'offer' | 'answer' | 'ice' | 'dtls' | 'channel';

export interface ConnectionHandlers {
  onEvent: (event: ServerEvent) => void;
  onMilestone: (step: ConnectionMilestone) => void;
  onQuality: (quality: Quality) => void;
  /** The connection was up and is no more; it has been closed. At most once. */
  onLost: (error: VoiceError) => void;
}

/** Chromium gives up by itself after 15.2 s without a route; the channel opens within one more. */
const TRANSPORT_TIMEOUT_MS = 16_000;

/** The helper's own deadline must not cut a preparation short; ours are kept by `connect`. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** Chromium's limit for one message on a data channel. */
const MAX_EVENT_BYTES = 262_144;

export class Connection {
  readonly #rtc: OpenAIRealtimeWebRTC;
  readonly #transceiver: RTCRtpTransceiver;
  readonly #offer = Promise.withResolvers<string>();
  readonly #answer = Promise.withResolvers<string>();
  readonly #opened: Promise<void>;
  readonly #listening = new AbortController();
  #handlers: ConnectionHandlers | undefined;
  /** Set once the connection is up: what fails before that rejects `connect`. */
  #onLost: ((error: VoiceError) => void) | undefined;

  /**
   * Makes the offer at once, so that it is ready when the secret is; nothing leaves the page yet.
   * @throws {VoiceError} `unsupported` where there is no WebRTC, or no more of it.
   */
  constructor(iceServers?: RTCIceServer[]) {
    try {
      this.#rtc = new OpenAIRealtimeWebRTC({
        iceServers: iceServers ?? [],
        bundlePolicy: 'max-bundle',
      });
    } catch (error) {
      throw new VoiceError('unsupported', 'This browser cannot make a WebRTC connection.', {
        cause: error,
      });
    }
    // The microphone joins later, by replaceTrack: the offer does not wait for a permission.
    this.#transceiver = this.#peer.addTransceiver('audio', { direction: 'sendrecv' });
    this.#opened = this.#rtc.connect({
      timeoutMs: NO_TIMEOUT_MS,
      exchangeSdp: (offer) => {
        this.#offer.resolve(offer);
        return this.#answer.promise;
      },
    });
    this.#opened.catch((error: unknown) => {
      this.#offer.reject(error);
    });
    this.#offer.promise.catch(() => undefined);
  }

  /** The agent's voice. */
  get remoteTrack(): MediaStreamTrack {
    return this.#transceiver.receiver.track;
  }

  get receiver(): RTCRtpReceiver {
    return this.#transceiver.receiver;
  }

  /**
   * Exchanges the offer for an answer and waits until the connection and its channel are open.
   * @throws {VoiceError} `negotiation-rejected`, `network-blocked`, what `exchange` throws, or the
   *   signal's reason. The caller closes the connection.
   */
  async connect(
    exchange: (offer: string) => Promise<string>,
    handlers: ConnectionHandlers,
    signal: AbortSignal,
  ): Promise<void> {
    this.#handlers = handlers;
    this.#watch();
    const offer = await until(signal, this.#offer.promise);
    handlers.onMilestone('offer');
    this.#answer.resolve(await until(signal, exchange(offer)));
    handlers.onMilestone('answer');
    const transport = AbortSignal.any([signal, AbortSignal.timeout(TRANSPORT_TIMEOUT_MS)]);
    try {
      await until(transport, this.#opened);
      this.#onLost = handlers.onLost;
    } catch (error) {
      signal.throwIfAborted();
      const rejected = error instanceof WebRTCError && error.phase === 'answer';
      // The browser's own words may quote the whole answer, so they stay in the cause.
      throw rejected
        ? new VoiceError('negotiation-rejected', 'The service’s SDP answer is not usable.', {
            cause: error,
          })
        : new VoiceError(
            'network-blocked',
            'The realtime service answered, but no audio connection came about: a firewall may block UDP.',
            { cause: error },
          );
    }
  }

  /** Sends `track` from now on, without a new negotiation. */
  sendTrack(track: MediaStreamTrack): void {
    // It fails only on a closed connection, which has its own way of saying so.
    this.#transceiver.sender.replaceTrack(track).catch(() => undefined);
  }

  /** @throws {RangeError} for an event that would break the channel. */
  send(event: ClientEvent): void {
    const bytes = new TextEncoder().encode(JSON.stringify(event)).length;
    if (bytes > MAX_EVENT_BYTES) {
      throw new RangeError(`An event of ${bytes} bytes does not fit: ${MAX_EVENT_BYTES} at most.`);
    }
    this.#rtc.send(event);
  }

  /** Ends it, at any time and as often as one likes. Tracks that were given are left alone. */
  close(): void {
    this.#handlers = this.#onLost = undefined;
    this.#listening.abort();
    this.#rtc.close();
  }

  get #peer(): RTCPeerConnection {
    return this.#rtc.peerConnection;
  }

  /**
   * `connectionState` alone is not enough: when a server hangs up, the data channel and DTLS say so
   * within milliseconds and `connectionState` only after many seconds.
   */
  #watch(): void {
    const { signal } = this.#listening;
    const peer = this.#peer;
    this.#rtc.onEvent((event) => this.#handlers?.onEvent(event));
    this.#rtc.onConnectionEvent((event) => {
      if (event.type === 'closed') this.#lost(`The connection was closed (${event.reason}).`);
    });
    this.#rtc.dataChannel.addEventListener('open', () => this.#handlers?.onMilestone('channel'), {
      signal,
    });
    peer.addEventListener(
      'iceconnectionstatechange',
      () => {
        const state = peer.iceConnectionState;
        if (state === 'connected') this.#handlers?.onMilestone('ice');
        // "disconnected" is often over in seconds: the call is shown as unstable and kept.
        this.#handlers?.onQuality(state === 'disconnected' ? 'poor' : 'good');
      },
      { signal },
    );
    const watchDtls = () => {
      const dtls = this.#transceiver.sender.transport;
      dtls?.addEventListener(
        'statechange',
        () => {
          if (dtls.state === 'connected') this.#handlers?.onMilestone('dtls');
          if (dtls.state === 'closed' || dtls.state === 'failed') {
            this.#lost('The other side has left.');
          }
        },
        { signal },
      );
    };
    // The transport exists once the offer is set; before that there is nothing to listen to.
    void this.#offer.promise.then(watchDtls, () => undefined);
  }

  #lost(message: string): void {
    const onLost = this.#onLost;
    if (!onLost) return;
    this.close();
    onLost(new VoiceError('connection-lost', message));
  }
}
