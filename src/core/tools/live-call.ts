/**
 * One live call as its tools see it: a way to speak to the service that closes with the call, and
 * a sense of when the agent should not be asked to speak. It knows no tool.
 */
import type { Call } from '../call.js';
import type { VoiceErrorDetail } from '../call-events.js';
import type { EndReason } from '../call-state.js';
import type { ClientEvent, ServerEvent } from '../protocol.js';
import { VoiceError } from '../voice-error.js';
import type { ToolEventDetails } from './tool-events.js';

/** What tools use of a `Call`: nothing that a page could not. */
export type CallOfTools = Pick<
  Call,
  'state' | 'send' | 'respond' | 'updateSession' | 'addEventListener' | 'dispatchEvent'
> & { end(reason: EndReason): unknown };

/** Longest wait for a goodbye. */
const GOODBYE_MS = 5_000;

export class LiveCall {
  readonly #call: CallOfTools;
  readonly #end = new AbortController();
  #turn = new AbortController();
  #voiceInterrupts = true;
  /** The visitor has the floor; what they do leads to an answer that is not ours to ask for. */
  #quiet = false;
  /** The newest response, by id. */
  #latest: string | undefined;

  constructor(call: CallOfTools) {
    this.#call = call;
    // No event of the service tells of a turn that is taken by hand.
    const { signal } = this;
    call.addEventListener('voice-state-change', () => (this.#quiet ||= this.#isHearing), {
      signal,
    });
  }

  get #isHearing(): boolean {
    const { state } = this.#call;
    return state.status === 'live' && state.turn === 'hearing';
  }

  /** There is a voice in it, which may have been heard. */
  get isSpoken(): boolean {
    const { state } = this.#call;
    return state.status !== 'live' || state.voice;
  }

  /** Aborts at the end of the call. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Aborts when the visitor next breaks in. */
  get interruption(): AbortSignal {
    return this.#turn.signal;
  }

  /** To be told of every event from the service. */
  observe(event: ServerEvent): void {
    switch (event.type) {
      case 'session.created':
      case 'session.updated': {
        const { session } = event;
        if (session.type === 'transcription') break;
        // Null is push-to-talk, where no voice is heard by itself.
        this.#voiceInterrupts = session.audio?.input?.turn_detection?.interrupt_response !== false;
        break;
      }
      case 'input_audio_buffer.speech_started':
        if (this.#voiceInterrupts) this.interrupt();
        this.#quiet = true;
        break;
      case 'output_audio_buffer.cleared':
        // By the stop button, if not by the voice, which came first; unless something newer was asked
        // for in the meantime, such as the answer to a typed text.
        if (event.response_id === (this.#latest ?? event.response_id)) this.interrupt();
        break;
      case 'response.created':
        this.#latest = event.response.id;
        this.#quiet = this.#isHearing;
        break;
      case 'input_audio_buffer.cleared':
        this.#quiet = this.#isHearing;
        break;
      case 'error':
        // They have said nothing, and no answer will follow.
        if (event.error.code === 'input_audio_buffer_commit_empty') this.#quiet = this.#isHearing;
        break;
    }
  }

  /** The visitor breaks in: tools are told, and the agent speaks only when something else asks it. */
  interrupt(): void {
    this.#quiet = true;
    this.#turn.abort(new DOMException('The visitor broke in.', 'AbortError'));
    this.#turn = new AbortController();
  }

  /** @returns whether it was sent: not after the end of the call */
  send(event: ClientEvent): boolean {
    if (this.signal.aborted) return false;
    try {
      this.#call.send(event);
      return true;
    } catch {
      // Somebody is ending the call at this moment.
      return false;
    }
  }

  /**
   * Asks the agent to speak about what it was told. Not while the visitor has the floor: the answer to
   * them will know of it, and whoever pressed the stop button wants silence.
   */
  ask(): void {
    if (!this.signal.aborted && !this.#quiet) this.#call.respond();
  }

  /** Ends the call for the agent, once it is silent. */
  end(): void {
    const call = this.#call;
    const { signal } = this;
    const end = () => {
      if (!signal.aborted) call.end('agent');
    };
    const endInSilence = () => {
      if (call.state.status !== 'live' || call.state.turn !== 'speaking') end();
    };
    const timer = setTimeout(end, GOODBYE_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
    call.addEventListener('voice-state-change', endInSilence, { signal });
    endInSilence();
  }

  /** @returns whether no listener prevented it */
  emit<K extends keyof ToolEventDetails>(
    type: K,
    detail: ToolEventDetails[K],
    cancelable = false,
  ): boolean {
    return this.#call.dispatchEvent(new CustomEvent(type, { detail, cancelable }));
  }

  /** Tells the page of something that it should repair. The call goes on. */
  report(message: string, cause?: unknown): void {
    const error = new VoiceError('tool-failed', message, { cause });
    const detail: VoiceErrorDetail = { error, fatal: false };
    this.#call.dispatchEvent(new CustomEvent('voice-error', { detail }));
  }

  close(): void {
    this.#end.abort(new DOMException('The call is over.', 'AbortError'));
  }
}
