// One WebRTC peer: answers an offer, then carries Opus packets and channel messages both ways. It
// knows neither codec nor protocol. Whoever made it closes it.
import { networkInterfaces } from 'node:os';
import nodeDataChannel, {
  type DataChannel,
  type Direction,
  type PeerConnection,
  type Track,
} from 'node-datachannel';
import { ApiError } from '../http/api-error.js';
import type { MediaDirection, Offer } from './offer.js';
import { isSenderReport, ReceiverReport } from './receiver-report.js';
import { parseRtp, RtpWriter, SequenceGuard } from './rtp.js';

export interface PeerEvents {
  /** The channel is open; without one in the offer, the connection is up. */
  onOpen(): void;
  onMessage(text: string): void;
  /** A message that is binary or too long, in bytes. */
  onRefusedMessage(bytes: number): void;
  /** One Opus packet, and how many before it never came. */
  onAudio(packet: Buffer, lost: number): void;
  /** The peer is gone or was never reached; the last event. */
  onClosed(reason: string): void;
}

export interface PeerOptions {
  readonly offer: Offer;
  /** Stream id of the data channel that both sides agreed on beforehand. */
  readonly negotiatedChannel: number | undefined;
  readonly events: PeerEvents;
}

/** Long enough for an event with a picture; longer ones are refused with an error event. */
const MAX_MESSAGE_BYTES = 256 * 1024;
/** More than this waiting to be sent means that nobody reads. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
const GATHERING_MS = 5_000;

/** The answer mirrors the offer; a mismatch makes the browser refuse it. */
const MIRROR: Record<MediaDirection, Direction> = {
  sendrecv: 'SendRecv',
  sendonly: 'RecvOnly',
  recvonly: 'SendOnly',
  inactive: 'Inactive',
};

const onlyLoopback = (): boolean =>
  !Object.values(networkInterfaces()).some((list) => list?.some((address) => !address.internal));

/**
 * A browser on this machine reaches us by 127.0.0.1 also where its network addresses do not lead
 * back here (a firewall, a VPN), so that way is offered beside the machine's own addresses.
 */
function withLoopback(sdp: string): string {
  const lines = sdp.split('\r\n');
  const host = lines.find((line) => /^a=candidate:.* UDP .* typ host/i.test(line));
  const port = host?.split(' ')[5];
  if (!host || lines.some((line) => line.includes(' 127.0.0.1 '))) return sdp;
  return lines
    .flatMap((line) =>
      line === host ? [line, `a=candidate:9 1 UDP 1677729535 127.0.0.1 ${port} typ host`] : [line],
    )
    .join('\r\n');
}

export class Peer {
  #connection: PeerConnection;
  #events: PeerEvents;
  #track: Track | undefined;
  #channel: DataChannel | undefined;
  #writer: RtpWriter | undefined;
  #guard = new SequenceGuard();
  #closed = false;

