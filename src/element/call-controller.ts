/**
 * Stands between the element and a `Call` that is loaded only when somebody wants to talk. It makes
 * the wait for that code part of connecting, so that the page sees one call from the click to the
 * end; it draws nothing and knows no attributes.
 */
import { until, within } from '../core/abort.js';
import type { Call } from '../core/call.js';
import { CONNECTING, IDLE, type CallState, type EndReason } from '../core/call-state.js';
import { VoiceError } from '../core/voice-error.js';
import type { VoiceAgentEventDetails, VoiceAgentEventMap } from './dom-events.js';
import { loadTalk, type Talk } from './load-talk.js';

/** For the code that loads on intent: as long as a slow phone needs, and no longer. */
const LOAD_TIMEOUT_MS = 20_000;

export interface CallControllerHost {
  /** The code for calls is there. */
  loaded(talk: Talk): void;
  /** The call that the page's present properties describe. */
  makeCall(talk: Talk): Promise<Call>;
  /** It is the present one now, and begins. */
  use(call: Call): void;
  /** Whether it may go on beside another. */
  concurrent(): boolean;
  /** The code for a call is still on its way; what can be asked for meanwhile? */
  ahead(signal: AbortSignal): void;
  /** @returns false when a listener canceled the event */
  emit<K extends keyof VoiceAgentEventDetails>(
    name: K,
    detail: VoiceAgentEventDetails[K],
    cancelable?: boolean,
  ): boolean;
}

export class CallController {
  readonly #host: CallControllerHost;
  #state: CallState = IDLE;
  #muted = false;
  #talk: Talk | undefined;
  #call: Call | undefined;
  #making: Promise<Call> | undefined;
  /** The present call was made with options that have changed since. */
  #stale = false;
  /** There from `start` to `voice-end`, as are the three after it. */
  #started: Promise<void> | undefined;
  /** Ends a start whose code has not arrived yet. */
  #cancel = new AbortController();
  /** Resolves with `voice-end`. */
  #over = Promise.withResolvers<undefined>();
  /** Why the call will end in a moment. */
  #ending: EndReason | undefined;
  /** Keeps a start that waits for that end from coming about. */
  #again: AbortController | undefined;

  constructor(host: CallControllerHost) {
    this.#host = host;
  }

  get state(): CallState {
    return this.#state;
  }

  /** There once somebody has shown intent. */
  get talk(): Talk | undefined {
    return this.#talk;
  }

  get call(): Call | undefined {
    return this.#call;
  }

  /** The next call is made anew; one under way keeps what it began with. */
  invalidate(): void {
    this.#stale = true;
  }

  /** Gets ready for a click that may come. Never throws: nobody has asked for anything yet. */
  async warmUp(): Promise<void> {
    try {
      const talk = await loadTalk();
      if (!this.#started) await talk.extrasOf(await this.#prepare(talk))?.warmUp();
    } catch {
      // `start` will say what is wrong.
    }
  }

  /**
   * @param voice false: by text. With a voice, one by text goes on by voice.
   * @param agree waits for a yes that is wanted first; it rejects as long as there is none
   */
  start(voice: boolean, agree?: () => Promise<void>): Promise<void> {
    if (this.#ending) {
      const { signal } = (this.#again ??= new AbortController());
      return this.#over.promise.then(() => {
        signal.throwIfAborted();
        return this.start(voice, agree);
      });
    }
    if (this.#started) {
      const byText = this.#state.status === 'live' && !this.#state.voice;
      return voice && byText && this.#call ? this.#call.start() : this.#started;
    }
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#started = promise;
    this.#over = Promise.withResolvers();
    this.#cancel = new AbortController();
    this.#connect(voice, agree).then(resolve as () => void, reject);
    return promise;
  }

