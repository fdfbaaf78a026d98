/**
 * Puts the visitor's turns in order: each waits for its words, is decided on after the one before it,
 * and when none is left an answer is due. It does not know what is decided.
 */
import { until, within } from '../abort.js';

/** What becomes of a turn, given its words or why there are none. */
export type Decide = (id: string, words: Promise<string>) => Promise<() => void>;

interface Settle {
  resolve(words: string): void;
  reject(error: Error): void;
}

export class VisitorTurns {
  readonly #waiting = new Map<string, Settle>();
  /** A turn that the service names twice is one turn. */
  readonly #known = new Set<string>();
  readonly #signal: AbortSignal;
  readonly #timeoutMs: number;
  readonly #onAnswerDue: () => void;
  #last: Promise<void> = Promise.resolve();
  #isSpeaking = false;
  #isDue = false;

  /** @param timeoutMs how long words may take after the turn */
  constructor(signal: AbortSignal, timeoutMs: number, onAnswerDue: () => void) {
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
    this.#onAnswerDue = onAnswerDue;
  }

  /** The ids of those that are not decided on yet. */
  get waiting(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** While the visitor speaks no answer is due; the turn under way will bring one. */
  speaking(isSpeaking: boolean): void {
    this.#isSpeaking = isSpeaking;
    this.#settle();
  }

  /**
   * A turn has ended. All are read side by side and decided on in their order.
   * @param decide reads the words and returns what to do about them; never rejects
   */
  add(id: string, decide: Decide): void {
    if (this.#known.has(id)) return;
    this.#known.add(id);
    const words = new Promise<string>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    const decision = decide(id, until(within(this.#timeoutMs, this.#signal), words));
    const next = async () => {
      const act = await decision;
      if (this.#signal.aborted) return;
      try {
        act();
      } finally {
        this.#waiting.delete(id);
        this.#isDue = true;
        this.#settle();
      }
    };
    this.#last = this.#last.then(next, next);
  }

  heard(id: string, words: unknown): void {
    this.#waiting.get(id)?.resolve(typeof words === 'string' ? words : '');
  }

  missed(id: string, error: Error): void {
    this.#waiting.get(id)?.reject(error);
  }

  #settle(): void {
    if (!this.#isDue || this.#isSpeaking || this.#waiting.size) return;
    this.#isDue = false;
    this.#onAnswerDue();
  }
}
