/**
 * One connection to a realtime service over a WebSocket: events as text, and both voices inside them. It
 * behaves as the one over WebRTC does, so that a call need not know which it has; it knows neither
 * microphones nor what most events mean.
 */
import { PcmSound } from '../../media/pcm/pcm-sound.js';
import { toBase64 } from '../../media/pcm/base64.js';
import { until } from '../abort.js';
import { isFresh, type ClientSecret } from '../client-secret.js';
import { MAX_EVENT_BYTES, parse, serialize } from '../connection.js';
import type { ClientEvent, ServerEvent } from '../protocol.js';
import type { Supplies } from '../supplies.js';
import type { ConnectionHandlers, Transport } from '../transport.js';
import { VoiceError } from '../voice-error.js';
import { openSocket } from './open-socket.js';
import { PlayedAudio } from './played-audio.js';
import { SendQueue } from './send-queue.js';
import { sessionAddress } from './session-address.js';
import { ASK_FOR_PCM, saysPcm } from './sound-format.js';

export interface SocketOptions {
  /** Goes over the secret's. */
  readonly callsUrl?: string | undefined;
  /** The address of the worklet's file. */
  readonly worklet: string | URL;
  /** Another secret, where the one given cannot be used. */
  readonly secret: Supplies['secret'];
  /** Why there is no other connection. */
  readonly cause?: VoiceError | undefined;
}

export class SocketConnection implements Transport {
  readonly #options: SocketOptions;
  readonly #played: PlayedAudio;
  readonly #listening = new AbortController();
  readonly #failed = Promise.withResolvers<undefined>();
  #sound: PcmSound | undefined;
  #socket: WebSocket | undefined;
  #queue: SendQueue | undefined;
  #handlers: ConnectionHandlers | undefined;
  #isOpen = false;
  /** Anything else would be noise. */
  #isPcm = true;
  /** The service hears the visitor speak, and waits for silence. */
  #isHearing = false;
  /** For the statistics: what came, how often all that was sent had left, and how often sound was played. */
  #received = 0;
  #drained = 0;
  #heard = 0;