  /** Resolves after `voice-end`. */
  async end(reason: EndReason): Promise<void> {
    const ended = new DOMException('The call was ended.', 'AbortError');
    this.#again?.abort(ended);
    this.#again = undefined;
    if (!this.#started) return;
    this.#ending ??= reason;
    this.#cancel.abort(ended);
    void this.#call?.end(reason);
    await this.#over.promise;
  }

  /** Ends the call and forgets what was prepared for another. */
  async dispose(): Promise<void> {
    await this.end('removed');
    this.#drop();
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    if (muted) this.#call?.mute();
    else this.#call?.unmute();
  }

  async #connect(voice: boolean, agree?: () => Promise<void>): Promise<void> {
    const { signal } = this.#cancel;
    const limit = within(LOAD_TIMEOUT_MS, signal);
    let call: Call;
    try {
      if (agree) await until(limit, agree());
      if (!this.#host.emit('voice-start', {}, true)) {
        throw new DOMException('voice-start was canceled.', 'AbortError');
      }
      signal.throwIfAborted();
      // Before anything is drawn, which keeps the page busy for some milliseconds.
      if (!this.#talk) this.#host.ahead(signal);
      this.#update(CONNECTING);
      const talk = await until(limit, loadTalk());
      call = await until(limit, this.#prepare(talk));
      signal.throwIfAborted();
      talk.claimPage(call, this.#host.concurrent());
      if (call !== this.#call) this.#use(call, talk);
    } catch (cause) {
      const isEnded = (cause as Error).name === 'AbortError';
      const error = isEnded
        ? undefined
        : VoiceError.from(cause, 'network-blocked', 'The widget did not load.');
      // What nobody was told of has no end.
      if (error || this.#state === CONNECTING) this.#endWithoutCall(error);
      else this.#forget();
      throw error ?? cause;
    }
    await call.start(voice);
  }

  /** The call never came about: no microphone, no connection, nothing to release. */
  #endWithoutCall(error?: VoiceError): void {
    // What was asked for this attempt is of no use to the next.
    this.#stale = true;
    const reason = (this.#ending ??= 'error');
    const end = { reason, durationMs: 0, error };
    if (error) this.#host.emit('voice-error', { error, fatal: true });
    this.#update(Object.freeze({ status: 'ended', ...end }));
    this.#ended(end);
  }

  #ended(detail: VoiceAgentEventDetails['voice-end']): void {
    this.#forget();
    this.#host.emit('voice-end', detail);
  }

  /** From now on there is nothing to end, and another call may start. */
  #forget(): void {
    this.#started = this.#ending = undefined;
    this.#over.resolve(undefined);
  }

  /** The call that the page's present options describe; it is the present one from its start on. */
  #prepare(talk: Talk): Promise<Call> {
    if (!this.#talk) this.#host.loaded((this.#talk = talk));
    if (!this.#making || this.#stale) {
      this.#drop();
      this.#stale = false;
      this.#making = this.#host.makeCall(talk);
      this.#making.catch(() => (this.#stale = true));
    }
    return this.#making;
  }

  #drop(): void {
    this.#making?.then(
      (call) => call.dispose(),
      () => undefined,
    );
  }

  #use(call: Call, talk: Talk): void {
    if (this.#muted) call.mute();
    const extras = talk.extrasOf(call);
    for (const name of talk.CALL_EVENTS) {
      call.addEventListener(name, (event) => {
        const { detail, cancelable } = event as VoiceAgentEventMap[typeof name];
        if ('fatal' in detail && detail.fatal) this.#ending ??= 'error';
        const leaving = extras?.leaving(name, detail);
        if (leaving && !this.#host.emit(name, leaving, cancelable)) event.preventDefault();
      });
    }
    call.addEventListener('voice-state-change', ({ type, detail }) => {
      this.#update((extras?.leaving(type, detail) ?? detail).state);
    });
    call.addEventListener('voice-end', ({ type, detail }) => {
      this.#ended(extras?.leaving(type, detail) ?? detail);
    });
    this.#call = call;
    this.#host.use(call);
  }

  #update(state: CallState): void {
    const previous = this.#state;
    this.#state = state;
    if (state.status === 'ended') this.#ending ??= state.reason;
    // The call begins to connect when the page has long been told so.
    const isFirstStep =
      state.status === 'connecting' && state.waitingFor.size === CONNECTING.waitingFor.size;
    if (state === previous || (isFirstStep && state !== CONNECTING)) return;
    this.#host.emit('voice-state-change', { state, previous });
  }
}
