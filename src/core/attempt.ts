/**
 * One attempt at a call, and the one owner of everything it opens: microphone, line, speaker, level
 * meter. Connects them side by side and closes them together; it keeps no state that is shown.
 */
import { LevelMeter } from '../media/level-meter.js';
import { isMicrophoneDenied, openMicrophone } from '../media/microphone.js';
import { Speaker } from '../media/speaker.js';
import { until } from './abort.js';
import { Line, type LineHandlers, type LineOptions } from './line.js';
import { microphoneError } from './microphone-error.js';
import type { Transport } from './transport.js';

/** An audio context that cannot close (seen without an audio device) must not hold up the end. */
const CLOSE_TIMEOUT_MS = 400;

export interface AttemptOptions extends LineOptions {
  readonly muted: () => boolean;
  /** Whether the visitor wants to speak and hear, or only to type and read. */
  readonly voice: boolean;
  readonly handlers: LineHandlers & {
    readonly onPlaybackBlocked: () => void;
  };
}

export class Attempt {
  /** The present one. */
  line: Line;
  speaker: Speaker | undefined;
  /** There from the moment both sides can be heard. */
  meter: LevelMeter | undefined;
  /** The present one; on until the end. */
  microphone: MediaStreamTrack | undefined;

  readonly #options: AttemptOptions;
  readonly #controller = new AbortController();

  /** Opens nothing. */
  constructor(options: AttemptOptions) {
    this.#options = options;
    this.line = new Line(options);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Microphone, client secret and offer start together; nothing waits that need not.
   * @throws {VoiceError} of whichever fails first, or the reason given to `close`
   */
  async connect(): Promise<void> {
    const { voice, handlers } = this.#options;
    if (!voice) handlers.onReady('microphone');
    const microphone = voice ? this.openVoice() : undefined;
    await Promise.all([microphone, this.#connectLine(microphone)]);
  }

  /** Opens microphone and speaker. @throws {VoiceError} `microphone-…` */
  async openVoice(): Promise<void> {
    const { audio, handlers } = this.#options;
    this.speaker ??= new Speaker(handlers.onPlaybackBlocked, audio);
    const { connection } = this.line;
    if (connection) this.speaker.play(connection.voice);
    await this.openMicrophone();
  }

  /**
   * Opens a microphone and speaks through it from now on, muted as the call is. The one before is stopped
   * when this one is sent, and goes on where this one cannot be had.
   * @param deviceId this one and no other; by default as the call would at its start
   * @throws {VoiceError} `microphone-…`
   */
  async openMicrophone(deviceId?: string): Promise<void> {
    const { signal } = this;
    const { microphone = openMicrophone } = this.#options.supplies;
    try {
      const track = await until(signal, microphone(signal, deviceId));
      const before = this.microphone;
      this.microphone = track;
      this.mute(this.#options.muted());
      void this.#join().then(() => before?.stop());
      this.#options.handlers.onReady('microphone');
    } catch (error) {
      signal.throwIfAborted();
      throw microphoneError(error);
    }
  }

  /** Another line beside the present one, not opened yet. @param wrap what becomes of its reports */
  another(wrap: (handlers: LineHandlers) => LineHandlers): Line {
    return new Line({ ...this.#options, handlers: wrap(this.#options.handlers) });
  }

  /** Goes on over `line`, with the same microphone, and closes the one before. */
  take(line: Line): void {
    this.line.close();
    this.line = line;
    if (line.connection) this.#use(line.connection);
  }

  mute(muted: boolean): void {
    if (this.microphone) this.microphone.enabled = !muted;
  }

  /**
   * Everything is silent when this returns, and closed when it resolves. Never rejects.
   * @param reason what `connect` rejects with
   */
  async close(reason: Error): Promise<void> {
    this.#controller.abort(reason);
    this.line.close();
    this.speaker?.close();
    const closed = Promise.resolve(this.meter?.close());
    await until(AbortSignal.timeout(CLOSE_TIMEOUT_MS), closed).catch(() => undefined);
  }

  async #connectLine(microphone: Promise<void> | undefined): Promise<void> {
    const { signal } = this;
    // No secret is spent on somebody who cannot speak anyway.
    if (microphone && !this.#options.supplies.isWarm) {
      if (await until(signal, isMicrophoneDenied())) await microphone;
    }
    await this.line.connect(signal, (connection) => {
      this.#use(connection);
    });
  }

  #use(connection: Transport): void {
    this.speaker?.play(connection.voice);
    void this.#join();
  }

  /** Whichever of microphone and connection comes second brings the two together. */
  async #join(): Promise<void> {
    const [track, { connection }] = [this.microphone, this.line];
    if (!track || !connection) return;
    void this.meter?.close();
    this.meter = new LevelMeter(track, connection.voice);
    await connection.sendTrack(track);
  }
}
