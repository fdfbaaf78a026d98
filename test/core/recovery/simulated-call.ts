/**
 * A call that outlives its connections, in a simulated browser on a simulated clock, and what each of its
 * sessions was told. The service confirms every item, under the id it came with, and answers nothing by
 * itself.
 */
import { afterEach, expect } from 'vitest';
import { Call, type ClientEvent, type ServerEvent } from '../../../src/core/index.js';
import {
  attachRecovery,
  type Recovery,
  type RecoveryOptions,
} from '../../../src/core/recovery/attach-recovery.js';
import { ScriptedService } from '../../support/scripted-service.js';
import { event } from '../../support/server-events.js';
import { SimulatedBrowser, type SimulatedPeer } from '../../support/simulated-browser.js';
import { SimulatedClock } from '../../support/simulated-clock.js';

const LATENCY_MS = 10;

/** Secret, offer, route and channel; the session's first event comes at once. */
const CONNECTED_AFTER_MS = 50;

export class SimulatedCall {
  readonly clock = new SimulatedClock();
  readonly browser = new SimulatedBrowser(this.clock);
  readonly service = new ScriptedService(this.browser);
  readonly call: Call;
  recovery!: Recovery;
  /** What each session has received, oldest first. */
  readonly told: ClientEvent[][] = [];
  /** When a secret was asked for, in ms since the call was live. */
  readonly secrets: number[] = [];
  /** The states after the start, in words, each with its time. */
  readonly states: (readonly [at: number, state: string])[] = [];
  /** Whether the service confirms what it gets. */
  confirms = true;
  /** How long sessions last; without it the service does not say. */
  sessionMs: number | undefined;
  #since = 0;
  readonly #restore: (() => void)[] = [];
  #count = 0;

  constructor() {
    this.#restore.push(this.clock.install(), this.browser.install());
    const { answering } = this.browser;
    const toldBy = new WeakMap<SimulatedPeer, ClientEvent[]>();
    this.service.opensSession = false;
    this.browser.answering = {
      onOpen: (peer) => {
        const told: ClientEvent[] = [];
        toldBy.set(peer, told);
        this.told.push(told);
        answering.onOpen(peer);
        const expires_at = this.sessionMs && (Date.now() + this.sessionMs) / 1_000;
        const id = `sess_${this.told.length}`;
        peer.receive(JSON.stringify(event('session.created', { session: { id, expires_at } })));
      },
      onMessage: (peer, text) => {
        const one = JSON.parse(text) as ClientEvent;
        toldBy.get(peer)?.push(one);
        if (one.type === 'conversation.item.create') this.#confirm(peer, one.item);
        if (one.type === 'session.update') answering.onMessage(peer, text);
      },
    };
    const { tokenSource, negotiate } = this.service.callOptions;
    this.call = new Call({
      negotiate,
      tokenSource: (signal) => {
        this.secrets.push(this.at);
        return tokenSource(signal);
      },
    });
    this.call.addEventListener('voice-state-change', ({ detail: { state } }) => {
      const { status } = state;
      const words: Partial<Record<typeof status, string>> = {
        live: 'turn' in state ? `live: ${state.turn}` : '',
        recovering: 'cause' in state ? `recovering: ${state.cause} ${state.attempt}` : '',
        ended: 'reason' in state ? `ended: ${state.reason}` : '',
      };
      if (this.#since > 0) this.states.push([this.at, words[status] ?? status]);
    });
  }

  attach(options: RecoveryOptions = {}): void {
    this.recovery = attachRecovery(this.call, options);
  }

  /** The session of the call sends these, whichever other one is being got ready. */
  say(...events: readonly ServerEvent[]): void {
    const peer = this.browser.peers.find(({ isClosed }) => !isClosed);
    for (const one of events) peer?.receive(JSON.stringify(one));
  }

  /** ms since the call was live */
  get at(): number {
    return this.clock.now - this.#since;
  }

  /** The call is live, and everything is counted from now. */
  async start(voice = true): Promise<void> {
    const started = this.call.start(voice);
    await this.clock.advance(CONNECTED_AFTER_MS);
    await started;
    this.#since = this.clock.now;
    this.secrets.length = 0;
  }

  /** As the browser does it when nothing comes any more. */
  lose(): void {
    this.call.attempt?.line.connection?.giveUp('the test says so');
  }

  /** The connection is lost, and the call is back. */
  async loseAndGoOn(): Promise<void> {
    this.lose();
    await this.clock.advance(200);
  }

  async leave(): Promise<string[]> {
    try {
      void this.call.dispose();
      await this.clock.advance(61_000);
      return this.browser.left();
    } finally {
      for (const one of this.#restore.reverse()) one();
    }
  }

  #confirm(peer: SimulatedPeer, item: object): void {
    if (!this.confirms) return;
    const named = { id: `item_${++this.#count}`, ...item };
    this.browser.after(LATENCY_MS, () => {
      for (const type of ['conversation.item.added', 'conversation.item.done']) {
        peer.receive(JSON.stringify(event(type, { item: named, previous_item_id: null })));
      }
    });
  }
}

/** Makes one for a test; what it leaves open fails the test. */
export function simulatedCalls(): (options?: RecoveryOptions | 'later') => SimulatedCall {
  let present: SimulatedCall | undefined;
  afterEach(async () => {
    const left = await present?.leave();
    present = undefined;
    expect(left ?? []).toEqual([]);
  });
  return (options) => {
    present = new SimulatedCall();
    if (options !== 'later') present.attach(options);
    return present;
  };
}

/** Messages among events, in words. */
export const textsOf = (events: readonly ClientEvent[] = []): string[] =>
  events.flatMap((one) => {
    if (one.type !== 'conversation.item.create' || one.item.type !== 'message') return [];
    const [part] = one.item.content;
    return [`${one.item.role}: ${String(part && 'text' in part && part.text)}`];
  });
