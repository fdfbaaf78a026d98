/**
 * Both voices of a call as samples: the microphone in pieces of 40 ms, and the agent's voice as a track that
 * plays what it is given. It owns one audio context with the worklet; where samples come from and go to, it
 * does not know.
 */
import type { PlayoutReport } from './playout.js';
import type { ToPlayer } from './worklet.js';

/** An audio thread that does not start (seen without an audio device) must not hold up a call. */
const WORKLET_TIMEOUT_MS = 5_000;

export interface PcmSoundHandlers {
  /** 40 ms of the microphone, 24 kHz, while it is open: of one that is muted, too. */
  readonly onMicrophone: (samples: Int16Array, track: MediaStreamTrack) => void;
  readonly onReport: (report: PlayoutReport) => void;
}

export class PcmSound {
  readonly #handlers: PcmSoundHandlers;
  readonly #context = new AudioContext();
  readonly #output = new MediaStreamAudioDestinationNode(this.#context, { channelCount: 1 });
  readonly #loaded: Promise<void>;
  readonly #waiting: ToPlayer[] = [];
  #player: AudioWorkletNode | undefined;
  #recorder: AudioWorkletNode | undefined;
  #microphone: MediaStreamAudioSourceNode | undefined;
  #track: MediaStreamTrack | undefined;
  readonly #closed = new AbortController();

  /** @param worklet the address of the worklet's file */
  constructor(worklet: string | URL, handlers: PcmSoundHandlers) {
    this.#handlers = handlers;
    this.#loaded = this.#load(worklet);
    this.#loaded.catch(() => undefined);
    this.#resume();
    for (const type of ['pointerup', 'keydown']) {
      globalThis.addEventListener(type, () => this.#resume(), { signal: this.#closed.signal });
    }
  }

  /** The agent's voice. */
  get voice(): MediaStreamTrack {
    return this.#output.stream.getAudioTracks()[0] as MediaStreamTrack;
  }

  /** Resolves when sound goes both ways. @throws {DOMException} where the worklet's file is not to be had */
  get loaded(): Promise<void> {
    return this.#loaded;
  }

  /** Listens to `track` from now on. The track is left alone. */
  listen(track: MediaStreamTrack): void {
    this.#resume();
    this.#track = track;
    this.#connectMicrophone();
  }

  play(message: ToPlayer): void {
    if (this.#player) this.#player.port.postMessage(message);
    else this.#waiting.push(message);
  }

  /** For good. */
  close(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#microphone?.disconnect();
    for (const node of [this.#player, this.#recorder]) node?.port.close();
    this.voice.stop();
    this.#context.close().catch(() => undefined);
  }

  /** Browsers let a page be heard only after a click; without one this is answered with the next. */
  #resume(): void {
    this.#context.resume().catch(() => undefined);
  }

  async #load(worklet: string | URL): Promise<void> {
    const { promise, reject } = Promise.withResolvers<undefined>();
    const timer = setTimeout(reject, WORKLET_TIMEOUT_MS);
    await Promise.race([this.#context.audioWorklet.addModule(worklet), promise]).finally(() => {
      clearTimeout(timer);
    });
    if (this.#closed.signal.aborted) return;
    const player = new AudioWorkletNode(this.#context, 'voice-agent-player', {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    player.port.onmessage = ({ data }: MessageEvent<PlayoutReport>) => {
      this.#handlers.onReport(data);
    };
    player.connect(this.#output);
    for (const message of this.#waiting.splice(0)) player.port.postMessage(message);
    this.#player = player;
    this.#recorder = new AudioWorkletNode(this.#context, 'voice-agent-recorder', {
      channelCount: 1,
      channelCountMode: 'explicit',
      numberOfOutputs: 0,
    });
    this.#recorder.port.onmessage = ({ data }: MessageEvent<Int16Array>) => {
      if (this.#track && !this.#closed.signal.aborted)
        this.#handlers.onMicrophone(data, this.#track);
    };
    this.#connectMicrophone();
  }

  #connectMicrophone(): void {
    if (!this.#track || !this.#recorder || this.#closed.signal.aborted) return;
    this.#microphone?.disconnect();
    this.#microphone = new MediaStreamAudioSourceNode(this.#context, {
      mediaStream: new MediaStream([this.#track]),
    });
    this.#microphone.connect(this.#recorder);
  }
}
