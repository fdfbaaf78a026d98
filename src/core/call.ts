/**
 * A voice call without a page: start it, talk, end it, listen to its events. It is the one writer
 * of its state; everything it opens belongs to the current `Attempt`.
 */
import type { LevelMeter } from '../media/level-meter.js';
import { Attempt } from './attempt.js';
import type { CallEventDetails } from './call-events.js';
import type { CallOptions } from './call-options.js';
import {
  IDLE,
  nextState,
  type CallAction,
  type CallState,
  type EndReason,
  type LiveChange,
} from './call-state.js';
import { Conversation } from './conversation.js';
import { Emitter } from './emitter.js';
import { checkEnvironment } from './environment.js';
import type { Line } from './line.js';
import type { ClientEvent, ServerEvent, SessionUpdate } from './protocol.js';
import type { Recoverer, RecoveryStep } from './recoverer.js';
import { meaningOf, serverError, type ServerErrorWords } from './server-error.js';
import { freshSupplies, type Supplies } from './supplies.js';
import type { TranscriptItem } from './transcript.js';
import { VoiceError } from './voice-error.js';

const ended = () => new DOMException('The call was ended.', 'AbortError');

export class Call extends Emitter<CallEventDetails> {
  /** Where secrets and connections come from, for whoever wants to have them ahead. @internal */
  supplies: Supplies;
  /** Makes another connection where one is lost; without it, that is the end. @internal */
  recoverer: Recoverer | undefined;
  /** Whether the visitor's words are read at present by somebody who asks for their answer then. @internal */
  isReading: (() => boolean) | undefined;
  /** The present ones, for what attaches to a call. @internal */
  attempt: Attempt | undefined;
  conversation: Conversation | undefined;
  readonly #options: CallOptions;
  #state = IDLE;
  #muted = false;
  #liveSince = 0;
  #held: boolean | undefined;
  #started: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  /** How often somebody wanted an end: one after a start is meant for that, too. */
  #ends = 0;
  /** While a conversation by text is about to go on by voice. */
  #joining: Promise<void> | undefined;

  /** Nothing is requested before `start`. */
  constructor(options: CallOptions) {
    super();
    this.#options = options;
    this.supplies = freshSupplies(options);
  }

  get state(): CallState {
    return this.#state;
  }

  /** What was said so far, oldest first; it stays readable until the next start. */
  get items(): readonly TranscriptItem[] {
    return this.conversation?.items ?? [];
  }

  /** The service's id of the call, where it reveals one. */
  get callId(): string | undefined {
    return this.attempt?.line.answer?.callId;
  }

  /** How loud the visitor (0) and the agent (1) are, during a call. */
  get meter(): LevelMeter | undefined {
    return this.attempt?.meter;
  }

  get muted(): boolean {
    return this.#muted;
  }

  /**
   * Starts a call, inside a click where possible. During a start or a call it returns the same promise,
   * unless a conversation by text is to go on by voice.
   * @param voice false: by text, without microphone and sound
   * @returns resolves when the visitor can speak, or type
   * @throws {VoiceError} why it could not; an `AbortError` when it was ended before it was live
   */
  start(voice = true): Promise<void> {
    if (this.#ending) {
      const ends = this.#ends;
      return this.#ending.then(() => {
        if (ends !== this.#ends) throw ended();
        return this.start(voice);
      });
    }
    if (voice && 'voice' in this.#state && !this.#state.voice) {
      return (this.#joining ??= this.#addVoice().finally(() => (this.#joining = undefined)));
    }
    if (!this.#started) {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      this.#started = promise;
      this.#run(voice).then(resolve as () => void, reject);
    }
    return this.#started;
  }

