/**
 * What the visitor says, on its way out over a socket that may be slow. Of sound that cannot leave, the
 * oldest is let go: an answer to what was said long ago is of no use. It knows nothing of events.
 */

/** What the system may hold: a quarter of a second, which a bad moment does not fill. */
const HIGH_WATER_BYTES = 16_384;

/** Pieces of 40 ms: two seconds. */
const MAX_PIECES = 50;

/** A socket that takes nothing for so long is gone, whatever the system says. */
const STUCK_MS = 20_000;

export interface SendQueueHandlers {
  /** Sound is let go, or no longer. */
  readonly onSlow: (slow: boolean) => void;
  readonly onStuck: () => void;
}

export class SendQueue {
  readonly #socket: Pick<WebSocket, 'bufferedAmount' | 'send'>;
  readonly #handlers: SendQueueHandlers;
  #pieces: string[] = [];
  #isSlow = false;
  /** When something last left. */
  #flowed = performance.now();

  constructor(socket: Pick<WebSocket, 'bufferedAmount' | 'send'>, handlers: SendQueueHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
  }

  add(piece: string): void {
    this.#pieces.push(piece);
    this.drain();
  }

  /** To be called also while nothing is added: what the visitor has said leaves as soon as it can. */
  drain(): void {
    const now = performance.now();
    while (this.#pieces.length > 0 && this.#socket.bufferedAmount < HIGH_WATER_BYTES) {
      this.#socket.send(this.#pieces.shift() as string);
      this.#flowed = now;
    }
    const isSlow = this.#pieces.length >= (this.#isSlow ? 1 : MAX_PIECES);
    if (this.#pieces.length > MAX_PIECES) this.#pieces.shift();
    if (isSlow !== this.#isSlow) this.#handlers.onSlow((this.#isSlow = isSlow));
    if (now - this.#flowed > STUCK_MS && this.#pieces.length > 0) this.#handlers.onStuck();
  }

  /** Everything leaves before what is sent next. */
  flush(): void {
    for (const piece of this.#pieces.splice(0)) this.#socket.send(piece);
  }

  /** Nothing of it is wanted any more. */
  clear(): void {
    this.#pieces = [];
  }
}
