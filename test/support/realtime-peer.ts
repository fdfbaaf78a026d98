// A Realtime client in Node over real WebRTC: talks from recordings, listens, and keeps every event.
// The browser's part in tests that need no browser.
import nodeDataChannel, {
  type DataChannel,
  type PeerConnection,
  type Track,
} from 'node-datachannel';
import type { RealtimeClientEvent, RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { loudness, resample, type Pcm } from '../../src/local/audio/pcm.js';
import { OPUS_SILENCE, OpusCodec } from '../../src/local/audio/opus.js';
import { Pacer } from '../../src/local/call/pacer.js';
import { parseRtp, RtpWriter } from '../../src/local/call/rtp.js';
import { Waiting } from './waiting.js';

const PAYLOAD_TYPE = 111;

export interface RealtimePeerOptions {
  /** Stream id of a data channel that both sides know beforehand. */
  readonly dcid?: number;
  /** No microphone: it only listens. */
  readonly receiveOnly?: boolean;
}

export class RealtimePeer {
  readonly events: RealtimeServerEvent[] = [];
  /** The loudness of each 20 ms heard, with its time. */
  readonly heard: { readonly at: number; readonly level: number }[] = [];
  closed = false;
  /** As the service names the call; empty before it is answered. */
  callId = '';
  #connection: PeerConnection;
  #channel: DataChannel;
  #track: Track;
  #codec = new OpusCodec();
  #pacer: Pacer;
  readonly #waiting = new Waiting(() => this.events.map(({ type }) => type));

  constructor({ dcid, receiveOnly = false }: RealtimePeerOptions = {}) {
    this.#connection = new nodeDataChannel.PeerConnection('client', {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
    });
    const audio = new nodeDataChannel.Audio('0', receiveOnly ? 'RecvOnly' : 'SendRecv');
    audio.addOpusCodec(PAYLOAD_TYPE, 'minptime=10;useinbandfec=1');
    const ssrc = 1 + Math.floor(Math.random() * 0xfffffff);
    audio.addSSRC(ssrc, 'visitor', 'visitor', 'visitor-audio');
    this.#track = this.#connection.addTrack(audio);
    this.#track.setMediaHandler(new nodeDataChannel.RtcpReceivingSession());
    const writer = new RtpWriter(ssrc, PAYLOAD_TYPE);
    this.#pacer = new Pacer({
      encode: (frame) => this.#codec.encode(frame),
      send: (packet, marker) => {
        if (!this.closed && this.#track.isOpen()) {
          this.#track.sendMessageBinary(writer.write(packet, marker));
        }
      },
      skip: (packets) => writer.skip(packets),
    });
    this.#track.onMessage((bytes) => {
      const packet = parseRtp(bytes);
      if (packet?.payloadType !== PAYLOAD_TYPE || this.closed) return;
      const silent = packet.payload.equals(OPUS_SILENCE);
      const samples = silent ? undefined : this.#codec.decode(Buffer.from(packet.payload));
      this.heard.push({ at: performance.now(), level: samples ? loudness(samples) : 0 });
      this.#waiting.changed();
    });
    this.#channel = this.#connection.createDataChannel(
      'oai-events',
      dcid === undefined ? {} : { negotiated: true, id: dcid },
    );
    this.#channel.onMessage((message) => {
      if (typeof message !== 'string') return;
      try {
        const event = JSON.parse(message) as RealtimeServerEvent | null;
        if (typeof event?.type === 'string') this.events.push(event);
      } catch {
        // The fault "malformed-event" sends such things on purpose.
      }
      this.#waiting.changed();
    });
    this.#channel.onClosed(() => {
      this.closed = true;
      this.#waiting.changed();
    });
    this.#connection.onStateChange((state) => {
      if (state === 'connected') this.#pacer.start();
      if (state === 'closed' || state === 'failed') this.closed = true;
      this.#waiting.changed();
    });
  }

  /** The SDP offer. */
  async offer(): Promise<string> {
    const gathered = new Promise<void>((resolve) =>
      this.#connection.onGatheringStateChange((state) => {
        if (state === 'complete') resolve();
      }),
    );
    this.#connection.setLocalDescription('offer');
    await gathered;
    return this.#connection.localDescription()?.sdp as string;
  }

  accept(answer: string): void {
    this.#connection.setRemoteDescription(answer, 'answer');
  }

  send(event: RealtimeClientEvent | Record<string, unknown> | string): void {
    this.#channel.sendMessage(typeof event === 'string' ? event : JSON.stringify(event));
  }

  /** Speaks a recording into the call; resolves when its last frame has left. */
  say(pcm: Pcm): Promise<void> {
    return new Promise((resolve) => {
      this.#pacer.play(resample(pcm, 16_000).samples, () => undefined);
      this.#pacer.mark(resolve);
    });
  }

  /** Resolves when `found` returns something; rejects after `ms` with the events so far. */
  waitFor<T>(what: string, found: () => T | undefined | false, ms = 10_000): Promise<T> {
    return this.#waiting.until(what, found, ms);
  }

  /** The first event of a type, counted from `from` in `events`. */
  event<T extends RealtimeServerEvent['type']>(
    type: T,
    { from = 0, ms = 10_000 }: { from?: number; ms?: number } = {},
  ): Promise<Extract<RealtimeServerEvent, { type: T }>> {
    const isIt = (event: RealtimeServerEvent): event is Extract<RealtimeServerEvent, { type: T }> =>
      event.type === type;
    return this.waitFor(type, () => this.events.slice(from).find(isIt), ms);
  }

  /** The types of the events, without deltas. */
  types(from = 0): string[] {
    return this.events
      .slice(from)
      .map(({ type }) => type)
      .filter((type) => !type.endsWith('.delta'));
  }

  close(): void {
    if (!this.closed) this.#waiting.changed();
    this.closed = true;
    this.#pacer.stop();
    this.#channel.close();
    this.#track.close();
    this.#connection.close();
    this.#codec.close();
  }
}

export interface CallOptions extends RealtimePeerOptions {
  readonly session?: Record<string, unknown>;
  readonly fault?: string;
  /** Resolve once connected, without waiting for `session.created`. */
  readonly early?: boolean;
}

/** A secret, an offer and an answer: a whole call, with the session created. */
export async function call(url: string, options: CallOptions = {}): Promise<RealtimePeer> {
  const { session = {}, fault, dcid } = options;
  const query = fault ? `?fault=${fault}` : '';
  const minted = await fetch(`${url}/v1/realtime/client_secrets${query}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer test', 'Content-Type': 'application/json' },
    body: JSON.stringify({ session: { type: 'realtime', ...session } }),
    signal: AbortSignal.timeout(10_000),
  });
  const { value } = (await minted.json()) as { value: string };
  const peer = new RealtimePeer(options);
  try {
    const response = await fetch(
      `${url}/v1/realtime/calls${dcid === undefined ? '' : `?dcid=${dcid}`}`,
      {
        method: 'POST',
        headers: { Authorization: `Bearer ${value}`, 'Content-Type': 'application/sdp' },
        body: await peer.offer(),
        signal: AbortSignal.timeout(40_000),
      },
    );
    const answer = await response.text();
    if (response.status !== 201) throw new Error(`No call: ${response.status} ${answer}`);
    peer.callId = response.headers.get('Location')?.split('/').at(-1) ?? '';
    peer.accept(answer);
    if (!options.early) await peer.event('conversation.created');
    return peer;
  } catch (error) {
    peer.close();
    throw error;
  }
}
