/**
 * A realtime service inside the page under test: a second peer connection that answers the offer and
 * speaks the protocol on the data channel, as the test tells it to. It knows no HTTP and no model.
 */
import type { Answer, CallOptions, ClientEvent, ServerEvent } from '../../src/core/index.js';
import { event } from './server-events.js';

export interface FakeServiceOptions {
  /** Whether it sends `session.created` when the channel opens. */
  readonly session?: boolean;
  /** When a session will be over, in seconds from its start. */
  readonly expiresIn?: number;
  /** What it does with each event that it receives. */
  readonly onEvent?: (received: ClientEvent, service: FakeService) => void;
}

export class FakeService {
  /** The client secrets that were presented, one for each call. */
  readonly secrets: string[] = [];
  /** What the page has sent in the present call. */
  received: ClientEvent[] = [];

  readonly #options: FakeServiceOptions;
  readonly #waiting = new Set<{ type: string; resolve: (received: ClientEvent) => void }>();
  #minted = 0;
  #peer: RTCPeerConnection | undefined;
  #channel: RTCDataChannel | undefined;
  #voice: AudioContext | undefined;
  #ear: Ear | undefined;

  constructor(options: FakeServiceOptions = {}) {
    this.#options = options;
  }

  /** What a `Call` needs to talk to this service and to nobody else. */
  get callOptions(): CallOptions {
    return {
      tokenSource: () => Promise.resolve({ value: `ek_${++this.#minted}` }),
      negotiate: (offer, { value }) => this.answer(offer, value),
    };
  }

  /** How many client secrets it gave away. */
  get minted(): number {
    return this.#minted;
  }

  /** Takes a call; a call before it is left as it is. */
  async answer(offer: string, secret = 'ek'): Promise<Answer> {
    this.secrets.push(secret);
    this.received = [];
    const peer = new RTCPeerConnection();
    this.#peer = peer;
    peer.addEventListener('datachannel', ({ channel }) => {
      void this.#listen(peer, channel);
    });
    await peer.setRemoteDescription({ type: 'offer', sdp: offer });
    for (const transceiver of peer.getTransceivers()) transceiver.direction = 'sendrecv';
    await peer.setLocalDescription();
    if (peer.iceGatheringState !== 'complete') {
      await new Promise<void>((resolve) => {
        peer.addEventListener('icegatheringstatechange', () => {
          if (peer.iceGatheringState === 'complete') resolve();
        });
      });
    }
    return { sdp: peer.localDescription?.sdp ?? '', callId: `rtc_${this.secrets.length}` };
  }

  /** Sends events in the present call. */
  send(...events: readonly ServerEvent[]): void {
    for (const one of events) this.sendRaw(JSON.stringify(one));
  }

  sendRaw(data: string | ArrayBuffer): void {
    this.#channel?.send(data as string);
  }

  /** The next event of this type that the page sends. */
  next(type: ClientEvent['type']): Promise<ClientEvent> {
    return new Promise((resolve) => {
      const waiting = {
        type,
        resolve: (received: ClientEvent) => {
          this.#waiting.delete(waiting);
          resolve(received);
        },
      };
      this.#waiting.add(waiting);
    });
  }

  /** The microphone as it arrives here. */
  get heard(): MediaStreamTrack | undefined {
    return this.#peer?.getReceivers()[0]?.track;
  }

  /** How loud the microphone is now, 0 to 1. The first answer is always 0. */
  heardLevel(): number {
    const { track } = this.#peer?.getReceivers()[0] ?? {};
    if (track) this.#ear ??= new Ear(track);
    return this.#ear?.level() ?? 0;
  }

  /** The channel is open. */
  get isOpen(): boolean {
    return this.#channel?.readyState === 'open';
  }

  /** Sends a tone of 440 Hz from now on. */
  async sing(): Promise<void> {
    const context = (this.#voice ??= new AudioContext());
    const tone = new OscillatorNode(context, { frequency: 440 });
    const output = new MediaStreamAudioDestinationNode(context);
    tone.connect(output);
    tone.start();
    await this.#peer?.getSenders()[0]?.replaceTrack(output.stream.getAudioTracks()[0] ?? null);
  }

  /** Hangs up the channel only, as a service does that ends a session. */
  closeChannel(): void {
    this.#channel?.close();
  }

  /** Is gone. It takes the next call all the same. */
  close(): void {
    this.#peer?.close();
    void this.#voice?.close();
    this.#ear?.close();
    this.#voice = this.#ear = undefined;
  }

  async #listen(peer: RTCPeerConnection, channel: RTCDataChannel): Promise<void> {
    this.#channel = channel;
    channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const received = JSON.parse(data) as ClientEvent;
      this.received.push(received);
      for (const { type, resolve } of this.#waiting) if (type === received.type) resolve(received);
      this.#options.onEvent?.(received, this);
    });
    const { session = true, expiresIn } = this.#options;
    if ((await isOpen(peer)) && session) this.send(sessionCreated(expiresIn));
  }
}

/**
 * Whether the channel can be used, once that is known. Chromium announces one that the other side has
 * made as open, and now and then loses what is sent on it at once: 9 of 2,500 first messages. Its
 * statistics say when it is open indeed.
 */
async function isOpen(peer: RTCPeerConnection): Promise<boolean> {
  while (peer.signalingState !== 'closed') {
    const stats = (await peer.getStats()) as unknown as Map<
      string,
      { type: string; state?: string }
    >;
    for (const { type, state } of stats.values()) {
      if (type === 'data-channel' && state === 'open') return true;
    }
  }
  return false;
}

/** Listens to a track that comes over the network. */
class Ear {
  readonly #context = new AudioContext();
  readonly #analyser = new AnalyserNode(this.#context, { fftSize: 2048 });
  readonly #samples = new Float32Array(2048);
  readonly #audio = new Audio();

  constructor(track: MediaStreamTrack) {
    const mediaStream = new MediaStream([track]);
    // Chromium decodes only what an element plays, and a muted one needs no permission.
    this.#audio.muted = true;
    this.#audio.srcObject = mediaStream;
    void this.#audio.play();
    new MediaStreamAudioSourceNode(this.#context, { mediaStream }).connect(this.#analyser);
  }

  level(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return this.#samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  }

  close(): void {
    this.#audio.srcObject = null;
    void this.#context.close();
  }
}

function sessionCreated(expiresIn?: number): ServerEvent {
  return event('session.created', {
    session: {
      id: 'sess_1',
      object: 'realtime.session',
      type: 'realtime',
      ...(expiresIn !== undefined && { expires_at: Date.now() / 1000 + expiresIn }),
      output_modalities: ['audio'],
      audio: { input: { turn_detection: { type: 'server_vad', silence_duration_ms: 200 } } },
    },
  });
}