  /**
   * Ends the call, or the attempt at one. Resolves when everything is released.
   * @param error what it ends with, where it cannot go on
   */
  async end(reason: EndReason = 'user', error?: VoiceError): Promise<void> {
    this.#ends++;
    await (this.#ending ?? (this.attempt && this.#finish(this.attempt, reason, error)));
  }

  /** Forgets what was prepared and ends the call. It can be started again. */
  async dispose(): Promise<void> {
    this.supplies.drop?.();
    await this.end('removed');
  }

  /** From now on, and in calls to come, the visitor is not heard. */
  mute(): void {
    this.#setMuted(true);
  }

  unmute(): void {
    this.#setMuted(false);
  }

  /**
   * For who takes turns by hand: opens the microphone, and shows the visitor as heard (true), or lets it
   * rest (false). Without, it is open all the time. `muted` is another matter, and stronger.
   */
  hold(held?: boolean): void {
    this.#held = held;
    this.attempt?.mute(this.#silent);
    this.conversation?.hold(held);
  }

  /** Stops the agent's answer. Without a call it does nothing. */
  interrupt(): void {
    if (this.#live) this.conversation?.responses.interrupt();
  }

  /**
   * Says `text` as the visitor and asks for an answer; an answer under way is stopped.
   * @param role `system`: tells the agent something, and asks for nothing
   */
  sendText(text: string, role: 'user' | 'system' = 'user'): void {
    if (role === 'user') this.interrupt();
    this.send({
      type: 'conversation.item.create',
      item: { type: 'message', role, content: [{ type: 'input_text', text }] },
    });
    if (role === 'user') this.respond();
  }

  /** Asks the agent to speak: now, or as soon as the present answer is done. */
  respond(): void {
    if (this.#live) this.conversation?.responses.request();
  }

  /** Changes the session; only the fields given. The service answers with `session.updated`. */
  updateSession(session: SessionUpdate): void {
    this.send({ type: 'session.update', session: { type: 'realtime', ...session } });
  }

  /**
   * Sends any event of the protocol: the way in for all that has no method.
   * @throws {DOMException} `InvalidStateError` unless the call is live
   */
  send(event: ClientEvent): void {
    if (this.#state.status === 'recovering' && this.recoverer?.keep(event)) return;
    if (!this.#live) throw new DOMException('There is no live call.', 'InvalidStateError');
    this.#live.line.send(event);
    this.conversation?.sent(event);
    this.recoverer?.sent(event);
  }

  /** To be called in a click after a `playback-blocked` error. @returns whether it is heard now */
  async resumePlayback(): Promise<boolean> {
    return (await this.attempt?.speaker?.resume()) ?? false;
  }

  /** There while the call is live and nobody has ended it. */
  get #live(): Attempt | undefined {
    return this.#state.status === 'live' && !this.#ending ? this.attempt : undefined;
  }

  get #silent(): boolean {
    return this.#muted || this.#held === false;
  }

  async #addVoice(): Promise<void> {
    const attempt = this.attempt;
    try {
      await attempt?.openVoice();
    } catch (error) {
      attempt?.signal.throwIfAborted();
      // The conversation goes on as it was.
      this.#report(VoiceError.from(error, 'microphone-busy', 'The microphone cannot be opened.'));
      throw error;
    }
    this.change({ voice: true });
    this.updateSession({ output_modalities: ['audio'] });
  }

  async #run(voice: boolean): Promise<void> {
    const { session, greeting } = this.#options;
    const attempt = new Attempt({
      ...this.#options,
      supplies: this.supplies,
      muted: () => this.#silent,
      voice,
      handlers: {
        onReady: (step) => {
          this.#update({ type: 'ready', step });
        },
        onMilestone: (step) => {
          this.dispatch('voice-milestone', step);
        },
        onEvent: (event) => {
          this.#receive(attempt, event);
        },
        onQuality: (quality) => {
          this.change({ quality });
        },
        onLost: (error, hungUp) => {
          void this.#lost(attempt, error, hungUp);
        },
        onPlaybackBlocked: () => {
          this.#report(
            new VoiceError('playback-blocked', 'The browser wants a tap to play sound.'),
          );
        },
      },
    });
    this.attempt = attempt;
    this.#liveSince = 0;
    this.conversation = this.#converse();
    try {
      this.#update({ type: 'start' });
      attempt.signal.throwIfAborted();
      checkEnvironment(this.supplies.otherwise);
      await attempt.connect();
      attempt.signal.throwIfAborted();
    } catch (error) {
      if (attempt.signal.aborted) throw error;
      const voiceError = VoiceError.from(error, 'server-error', 'The call did not start.');
      await this.#finish(attempt, 'error', voiceError);
      throw voiceError;
    }
    this.#liveSince = performance.now();
    this.#update({ type: 'live', muted: this.#muted, voice });
    // A listener may have ended it already.
    const modalities = voice ? {} : { output_modalities: ['text' as const] };
    if ((session || !voice) && this.#live) this.updateSession({ ...session, ...modalities });
    if (greeting) this.respond();
  }

  /** Goes on over another line, to a session that knows the conversation. @internal */
  take(line: Line): void {
    const { attempt } = this;
    if (!attempt || this.#ending) {
      line.close();
      return;
    }
    attempt.take(line);
    this.conversation?.restart();
    if (line.session) this.#receive(attempt, line.session);
    const voice = 'voice' in this.#state && this.#state.voice;
    this.#update({ type: 'live', muted: this.#muted, voice });
  }

  /** A service that hangs up has its reasons; everything else can be made good. */
  async #lost(attempt: Attempt, lost: VoiceError, hungUp: boolean): Promise<void> {
    let end = lost;
    if (this.recoverer && !hungUp && this.#live) {
      const show = (step: RecoveryStep) => {
        this.#update({ type: 'recover', step });
      };
      try {
        const line = await this.recoverer.recover(attempt, show);
        if (!attempt.signal.aborted) {
          this.take(line);
          return;
        }
        line.close();
      } catch (thrown) {
        end = VoiceError.from(thrown, lost.code, lost.message);
      }
    }
    await this.#finish(attempt, 'connection-lost', end);
  }

  #converse(): Conversation {
    return new Conversation(
      (event) => {
        this.send(event);
      },
      {
        onTurn: (turn) => {
          this.change({ turn });
        },
        onTranscript: (item) => {
          this.dispatch('voice-transcript', item);
        },
      },
    );
  }

