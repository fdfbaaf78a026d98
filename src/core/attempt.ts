/**
 * One attempt at a call, and the one owner of everything it opens: microphone, connection, speaker,
 * level meter. Connects them side by side and closes them together; it keeps no state that is shown.
 */
import { LevelMeter } from '../media/level-meter.js';
import { isMicrophoneDenied, openMicrophone } from '../media/microphone.js';
import { Speaker } from '../media/speaker.js';
import { until, within } from './abort.js';
import type { CallOptions } from './call-options.js';
import type { ConnectStep } from './call-state.js';
import { Connection, type ConnectionHandlers } from './connection.js';
import { microphoneError } from './microphone-error.js';
import { postOffer, type Answer } from './negotiate.js';
import type { ClientEvent, ServerEvent } from './protocol.js';
import type { Supplies } from './supplies.js';
import { VoiceError, type VoiceErrorCode } from './voice-error.js';

/** Secret, offer, route and channel together. The visitor's own time at the prompt is not counted. */
const CONNECT_TIMEOUT_MS = 25_000;

/** From the open channel to the service's first event. */
const SESSION_TIMEOUT_MS = 5_000;

/** An audio context that cannot close (seen without an audio device) must not hold up the end. */
const CLOSE_TIMEOUT_MS = 400;

/** When the page names ICE servers, those that come with the secret are not looked at. */
export interface AttemptOptions extends Omit<CallOptions, 'tokenSource'> {
  readonly supplies: Supplies;
  readonly muted: () => boolean;
  /** Whether the visitor wants to speak and hear, or only to type and read. */
  readonly voice: boolean;
  readonly handlers: ConnectionHandlers & {
    readonly onReady: (step: ConnectStep) => void;
    readonly onPlaybackBlocked: () => void;
  };
}

export class Attempt {
  /** What the negotiation brought. */
  answer: Answer | undefined;
  /** These are there from `connect` on; the meter from the moment both sides can be heard. */
  connection: Connection | undefined;
  speaker: Speaker | undefined;
  meter: LevelMeter | undefined;

  readonly #options: AttemptOptions;
  readonly #controller = new AbortController();
  readonly #session = Promise.withResolvers<undefined>();
  #microphone: MediaStreamTrack | undefined;
  /** Translates for a service that speaks the beta's dialect. */
  #dialect: typeof import('./preview-events.js') | undefined;

  /** Opens nothing. */
  constructor(options: AttemptOptions) {
    this.#options = options;
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
    await Promise.all([microphone, this.#openConnection(microphone)]);
  }

  /** Opens microphone and speaker. @throws {VoiceError} `microphone-…` */
  async openVoice(): Promise<void> {
    const { audio, handlers } = this.#options;
    this.speaker ??= new Speaker(handlers.onPlaybackBlocked, audio);
    if (this.connection) this.speaker.play(this.connection.receiver.track);
    await this.#openMicrophone();
  }

  /** @throws what the connection throws */
  send(event: ClientEvent): void {
    this.connection?.send(this.#dialect?.toBeta(event) ?? event);
  }

  mute(muted: boolean): void {
    if (this.#microphone) this.#microphone.enabled = !muted;
  }

  /**
   * Everything is silent when this returns, and closed when it resolves. Never rejects.
   * @param reason what `connect` rejects with; by default an `AbortError`
   */
  async close(reason?: VoiceError): Promise<void> {
    this.#controller.abort(reason);
    this.connection?.close();
    this.speaker?.close();
    this.answer?.hangUp?.();
    const closed = this.meter?.close() ?? Promise.resolve();
    await until(AbortSignal.timeout(CLOSE_TIMEOUT_MS), closed).catch(() => undefined);
  }

  async #openMicrophone(): Promise<void> {
    const { signal } = this;
    try {
      const track = await until(signal, openMicrophone(signal));
      track.enabled = !this.#options.muted();
      this.#microphone = track;
      this.#join();
      this.#options.handlers.onReady('microphone');
    } catch (error) {
      signal.throwIfAborted();
      throw microphoneError(error);
    }
  }

  async #openConnection(microphone: Promise<void> | undefined): Promise<void> {
    const { supplies, callsUrl, iceServers, handlers } = this.#options;
    const { negotiate = postOffer(callsUrl) } = this.#options;
    const signal = within(CONNECT_TIMEOUT_MS, this.signal);
    const failed = (code: VoiceErrorCode, message: string) => (error: unknown) => {
      this.signal.throwIfAborted();
      throw VoiceError.from(error, code, message);
    };
    // No secret is spent on somebody who cannot speak anyway.
    if (microphone && !supplies.isWarm && (await until(signal, isMicrophoneDenied()))) {
      await microphone;
    }
    // Asked for before the peer connection is made, which keeps the page busy for some 15 ms.
    const asked = supplies.secret(signal);
    asked.catch(() => undefined);
    signal.throwIfAborted();
    this.#use(supplies.connection());
    const secret = await asked.catch(failed('token-unreachable', 'The token source failed.'));
    handlers.onReady('token');
    // Whoever heard that may have ended the call.
    signal.throwIfAborted();
    if (secret.provider === 'azure-preview') {
      this.#dialect = await until(signal, import('./preview-events.js'));
    }
    // An offer made ahead does not know the servers that come with the secret.
    if (secret.iceServers?.length && !iceServers) this.#use(new Connection(secret.iceServers));
    const exchange = async (offer: string) => {
      this.answer = await negotiate(offer, secret, signal).catch(
        failed('negotiation-rejected', 'The negotiation failed.'),
      );
      return this.answer.sdp;
    };
    const watching = {
      ...handlers,
      onEvent: (event: ServerEvent) => {
        this.#session.resolve(undefined);
        for (const one of this.#dialect?.toGa(event) ?? [event]) handlers.onEvent(one);
      },
    };
    await this.connection?.connect(exchange, watching, signal);
    // Azure's filter keeps session events from the page: there the open channel is all there is.
    if (!secret.callsUrl?.includes('webrtcfilter=on')) {
      const session = until(within(SESSION_TIMEOUT_MS, this.signal), this.#session.promise);
      await session.catch(failed('server-error', 'The service opened no session.'));
    }
    handlers.onReady('connection');
  }

  #use(connection: Connection): void {
    this.connection?.close();
    this.connection = connection;
    this.speaker?.play(connection.receiver.track);
    this.#join();
  }

  /** Whichever of microphone and connection comes second brings the two together. */
  #join(): void {
    const track = this.#microphone;
    if (!track || !this.connection) return;
    void this.meter?.close();
    this.meter = new LevelMeter(track, this.connection.receiver.track);
    this.connection.sendTrack(track);
  }
}
