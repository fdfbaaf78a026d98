/**
 * One WebRTC connection to a realtime service: the peer connection, its data channel and the audio
 * both ways. It reports what crosses the channel and when the other side is gone; it knows neither
 * microphones nor secrets nor what the events mean.
 *
 * It owns the peer connection itself. `OpenAIRealtimeWebRTC` of the `openai` package, which could do
 * this, weighs 2.9 kB of the core's 8, fixes the channel's label and options, and makes its offer
 * only when it may also be sent.
 */
import { until, within } from './abort.js';
import type { ClientSecret } from './client-secret.js';
import type { ClientEvent, ServerEvent } from './protocol.js';
import type { ConnectionHandlers, Exchange, Transport } from './transport.js';
import { VoiceError } from './voice-error.js';

/** Chromium gives up by itself after 15.2 s without a route; the channel opens within one more. */
const TRANSPORT_TIMEOUT_MS = 16_000;

/** Who hangs up so soon after an outage has missed the visitor meanwhile. */
const SHAKY_MS = 3_000;

/** Chromium's limit for one message on a data channel; of others none may be longer either. */
export const MAX_EVENT_BYTES = 262_144;

export class Connection implements Transport {
  readonly #peer: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #transceiver: RTCRtpTransceiver;
  readonly #offer: Promise<string>;
  readonly #opened = Promise.withResolvers<undefined>();
  readonly #listening = new AbortController();
  #handlers: ConnectionHandlers | undefined;
  #isOpen = false;
  /** The network is away, or was until a moment ago. */
  #shakyUntil = 0;

  /**
   * Makes the offer at once, so that it is ready when the secret is; nothing leaves the page yet.
   * @throws {VoiceError} `unsupported` where there is no WebRTC, or no more of it.
   */
  constructor(iceServers: RTCIceServer[] = []) {
    try {
      this.#peer = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' });
    } catch (cause) {
      throw new VoiceError('unsupported', 'This browser cannot make a WebRTC connection.', {
        cause,
      });
    }
    // The microphone joins later, by replaceTrack: the offer does not wait for a permission.
    this.#transceiver = this.#peer.addTransceiver('audio');
    this.#channel = this.#peer.createDataChannel('oai-events');
    this.#opened.promise.catch(() => undefined);
    this.#offer = this.#makeOffer();
    this.#offer.catch(() => undefined);
    this.#watch();
  }

  get voice(): MediaStreamTrack {
    return this.#transceiver.receiver.track;
  }

  /** Exchanges the offer for an answer and waits until the connection and its channel are open. */
  async connect(
    exchange: Exchange,
    handlers: ConnectionHandlers,
    signal: AbortSignal,
    secret: ClientSecret,
  ): Promise<void> {
    this.#handlers = handlers;
    const offer = await until(signal, this.#offer);
    handlers.onMilestone('offer');
    const sdp = await until(signal, exchange(offer, secret));
    handlers.onMilestone('answer');
    try {
      await until(signal, this.#peer.setRemoteDescription({ type: 'answer', sdp }));
    } catch (cause) {
      signal.throwIfAborted();
      // The browser's own words quote the answer, so they stay in the cause.
      throw new VoiceError('negotiation-rejected', 'The SDP answer is not usable.', { cause });
    }
    await until(within(TRANSPORT_TIMEOUT_MS, signal), this.#opened.promise);
  }

  sendTrack(track: MediaStreamTrack): Promise<void> {
    // It fails only on a closed connection, which has its own way of saying so.
    return this.#transceiver.sender.replaceTrack(track).catch(() => undefined);
  }

  send(event: ClientEvent): void {
    this.#channel.send(serialize(event));
  }

  stats(): Promise<RTCStatsReport> {
    return this.#peer.getStats();
  }

  giveUp(how: string): void {
    this.#gone(how, false);
  }

  close(): void {
    this.#handlers = undefined;
    this.#listening.abort();
    this.#peer.close();
  }

  async #makeOffer(): Promise<string> {
    await this.#peer.setLocalDescription();
    // The transport exists from here on; before, there was nothing to listen to.
    const dtls = this.#transceiver.sender.transport;
    this.#on(dtls, 'statechange', () => {
      const state = dtls?.state;
      if (state === 'connected') this.#handlers?.onMilestone('dtls');
      if (state === 'closed' || state === 'failed') this.#gone(`DTLS ${state}`, state === 'closed');
    });
    return this.#peer.localDescription?.sdp ?? '';
  }

  /**
   * `connectionState` alone is not enough: when a server hangs up, the data channel and DTLS say so
   * within milliseconds and `connectionState` only after many seconds.
   */
  #watch(): void {
    const [peer, channel] = [this.#peer, this.#channel];
    const checkOpen = () => {
      if (peer.connectionState === 'failed') this.#gone('failed', false);
      if (peer.connectionState !== 'connected' || channel.readyState !== 'open') return;
      this.#isOpen = true;
      this.#opened.resolve(undefined);
    };
    this.#on(peer, 'connectionstatechange', checkOpen);
    this.#on(peer, 'iceconnectionstatechange', () => {
      const state = peer.iceConnectionState;
      if (state === 'connected') this.#handlers?.onMilestone('ice');
      // "disconnected" is often over in seconds: the call is shown as unstable and kept.
      const works = state !== 'disconnected' && state !== 'failed';
      if (!works) this.#shakyUntil = Infinity;
      else if (this.#shakyUntil === Infinity) this.#shakyUntil = performance.now() + SHAKY_MS;
      this.#handlers?.onQuality(works ? 'good' : 'poor');
    });
    this.#on(channel, 'open', () => {
      this.#handlers?.onMilestone('channel');
      checkOpen();
    });
    this.#on(channel, 'close', () => {
      this.#gone('channel closed', true);
    });
    this.#on(channel, 'message', (message) => {
      const event = parse((message as MessageEvent).data);
      if (event) this.#handlers?.onEvent(event);
    });
  }

  #on(target: EventTarget | null, type: string, listener: (event: Event) => void): void {
    target?.addEventListener(type, listener, { signal: this.#listening.signal });
  }

  #gone(how: string, hungUp: boolean): void {
    // Before it was open, whoever connects is told by the promise.
    this.#opened.reject(new Error(how));
    if (!this.#isOpen) return;
    const onLost = this.#handlers?.onLost;
    this.close();
    const error = new VoiceError('connection-lost', `The connection was lost: ${how}.`);
    onLost?.(error, hungUp && performance.now() > this.#shakyUntil);
  }
}

/** @throws {RangeError} for an event that is too large, whichever way it would go */
export function serialize(event: ClientEvent): string {
  const text = JSON.stringify(event);
  if (new Blob([text]).size > MAX_EVENT_BYTES) {
    throw new RangeError('An event has at most 256 KiB.');
  }
  return text;
}

/** An event, or `undefined` for anything else that a broken service may send. */
export function parse(data: unknown): ServerEvent | undefined {
  try {
    // Cut off, a longer one is none.
    const event = JSON.parse((data as string).slice(0, MAX_EVENT_BYTES)) as ServerEvent | null;
    return typeof event?.type === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