  /** Throws an ApiError for an offer that the library refuses. */
  constructor({ offer, negotiatedChannel, events }: PeerOptions) {
    this.#events = events;
    this.#connection = new nodeDataChannel.PeerConnection('call', {
      iceServers: [],
      maxMessageSize: MAX_MESSAGE_BYTES,
      disableAutoNegotiation: true,
      ...(onlyLoopback() ? { bindAddress: '127.0.0.1' } : {}),
    });
    try {
      this.#connection.onStateChange(this.#safely((state) => this.#changed(state)));
      this.#connection.onDataChannel(this.#safely((channel) => this.#useChannel(channel)));
      this.#connection.setRemoteDescription(offer.sdp, 'offer');
      if (offer.audio) this.#addAudio(offer.audio);
      if (offer.dataChannel && negotiatedChannel !== undefined) {
        const options = { negotiated: true, id: negotiatedChannel };
        this.#useChannel(this.#connection.createDataChannel('oai-events', options));
      }
      this.#waitsForChannel = offer.dataChannel;
    } catch (error) {
      this.close();
      const why = error instanceof Error ? error.message : String(error);
      throw new ApiError(400, `The SDP offer cannot be used: ${why}`, 'invalid_offer', 'sdp');
    }
  }

  #waitsForChannel = false;

  /** The answer with every candidate in it. Rejects after five seconds. */
  answer(): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new ApiError(500, 'No network address was found in time.')),
        GATHERING_MS,
      );
      const done = (): void => {
        clearTimeout(timer);
        const sdp = this.#connection.localDescription()?.sdp;
        if (sdp) resolve(withLoopback(sdp));
        else reject(new ApiError(500, 'The answer could not be made.'));
      };
      this.#connection.onGatheringStateChange((state) => {
        if (state === 'complete') done();
      });
      try {
        this.#connection.setLocalDescription('answer');
      } catch (error) {
        clearTimeout(timer);
        const why = error instanceof Error ? error.message : String(error);
        reject(
          new ApiError(400, `The SDP offer cannot be answered: ${why}`, 'invalid_offer', 'sdp'),
        );
      }
    });
  }

  /** False when it could not be sent: not open, or nobody takes what was sent before. */
  send(text: string): boolean {
    const channel = this.#channel;
    if (this.#closed || !channel?.isOpen() || channel.bufferedAmount() > MAX_BUFFERED_BYTES) {
      return false;
    }
    try {
      return channel.sendMessage(text);
    } catch {
      return false;
    }
  }

  /** Sends one 20 ms packet. `marker` begins a stretch of speech. */
  sendAudio(packet: Buffer, marker: boolean): void {
    if (this.#writer && this.#track?.isOpen())
      this.#sendOnTrack(this.#writer.write(packet, marker));
  }

  skipAudio(packets: number): void {
    this.#writer?.skip(packets);
  }

  closeChannel(): void {
    this.#channel?.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const part of [this.#channel, this.#track, this.#connection]) {
      try {
        part?.close();
      } catch {
        // Closed by the other side already.
      }
    }
  }

  /** What the library calls must not throw: it would abort the process. It ends the call instead. */
  #safely<A extends unknown[]>(act: (...values: A) => void): (...values: A) => void {
    return (...values) => {
      try {
        act(...values);
      } catch (error) {
        console.error(error);
        this.#end('the call failed');
      }
    };
  }

  #addAudio({ mid, direction, opusPayloadType }: NonNullable<Offer['audio']>): void {
    const ssrc = 1 + Math.floor(Math.random() * 0xfffffffe);
    const audio = new nodeDataChannel.Audio(mid, MIRROR[direction]);
    // With the default profile the browser would send stereo at three times the bandwidth.
    audio.addOpusCodec(opusPayloadType, 'minptime=10;useinbandfec=1');
    audio.addSSRC(ssrc, 'agent', 'agent', 'agent-audio');
    this.#track = this.#connection.addTrack(audio);
    this.#writer = new RtpWriter(ssrc, opusPayloadType);
    const report = new ReceiverReport(ssrc);
    const heard = (bytes: Buffer): void => {
      if (this.#closed) return;
      if (isSenderReport(bytes)) {
        this.#sendOnTrack(report.answer(bytes));
        return;
      }
      const packet = parseRtp(bytes);
      if (packet?.payloadType !== opusPayloadType) return;
      report.count(packet.sequence);
      const lost = this.#guard.accept(packet.sequence);
      if (lost !== undefined) this.#events.onAudio(packet.payload, lost);
    };
    this.#track.onMessage(this.#safely(heard));
  }

  #sendOnTrack(bytes: Buffer): void {
    if (this.#closed || !this.#track?.isOpen()) return;
    try {
      this.#track.sendMessageBinary(bytes);
    } catch {
      // The peer went away between the check and the send; its state change says so.
    }
  }

  #useChannel(channel: DataChannel): void {
    if (this.#channel) {
      channel.close();
      return;
    }
    this.#channel = channel;
    const open = this.#safely(() => {
      if (!this.#closed) this.#events.onOpen();
    });
    const received = (message: string | Buffer | ArrayBuffer): void => {
      if (this.#closed) return;
      if (typeof message !== 'string') this.#events.onRefusedMessage(message.byteLength);
      else if (message.length > MAX_MESSAGE_BYTES) this.#events.onRefusedMessage(message.length);
      else this.#events.onMessage(message);
    };
    channel.onMessage(this.#safely(received));
    channel.onClosed(this.#safely(() => this.#end('the data channel was closed')));
    channel.onError(this.#safely((why) => this.#end(`the data channel failed: ${why}`)));
    if (channel.isOpen()) open();
    else channel.onOpen(open);
  }

  #changed(state: string): void {
    if (state === 'connected' && !this.#waitsForChannel) this.#events.onOpen();
    if (state === 'failed') this.#end('the connection failed');
    if (state === 'closed') this.#end('the peer hung up');
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onClosed(reason);
  }
}