  /** Opens nothing. */
  constructor(options: SocketOptions) {
    this.#options = options;
    this.#failed.promise.catch(() => undefined);
    this.#played = new PlayedAudio({
      play: (message) => this.#openSound().play(message),
      onEvent: (event) => this.#handlers?.onEvent(event),
      send: (event) => this.send(event),
    });
  }

  get voice(): MediaStreamTrack {
    return this.#openSound().voice;
  }

  async connect(
    _exchange: unknown,
    handlers: ConnectionHandlers,
    signal: AbortSignal,
    secret: ClientSecret,
  ): Promise<void> {
    const { callsUrl, cause } = this.#options;
    const address = sessionAddress(secret, callsUrl);
    if (!address) {
      throw cause ?? new VoiceError('network-blocked', 'There is no address for a WebSocket.');
    }
    const socket = (this.#socket = await this.#open(address, secret, signal));
    if (this.#listening.signal.aborted) socket.close();
    signal.throwIfAborted();
    this.#handlers = handlers;
    this.#queue = new SendQueue(socket, {
      onSlow: (slow) => this.#handlers?.onQuality(slow ? 'poor' : 'good'),
      onStuck: () => this.giveUp('nothing goes out any more'),
    });
    this.#listen(socket);
    handlers.onMilestone('socket');
    // A conversation by text needs no sound.
    const loaded = this.#sound?.loaded.catch(() => this.#failed.promise);
    await until(signal, Promise.race([loaded, this.#failed.promise]));
    this.#isOpen = true;
  }

  sendTrack(track: MediaStreamTrack): Promise<void> {
    this.#openSound().listen(track);
    return Promise.resolve();
  }

  send(event: ClientEvent): void {
    const text = serialize(event);
    if (event.type === 'output_audio_buffer.clear') {
      // Nobody else plays anything. What comes of it comes later, as an answer of the service would.
      queueMicrotask(() => this.#played.stop());
      return;
    }
    if (event.type === 'input_audio_buffer.clear') this.#queue?.clear();
    if (event.type === 'input_audio_buffer.commit') this.#queue?.flush();
    this.#socket?.send(text);
  }

  /**
   * In the words of WebRTC's: in place of the answers to its checks, how often all that was sent had left;
   * in place of packets, how often the agent's voice was being played.
   */
  stats(): Promise<RTCStatsReport> {
    if (this.#socket?.bufferedAmount === 0) this.#drained++;
    if (this.#played.isPlaying) this.#heard++;
    const voice = { type: 'inbound-rtp', kind: 'audio', packetsReceived: this.#heard };
    const route = {
      type: 'candidate-pair',
      state: 'succeeded',
      nominated: true,
      bytesReceived: this.#received,
      responsesReceived: this.#drained,
    };
    const all = new Map<string, object>([
      ['socket', route],
      ['voice', voice],
    ]);
    return Promise.resolve(all as unknown as RTCStatsReport);
  }

  giveUp(how: string): void {
    this.#gone(how, false);
  }

  close(): void {
    this.#handlers = undefined;
    this.#listening.abort();
    this.#socket?.close();
    this.#sound?.close();
  }

  /** A secret that has been refused may have been good for one connection, which was tried before. */
  async #open(address: URL, given: ClientSecret, signal: AbortSignal): Promise<WebSocket> {
    if (isFresh(given)) {
      try {
        return await openSocket(address, given.value, signal);
      } catch (error) {
        const isSlow = (error as VoiceError).cause instanceof DOMException;
        signal.throwIfAborted();
        if (isSlow) throw error;
      }
    }
    const { value } = await this.#options.secret(signal);
    return openSocket(address, value, signal);
  }

  #openSound(): PcmSound {
    if (!this.#sound) {
      this.#sound = new PcmSound(this.#options.worklet, {
        onMicrophone: (samples, track) => this.#speak(samples, track),
        onReport: (report) => this.#played.reported(report),
      });
      this.#sound.loaded.catch(() => this.giveUp('the worklet for the sound did not load'));
    }
    return this.#sound;
  }

  /** Of one who is muted nothing is sent, but the silence that ends a turn which the service still hears. */
  #speak(samples: Int16Array, { enabled }: MediaStreamTrack): void {
    if (!enabled && !this.#isHearing) {
      this.#queue?.drain();
      return;
    }
    const audio = toBase64(enabled ? samples : samples.fill(0));
    this.#queue?.add(`{"type":"input_audio_buffer.append","audio":"${audio}"}`);
  }

  #listen(socket: WebSocket): void {
    const { signal } = this.#listening;
    socket.addEventListener(
      'message',
      ({ data }) => {
        this.#received++;
        const event = parse(data);
        if (event) this.#receive(event);
        // Over WebRTC the browser takes none of this size.
        else if ((data as string).length > MAX_EVENT_BYTES)
          console.warn(
            `<voice-agent> An event of more than ${MAX_EVENT_BYTES} characters is dropped.`,
          );
      },
      { signal },
    );
    socket.addEventListener(
      'close',
      ({ code, wasClean }) => this.#gone(`the socket was closed (${code})`, wasClean),
      { signal },
    );
  }

  #receive(event: ServerEvent): void {
    try {
      if (event.type === 'response.output_audio.delta') {
        if (this.#isPcm) this.#played.add(event);
        return;
      }
      if (this.#played.isAboutTruncation(event)) return;
      const isPcm = saysPcm(event) ?? this.#isPcm;
      if (this.#isPcm && !isPcm) this.send(ASK_FOR_PCM);
      this.#isPcm = isPcm;
    } catch {
      // A malformed event plays nothing.
    }
    const said = /^input_audio_buffer\.(speech_started|speech_stopped|cleared|committed)$/.exec(
      event.type,
    );
    if (said) this.#isHearing = said[1] === 'speech_started';
    this.#handlers?.onEvent(event);
    try {
      this.#played.observe(event);
    } catch {
      // See above.
    }
  }

  #gone(how: string, hungUp: boolean): void {
    const code = this.#isOpen ? 'connection-lost' : 'network-blocked';
    const error = new VoiceError(code, `The connection was lost: ${how}.`);
    this.#failed.reject(error);
    // Before it was open, whoever connects is told by the promise.
    if (!this.#isOpen) return;
    const onLost = this.#handlers?.onLost;
    this.close();
    onLost?.(error, hungUp);
  }
}
