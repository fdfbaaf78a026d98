/**
 * As much of a browser as a call needs, on a simulated clock: microphones, sound, peer connections over a
 * network that can be lost, and a count of what was opened. What is at the other end of a connection is
 * told of it, and is somebody else's.
 */
import { replaced, type SimulatedClock } from './simulated-clock.js';

/** How a new connection fares. */
export type Route = 'open' | 'blocked' | 'dtls-failed' | 'no-channel';

/** The other end. */
export interface Answering {
  onOpen(peer: SimulatedPeer): void;
  onMessage(peer: SimulatedPeer, text: string): void;
}

/** As Chromium does it. */
const UNSTABLE_MS = 5_500;
const FAILED_MS = 15_200;

class Track extends EventTarget {
  readonly kind = 'audio';
  readonly label = 'Microphone';
  enabled = true;
  muted = false;
  readyState: 'live' | 'ended' = 'live';

  stop(): void {
    this.readyState = 'ended';
  }
}

class Stream {
  readonly #tracks: readonly Track[];

  constructor(tracks: readonly Track[] = []) {
    this.#tracks = tracks;
  }

  getAudioTracks(): readonly Track[] {
    return this.#tracks;
  }
}

/** An `EventTarget` that knows how many listen to it. */
class Counted extends EventTarget {
  readonly #listeners = new Set<unknown>();

  get count(): number {
    return this.#listeners.size;
  }

  override addEventListener(
    type: string,
    listener: EventListener,
    options: AddEventListenerOptions = {},
  ): void {
    super.addEventListener(type, listener, options);
    this.#listeners.add(listener);
    options.signal?.addEventListener('abort', () => this.#listeners.delete(listener));
  }

  override removeEventListener(type: string, listener: EventListener): void {
    super.removeEventListener(type, listener);
    this.#listeners.delete(listener);
  }
}

class Channel extends EventTarget {
  readyState: 'connecting' | 'open' | 'closed' = 'connecting';
  readonly #onMessage: (text: string) => void;

  constructor(onMessage: (text: string) => void) {
    super();
    this.#onMessage = onMessage;
  }

  send(text: string): void {
    if (this.readyState !== 'open') throw new DOMException('Not open.', 'InvalidStateError');
    this.#onMessage(text);
  }
}

export class SimulatedPeer extends EventTarget {
  connectionState = 'new';
  iceConnectionState = 'new';
  signalingState = 'stable';
  localDescription: { sdp: string } | null = null;
  readonly #browser: SimulatedBrowser;
  readonly #transport = Object.assign(new EventTarget(), { state: 'new' });
  readonly #channel = new Channel((text) => {
    this.#browser.answering.onMessage(this, text);
  });

  constructor(browser: SimulatedBrowser) {
    super();
    this.#browser = browser;
    browser.peers.push(this);
  }

  get isClosed(): boolean {
    return this.signalingState === 'closed';
  }

  /** Its channel is open. */
  get isOpen(): boolean {
    return this.#channel.readyState === 'open';
  }

  addTransceiver() {
    const sender = { transport: this.#transport, replaceTrack: () => Promise.resolve() };
    return { sender, receiver: { track: new Track() } };
  }

  createDataChannel(): Channel {
    return this.#channel;
  }

  setLocalDescription(): Promise<void> {
    this.localDescription = { sdp: 'v=0' };
    return Promise.resolve();
  }

  setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    if (sdp !== 'v=0') return Promise.reject(new DOMException('', 'OperationError'));
    const { route, isConnected } = this.#browser;
    if (route === 'blocked' || !isConnected) this.#after(FAILED_MS, () => this.fail());
    else this.#after(20, () => this.#connect(route));
    return Promise.resolve();
  }

  /** How much has come so far. */
  getStats() {
    const { received: responsesReceived } = this.#browser;
    const pair = { type: 'candidate-pair', nominated: true, state: 'succeeded', responsesReceived };
    return Promise.resolve(new Map([['pair', pair]]));
  }

  close(): void {
    this.signalingState = this.connectionState = 'closed';
    this.#channel.readyState = 'closed';
  }

  /** The page gets a message. */
  receive(data: unknown): void {
    if (this.#channel.readyState !== 'open' || !this.#browser.isConnected) return;
    this.#channel.dispatchEvent(new MessageEvent('message', { data }));
  }

  /** The network is away for so long that the browser notices. */
  lose(): void {
    this.#after(UNSTABLE_MS, () => this.#unlessBack('disconnected'));
    this.#after(FAILED_MS, () => {
      if (!this.#browser.isConnected) this.fail();
    });
  }

  /** The network is there again. */
  find(): void {
    if (this.iceConnectionState === 'disconnected') this.#ice('connected');
  }

  fail(): void {
    if (this.isClosed) return;
    this.#ice('failed');
    this.#become('failed');
  }

  closeChannel(): void {
    if (this.isClosed || this.#channel.readyState === 'closed') return;
    this.#channel.readyState = 'closed';
    this.#channel.dispatchEvent(new Event('close'));
  }

  #connect(route: Route): void {
    if (this.isClosed) return;
    this.#ice('connected');
    this.#transport.state = route === 'dtls-failed' ? 'failed' : 'connected';
    this.#transport.dispatchEvent(new Event('statechange'));
    if (route === 'dtls-failed') {
      this.#become('failed');
      return;
    }
    this.#become('connected');
    if (route === 'no-channel') return;
    this.#after(10, () => {
      this.#channel.readyState = 'open';
      this.#channel.dispatchEvent(new Event('open'));
      this.#browser.answering.onOpen(this);
    });
  }

  #unlessBack(state: string): void {
    if (!this.#browser.isConnected) this.#ice(state);
  }

  #ice(state: string): void {
    this.iceConnectionState = state;
    this.dispatchEvent(new Event('iceconnectionstatechange'));
  }

  #become(state: string): void {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  #after(ms: number, act: () => void): void {
    this.#browser.after(ms, () => {
      if (!this.isClosed) act();
    });
  }
}

