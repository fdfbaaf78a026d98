// A call over WebRTC: joins the peer, the codec and the pacer. It knows no session.
import { FRAME_SAMPLES } from '../audio/pcm.js';
import { OpusCodec } from '../audio/opus.js';
import type { Speaker, SpeakerHost } from '../session/speaker.js';
import { TrackSpeaker } from '../session/track-speaker.js';
import { readOffer } from './offer.js';
import { Pacer } from './pacer.js';
import { Peer } from './peer.js';
import type { Transport, TransportEvents } from './transport.js';

export interface WebRtcOptions {
  readonly sdp: string;
  /** Stream id of a negotiated data channel. */
  readonly dcid: number | undefined;
  /** Only silence is sent. */
  readonly mute: boolean;
}

/** Lost packets become silence, but no more of it than this. */
const MAX_LOST_FRAMES = 10;

export class WebRtcTransport implements Transport {
  #events: TransportEvents;
  #codec = new OpusCodec();
  #pacer: Pacer;
  #peer: Peer;
  #closed = false;

  /** Throws an ApiError for an offer that cannot be used, with everything closed again. */
  constructor({ sdp, dcid, mute }: WebRtcOptions, events: TransportEvents) {
    this.#events = events;
    this.#pacer = new Pacer(
      {
        encode: (frame) => this.#codec.encode(frame),
        send: (packet, marker) => this.#peer.sendAudio(packet, marker),
        skip: (packets) => this.#peer.skipAudio(packets),
      },
      mute,
    );
    try {
      this.#peer = new Peer({
        offer: readOffer(sdp),
        negotiatedChannel: dcid,
        events: { ...events, onAudio: (packet, lost) => this.#heard(packet, lost) },
      });
    } catch (error) {
      this.#codec.close();
      throw error;
    }
  }

  makeSpeaker = (host: SpeakerHost): Speaker => new TrackSpeaker(this.#pacer, host);

  answer(): Promise<string> {
    return this.#peer.answer();
  }

  start(): void {
    this.#pacer.start();
  }

  send(text: string): void {
    this.#peer.send(text);
  }

  closeChannel(): void {
    this.#peer.closeChannel();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pacer.stop();
    this.#peer.close();
    this.#codec.close();
  }

  #heard(packet: Buffer, lost: number): void {
    if (this.#closed) return;
    const hear = (frame: Int16Array): void => this.#events.onFrame(frame);
    for (let missing = Math.min(lost, MAX_LOST_FRAMES); missing > 0; missing--) {
      hear(new Int16Array(FRAME_SAMPLES));
    }
    const samples = this.#codec.decode(packet);
    // A packet may hold 10 to 60 ms; what is no whole frame at the end is let go.
    for (let at = 0; samples && at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES) {
      hear(samples.subarray(at, at + FRAME_SAMPLES));
    }
  }
}
