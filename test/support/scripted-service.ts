/**
 * A realtime service at the other end of a simulated browser: gives secrets, takes offers and answers
 * events, or refuses, as it is told. It knows nothing of calls.
 */
import type { CallOptions, ServerEvent } from '../../src/core/index.js';
import { VoiceError, type VoiceErrorCode } from '../../src/core/voice-error.js';
import { answered, event, typed } from './server-events.js';
import type { SimulatedBrowser, SimulatedPeer } from './simulated-browser.js';

/** What becomes of the next requests: the usual, a refusal, or silence. */
export type Manner = 'ok' | 'hang' | VoiceErrorCode;

interface Received {
  readonly type: string;
  readonly item?: {
    readonly id?: string;
    readonly type: string;
    readonly content?: readonly { text?: string }[];
  };
}

const LATENCY_MS = 10;

export class ScriptedService {
  secret: Manner = 'ok';
  offer: Manner | 'nonsense' = 'ok';
  /** Whether a new session says so. */
  opensSession = true;
  /** How long a session lasts, in s; without it nothing is said of it. */
  lastsSeconds: number | undefined;
  /** What came in the present session. */
  received: Received[] = [];
  /** Sessions that were opened. */
  sessions = 0;
  readonly #browser: SimulatedBrowser;
  #answers = 0;
  #items = 0;
  /** The last item of the present session. */
  #last: string | null = null;

  constructor(browser: SimulatedBrowser) {
    this.#browser = browser;
    browser.answering = {
      onOpen: (peer) => {
        this.#last = null;
        this.received = [];
        this.sessions++;
        if (this.opensSession) tell(peer, this.#sessionCreated());
      },
      onMessage: (peer, text) => {
        const received = JSON.parse(text) as Received;
        this.received.push(received);
        browser.after(LATENCY_MS, () => this.#answer(peer, received));
      },
    };
  }

  get callOptions(): CallOptions {
    return {
      tokenSource: (signal) => this.#after(this.secret, signal, { value: 'ek_test' }),
      negotiate: (_, __, signal) => {
        const sdp = this.offer === 'nonsense' ? 'nonsense' : 'v=0';
        return this.#after(this.offer === 'nonsense' ? 'ok' : this.offer, signal, { sdp });
      },
    };
  }

  /** The page gets these events. */
  send(...events: readonly ServerEvent[]): void {
    if (this.peer) tell(this.peer, ...events);
  }

  sendRaw(data: unknown): void {
    this.peer?.receive(data);
  }

  /** The connection that is used: one that is got ready for later is younger. */
  get peer(): SimulatedPeer | undefined {
    return this.#browser.peers.find(({ isOpen }) => isOpen);
  }

  #after<T>(manner: Manner, signal: AbortSignal, value: T): Promise<T> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
      if (manner === 'hang') return;
      this.#browser.after(LATENCY_MS, () => {
        if (manner === 'ok') resolve(value);
        else reject(new VoiceError(manner, 'The script says so.'));
      });
    });
  }

  #sessionCreated(): ServerEvent {
    const expires_at = this.lastsSeconds && Math.floor(Date.now() / 1000) + this.lastsSeconds;
    return event('session.created', {
      session: { id: `sess_${this.sessions}`, type: 'realtime', model: 'gpt-realtime', expires_at },
    });
  }

  #answer(peer: SimulatedPeer, { type, item }: Received): void {
    if (type === 'session.update') tell(peer, event('session.updated', { session: {} }));
    if (type === 'conversation.item.create' && item?.type === 'message') {
      const { id = `typed_${++this.#items}` } = item;
      const text = item.content?.[0]?.text ?? '';
      tell(peer, ...typed(id, text, this.#last));
      this.#last = id;
    }
    if (type === 'response.create') {
      const [response, id] = [`resp_s${++this.#answers}`, `said_${this.#answers}`];
      const words = answered(response, id, 'One moment, please.', this.#last);
      this.#last = id;
      for (const [index, one] of words.entries()) {
        this.#browser.after(index * 20, () => tell(peer, one));
      }
    }
  }
}

function tell(peer: SimulatedPeer, ...events: readonly ServerEvent[]): void {
  for (const one of events) peer.receive(JSON.stringify(one));
}
