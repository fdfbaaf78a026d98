/**
 * A `Call` as tools see it, without a connection: the test is the service. It refuses to send without
 * a live call, as the real one does.
 */
import './with-resolvers.js';
import type { CallEventDetails } from '../../../src/core/call-events.js';
import { IDLE, type CallState, type EndReason, type Turn } from '../../../src/core/call-state.js';
import { Emitter } from '../../../src/core/emitter.js';
import type { ClientEvent, ServerEvent, SessionUpdate } from '../../../src/core/protocol.js';
import type { CallOfTools } from '../../../src/core/tools/live-call.js';
import type { ToolEventDetails } from '../../../src/core/tools/tool-events.js';
import type { PageTool } from '../../../src/core/tools/page-tool.js';
import { attachTools, type ToolsOptions } from '../../../src/core/tools/attach-tools.js';
import { event } from '../../support/server-events.js';

type Details = CallEventDetails & ToolEventDetails;

const LIVE = {
  status: 'live',
  turn: 'listening',
  muted: false,
  quality: 'good',
  voice: true,
} as const satisfies CallState;
const ENDED = { status: 'ended', reason: 'user', durationMs: 5 } as const satisfies CallState;

export class FakeCall extends Emitter<Details> implements CallOfTools {
  state = IDLE;
  /** All that was sent or asked for since the last look. */
  #sent: ClientEvent[] = [];
  readonly #waiting = new Set<() => void>();

  /** A call that is live, with tools; what was sent for that is not looked at. */
  static live(tools: readonly PageTool[], options?: ToolsOptions, session?: object) {
    const call = new FakeCall();
    const attached = attachTools(call, tools, options);
    call.begin(session);
    call.sent();
    return { call, tools: attached };
  }

  begin(session: object = {}, voice = true): void {
    this.receive(sessionEvent('session.created', session));
    this.#turnInto({ ...LIVE, voice });
  }

  /** As behind a filter that keeps the session from the page. */
  turnLive(): void {
    this.#turnInto(LIVE);
  }

  /** The connection is lost. */
  lose(): void {
    this.#turnInto({ status: 'recovering', attempt: 1, cause: 'network', voice: true });
  }

  /** Somebody else has the floor. */
  turn(turn: Turn): void {
    this.#turnInto({ ...LIVE, turn });
  }

  end(reason: EndReason = 'user'): void {
    this.#turnInto({ ...ENDED, reason });
  }

  receive(...events: readonly ServerEvent[]): void {
    for (const one of events) this.dispatch('voice-server-event', one);
  }

  /** What was sent since the last look. */
  sent(): ClientEvent[] {
    return this.#sent.splice(0);
  }

  /** The next event that is sent, once there is one. */
  async nextSent(): Promise<ClientEvent> {
    while (this.#sent.length === 0) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    return this.#sent.shift()!;
  }

  /** The next outputs for the agent, as text, up to the wish that it speaks. */
  async answers(): Promise<string[]> {
    const outputs: string[] = [];
    for (;;) {
      const one = await this.nextSent();
      if (one.type === 'response.create') return outputs;
      if (one.type === 'conversation.item.create' && one.item.type === 'function_call_output')
        outputs.push(`${one.item.call_id}: ${one.item.output}`);
    }
  }

  /** Resolves with the detail of the next event of a type. */
  next<K extends keyof Details>(type: K): Promise<Details[K]> {
    return new Promise((resolve) => {
      this.addEventListener(type, ({ detail }) => resolve(detail), { once: true });
    });
  }

  /** The details of all events of a type, as they come. */
  collect<K extends keyof Details>(type: K): Details[K][] {
    const details: Details[K][] = [];
    this.addEventListener(type, ({ detail }) => details.push(detail));
    return details;
  }

  send(event: ClientEvent): void {
    if (this.state.status !== 'live') throw new DOMException('No.', 'InvalidStateError');
    this.#sent.push(event);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  respond(): void {
    this.send({ type: 'response.create' });
  }

  updateSession(session: SessionUpdate): void {
    this.send({ type: 'session.update', session: { type: 'realtime', ...session } });
  }

  #turnInto(state: CallState): void {
    const previous = this.state;
    this.state = state;
    this.dispatch('voice-state-change', { state, previous });
  }
}

export function sessionEvent(type: 'session.created' | 'session.updated', session: object) {
  return event(type, { session: { type: 'realtime', id: 'sess_1', ...session } });
}

/** The item in which the agent calls a function. */
export function functionCall(id: string, name: string, args: unknown = {}, status = 'completed') {
  const text = typeof args === 'string' ? args : JSON.stringify(args);
  return { id: `item_${id}`, type: 'function_call', status, call_id: id, name, arguments: text };
}

/** The end of a response that made these items. */
export function responseDone(output: readonly unknown[], status = 'completed', id = 'resp_1') {
  return event('response.done', { response: { id, status, output } });
}
