/**
 * A realtime service at the other end of every WebSocket that a page makes, in the page itself: it takes
 * or refuses connections and says what the test tells it to. It knows no network.
 */
import type { ClientEvent, ServerEvent } from '../../src/core/index.js';
import { event } from './server-events.js';

export class FakeSockets {
  /** Every socket that was made, in order. */
  readonly made: FakeSocket[] = [];
  /** How many of the next ones are refused. */
  refuse = 0;
  /** What else the next sessions are. */
  session: object = {};
  readonly #original = globalThis.WebSocket;

  constructor() {
    const made = this.made;
    const isRefused = () => this.refuse-- > 0;
    const sessionNow = () => this.session;
    globalThis.WebSocket = class extends FakeSocket {
      constructor(url: URL, protocols: string[]) {
        super(url, protocols, isRefused(), sessionNow());
        made.push(this);
      }
    } as unknown as typeof WebSocket;
  }

  get last(): FakeSocket {
    const last = this.made.at(-1);
    if (!last) throw new Error('There is no socket.');
    return last;
  }

  restore(): void {
    globalThis.WebSocket = this.#original;
  }
}

export class FakeSocket extends EventTarget {
  readonly url: URL;
  readonly protocols: readonly string[];
  readonly received: ClientEvent[] = [];
  bufferedAmount = 0;
  isOpen = false;

  constructor(url: URL, protocols: string[], refused: boolean, session: object) {
    super();
    this.url = url;
    this.protocols = protocols;
    setTimeout(() => {
      if (refused) {
        this.drop(1006);
        return;
      }
      this.isOpen = true;
      this.dispatchEvent(new Event('open'));
      // As a browser does it: each event in a task of its own.
      setTimeout(() => {
        this.say(
          event('session.created', { session: { id: 'sess', type: 'realtime', ...session } }),
        );
      });
    });
  }

  /** The secret that was presented. */
  get secret(): string | undefined {
    return this.protocols.find((one) => one.startsWith('openai-'))?.split('.')[1];
  }

  say(...events: readonly ServerEvent[]): void {
    for (const one of events) this.sayRaw(JSON.stringify(one));
  }

  sayRaw(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  /** The network is gone, or (1000) the service hangs up. */
  drop(code: number): void {
    this.isOpen = false;
    this.dispatchEvent(new CloseEvent('close', { code, wasClean: code === 1000 }));
  }

  send(text: string): void {
    if (this.isOpen) this.received.push(JSON.parse(text) as ClientEvent);
  }

  close(): void {
    this.isOpen = false;
  }
}