  #receive(attempt: Attempt, event: ServerEvent): void {
    try {
      this.conversation?.received(event);
      if (event.type === 'error') this.#refused(attempt, event.error);
      if (event.type === 'response.done') {
        const { error, reason: code } = event.response.status_details ?? {};
        this.#refused(attempt, code === 'content_filter' ? { code } : error);
      }
    } catch {
      // A malformed event changes nothing; whoever wants to see it gets it below.
    }
    this.dispatch('voice-server-event', event);
  }

  #refused(attempt: Attempt, said?: ServerErrorWords): void {
    const meaning = said && meaningOf(said.code);
    if (!meaning) return;
    const error = serverError(meaning, said);
    if (meaning.fatal) void this.#finish(attempt, 'error', error);
    else this.#report(error);
  }

  #report(error: VoiceError, fatal = false): void {
    this.dispatch('voice-error', { error, fatal });
  }

  async #finish(attempt: Attempt, reason: EndReason, error?: VoiceError): Promise<void> {
    if (attempt !== this.attempt || this.#ending) return this.#ending;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#ending = promise;
    void this.#release(attempt, reason, error).then(resolve as () => void);
    return promise;
  }

  async #release(attempt: Attempt, reason: EndReason, error?: VoiceError): Promise<void> {
    // 0 for a call that never was live.
    const durationMs = this.#liveSince && performance.now() - this.#liveSince;
    await attempt.close(error ?? ended());
    const end = { reason, durationMs, error };
    if (error) this.#report(error, true);
    this.#update({ type: 'end', end });
    this.attempt = this.#started = this.#ending = undefined;
    this.dispatch('voice-end', end);
  }

  #setMuted(muted: boolean): void {
    this.#muted = muted;
    this.attempt?.mute(this.#silent);
    this.change({ muted });
  }

  /** @internal */
  change(change: LiveChange): void {
    this.#update({ type: 'change', change });
  }

  #update(action: CallAction): void {
    const previous = this.#state;
    this.#state = nextState(previous, action);
    if (this.#state === previous) return;
    this.dispatch('voice-state-change', { state: this.#state, previous });
  }
}
