/**
 * Follows one turn of the agent with all guardrails, while its text grows. Each guardrail reads it
 * again after so many characters and at the end, one run at a time: what is slow reads more at once,
 * and holds up no other. It does not know what a hit leads to.
 */
import type { TranscriptItem } from '../transcript.js';
import type { Guardrail } from './guardrail.js';
import type { Hit, Judge } from './judge.js';

interface Reader {
  readonly guardrail: Guardrail;
  isBusy: boolean;
  read: string;
  hasReadEnd: boolean;
}

export interface Watching {
  readonly judge: Judge;
  readonly guardrails: readonly Guardrail[];
  /** Characters. */
  readonly every: number;
  /** At most once, with the text as it was when the guardrail was asked. */
  readonly onHit: (hit: Hit, text: string) => void;
}

export class WatchedItem {
  readonly #watching: Watching;
  readonly #readers: readonly Reader[];
  readonly #over = new AbortController();
  #item: TranscriptItem;

  constructor(item: TranscriptItem, watching: Watching) {
    this.#item = item;
    this.#watching = watching;
    this.#readers = watching.guardrails.map((guardrail) => ({
      guardrail,
      isBusy: false,
      read: '',
      hasReadEnd: false,
    }));
  }

  /** There is more of it, or it has ended. */
  update(item: TranscriptItem): void {
    this.#item = item;
    if (item.interrupted) this.close();
    for (const reader of this.#readers) void this.#read(reader);
  }

  /** From now on no verdict counts. */
  close(): void {
    this.#over.abort();
  }

  async #read(reader: Reader): Promise<void> {
    const { judge, onHit } = this.#watching;
    const { signal } = this.#over;
    while (!signal.aborted && !reader.isBusy && this.#isDue(reader)) {
      const item = this.#item;
      reader.isBusy = true;
      reader.read = item.text;
      reader.hasReadEnd = item.final;
      const hit = await judge.ask(reader.guardrail, item, signal);
      reader.isBusy = false;
      // Another guardrail may have hit, or the call ended, in the meantime.
      if (!hit || this.#isClosed) continue;
      this.close();
      onHit(hit, item.text);
    }
  }

  get #isClosed(): boolean {
    return this.#over.signal.aborted;
  }

  #isDue({ read, hasReadEnd }: Reader): boolean {
    const { text, final } = this.#item;
    if (final) return text !== '' && !(hasReadEnd && read === text);
    return text.length - read.length >= this.#watching.every;
  }
}
