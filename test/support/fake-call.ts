/**
 * A call as those see it who listen from outside: its events, and what they ask of it. It has no
 * connection and answers nothing by itself; a test says what the service sends.
 */
import type { Call } from '../../src/core/call.js';
import { CONNECTING, IDLE, type CallState, type LiveChange } from '../../src/core/call-state.js';
import { Conversation } from '../../src/core/conversation.js';
import { Emitter } from '../../src/core/emitter.js';
import type { CallEventDetails } from '../../src/core/call-events.js';
import type { ClientEvent, ServerEvent, SessionUpdate } from '../../src/core/protocol.js';

const LIVE: CallState = {
  status: 'live',
  turn: 'listening',
  muted: false,
  quality: 'good',
  voice: true,
};

type Surface = Pick<
  Call,
  | 'addEventListener'
  | 'dispatchEvent'
  | 'state'
  | 'items'
  | 'send'
  | 'respond'
  | 'interrupt'
  | 'updateSession'
  | 'hold'
  | 'isReading'
>;

export class FakeCall extends Emitter<CallEventDetails> implements Surface {
  /** What was asked of the call, in order: the types of sent events, `interrupt`, `respond`. */
  readonly asked: string[] = [];
  readonly sent: ClientEvent[] = [];
  /** How its microphone was held, in order. */
  readonly holds: (boolean | undefined)[] = [];
  state: CallState = IDLE;
  isReading: Call['isReading'];
  #conversation: Conversation | undefined;

  get items() {
    return this.#conversation?.items ?? [];
  }

  /** The service has a session; the call is not live before its first event was heard. */
  start(...first: ServerEvent[]): void {
    this.#conversation = new Conversation(() => undefined, {
      onTurn: () => undefined,
      onTranscript: (item) => {
        this.dispatch('voice-transcript', item);
      },
    });
    this.#become(CONNECTING);
    this.receive(...first);
    this.#become(LIVE);
  }

  end(): void {
    this.#become({ status: 'ended', reason: 'user', durationMs: 1 });
    this.dispatch('voice-end', { reason: 'user', durationMs: 1 });
  }

  /** The connection is lost, and another one is there. */
  recover(): void {
    this.#become({ status: 'recovering', attempt: 1, cause: 'network', voice: true });
    this.#become(LIVE);
  }

  receive(...events: ServerEvent[]): void {
    for (const event of events) {
      try {
        this.#conversation?.received(event);
      } catch {
        // As a call does with a malformed event.
      }
      this.dispatch('voice-server-event', event);
    }
  }

  send(event: ClientEvent): void {
    if (this.state.status !== 'live') throw new DOMException('No call.', 'InvalidStateError');
    this.sent.push(event);
    this.asked.push(event.type);
  }

  updateSession(session: SessionUpdate): void {
    this.send({ type: 'session.update', session: { type: 'realtime', ...session } });
  }

  hold(held?: boolean): void {
    this.holds.push(held);
  }

  /** Something about the live call is different from now on. */
  change(change: LiveChange): void {
    if (this.state.status === 'live') this.#become({ ...this.state, ...change });
  }

  respond(): void {
    if (this.state.status === 'live') this.asked.push('respond');
  }

  interrupt(): void {
    if (this.state.status === 'live') this.asked.push('interrupt');
  }

  #become(state: CallState): void {
    const previous = this.state;
    this.state = state;
    this.dispatch('voice-state-change', { state, previous });
  }
}

/** The details of all events of one type, as they come. */
export function detailsOf<Detail>(call: EventTarget, type: string): Detail[] {
  const details: Detail[] = [];
  call.addEventListener(type, (event) => {
    details.push((event as CustomEvent<Detail>).detail);
  });
  return details;
}