export class SimulatedBrowser {
  answering: Answering = { onOpen: () => undefined, onMessage: () => undefined };
  route: Route = 'open';
  /** What the next question for a microphone brings, and after how long. */
  microphone: { readonly ms: number; readonly error?: string } = { ms: 5 };
  /** When the visitor answers the last question, or has answered it. */
  answeredAt = 0;
  readonly peers: SimulatedPeer[] = [];
  readonly tracks: Track[] = [];
  readonly #contexts: { state: string }[] = [];
  readonly #speakers: { srcObject: unknown }[] = [];
  readonly #window = new Counted();
  readonly #devices = new Counted();
  readonly #clock: SimulatedClock;
  /** Timers of its own, which no page has set. */
  #timers = 0;
  #lostAt: number | undefined;
  #isOnline = true;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  /** @returns what takes it away again */
  install(): () => void {
    // Classes whose instances tell this browser of themselves.
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const browser = this;
    const { mediaDevices, permissions } = {
      mediaDevices: Object.assign(this.#devices, { getUserMedia: () => this.#getUserMedia() }),
      permissions: { query: () => Promise.resolve({ state: 'granted' }) },
    };
    const target = this.#window;
    return replaced([
      [globalThis, 'isSecureContext', true],
      [
        globalThis,
        'navigator',
        {
          mediaDevices,
          permissions,
          get onLine() {
            return browser.#isOnline;
          },
        },
      ],
      [globalThis, 'addEventListener', target.addEventListener.bind(target)],
      [globalThis, 'removeEventListener', target.removeEventListener.bind(target)],
      [globalThis, 'MediaStream', Stream],
      [
        globalThis,
        'RTCPeerConnection',
        class extends SimulatedPeer {
          constructor() {
            super(browser);
          }
        },
      ],
      [
        globalThis,
        'Audio',
        class {
          srcObject: unknown = null;
          constructor() {
            browser.#speakers.push(this);
          }
          setAttribute = () => undefined;
          play = () => Promise.resolve();
          pause = () => undefined;
        },
      ],
      [
        globalThis,
        'AudioContext',
        class {
          state = 'running';
          constructor() {
            browser.#contexts.push(this);
          }
          createMediaStreamSource = () => ({ connect: () => undefined });
          close() {
            this.state = 'closed';
            return Promise.resolve();
          }
        },
      ],
      [
        globalThis,
        'AnalyserNode',
        class {
          getByteFrequencyData = () => undefined;
        },
      ],
      [
        Promise,
        'withResolvers',
        // Browsers have it; Node 20 has not.
        function withResolvers() {
          let [resolve, reject]: (() => void)[] = [];
          const promise = new Promise<void>((yes, no) => ([resolve, reject] = [yes, no]));
          return { promise, resolve, reject };
        },
      ],
    ]);
  }

  /** What a page has opened and not closed, a word each, and the timers and listeners that are left. */
  left(): string[] {
    const timers = this.#clock.pending - this.#timers;
    return [
      ...this.tracks.filter(({ readyState }) => readyState === 'live').map(() => 'microphone'),
      ...this.peers.filter(({ isClosed }) => !isClosed).map(() => 'connection'),
      ...this.#contexts.filter(({ state }) => state !== 'closed').map(() => 'audio context'),
      ...this.#speakers.filter(({ srcObject }) => srcObject !== null).map(() => 'speaker'),
      ...(timers > 0 ? [`${timers} timers`] : []),
      ...(this.#window.count > 0 ? [`${this.#window.count} listeners of the window`] : []),
      ...(this.#devices.count > 0 ? [`${this.#devices.count} listeners of devices`] : []),
    ];
  }

  /** Everything sent arrives. */
  get isConnected(): boolean {
    return this.#lostAt === undefined;
  }

  /** How much has come over the network so far, as a browser counts it. */
  get received(): number {
    return Math.floor((this.#lostAt ?? this.#clock.now) / 100);
  }

  /** Does something by itself. */
  after(ms: number, act: () => void): void {
    this.#timers++;
    setTimeout(() => {
      this.#timers--;
      act();
    }, ms);
  }

  /** @param noticed the browser knows of it, and says so */
  network(on: boolean, noticed = false): void {
    if (on !== this.isConnected) {
      this.#lostAt = on ? undefined : this.#clock.now;
      for (const peer of this.peers) if (!peer.isClosed) on ? peer.find() : peer.lose();
    }
    if ((noticed || on) && on !== this.#isOnline) {
      this.#isOnline = on;
      this.#window.dispatchEvent(new Event(on ? 'online' : 'offline'));
    }
  }

  /** Somebody pulls the plug of every microphone. */
  unplug(): void {
    for (const track of this.tracks) {
      if (track.readyState === 'ended') continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    this.#devices.dispatchEvent(new Event('devicechange'));
  }

  #getUserMedia(): Promise<Stream> {
    const { ms, error } = this.microphone;
    this.answeredAt = this.#clock.now + ms;
    return new Promise((resolve, reject) => {
      this.after(ms, () => {
        if (error !== undefined) {
          reject(new DOMException('', error));
          return;
        }
        const track = new Track();
        this.tracks.push(track);
        resolve(new Stream([track]));
      });
    });
  }
}
