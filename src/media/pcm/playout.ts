/**
 * What is still to be played, part by part: the agent's voice comes faster than it is spoken, and not
 * evenly. It waits for a little more than what is played next, so that a late packet leaves no gap, and
 * counts what was played of each part. It knows neither audio nor events.
 */

/** One piece of sound with a name of its own, such as a part of an answer. */
interface Part {
  readonly id: number;
  readonly chunks: Float32Array[];
  /** Samples in `chunks`. */
  left: number;
  played: number;
  ended: boolean;
}

export type PlayoutReport =
  | { readonly type: 'started' | 'finished'; readonly part: number }
  /** @param part the one that was being played @param played samples of it */
  | { readonly type: 'cleared'; readonly part: number | undefined; readonly played: number };

export class Playout {
  readonly #ahead: number;
  readonly #limit: number;
  readonly #report: (report: PlayoutReport) => void;
  #parts: Part[] = [];
  /** Samples of the first chunk that were played. */
  #offset = 0;
  #left = 0;
  /** Enough was there when it began, or began again. */
  #flows = false;

  /**
   * @param ahead samples to wait for before a part begins, and after it ran dry
   * @param limit samples that are kept; what comes beyond is left out
   */
  constructor(ahead: number, limit: number, report: (report: PlayoutReport) => void) {
    this.#ahead = ahead;
    this.#limit = limit;
    this.#report = report;
  }

  /** More of a part; another one than the last begins when the last is over. */
  add(id: number, samples: Float32Array): void {
    if (this.#left + samples.length > this.#limit) return;
    const last = this.#parts.at(-1);
    const part = last?.id === id ? last : { id, chunks: [], left: 0, played: 0, ended: false };
    if (part !== last) {
      if (last) last.ended = true;
      this.#parts.push(part);
    }
    part.chunks.push(samples);
    part.left += samples.length;
    this.#left += samples.length;
  }

  /** Nothing more comes of this part. */
  end(id: number): void {
    const part = this.#parts.find((one) => one.id === id);
    if (part) part.ended = true;
    this.#settle();
  }

  /** Forgets everything. */
  clear(): void {
    const part = this.#parts[0];
    this.#parts = [];
    this.#offset = this.#left = 0;
    this.#flows = false;
    const played = part?.played ?? 0;
    this.#report({ type: 'cleared', part: played > 0 ? part?.id : undefined, played });
  }

  /** Fills `output` with what comes next; what is not there is silence. */
  read(output: Float32Array): void {
    let at = 0;
    while (at < output.length) {
      const part = this.#parts[0];
      if (!part || !this.#mayFlow(part)) break;
      const chunk = part.chunks[0];
      if (!chunk) {
        // It ran dry, or is over.
        this.#flows = false;
        this.#settle();
        if (this.#parts[0] === part) break;
        continue;
      }
      if (part.played === 0) this.#report({ type: 'started', part: part.id });
      const piece = chunk.subarray(this.#offset, this.#offset + output.length - at);
      output.set(piece, at);
      at += piece.length;
      part.played += piece.length;
      part.left -= piece.length;
      this.#left -= piece.length;
      this.#offset += piece.length;
      if (this.#offset === chunk.length) {
        part.chunks.shift();
        this.#offset = 0;
      }
    }
    output.fill(0, at);
    this.#settle();
  }

  #mayFlow(part: Part): boolean {
    this.#flows ||= part.ended || part.left >= this.#ahead;
    return this.#flows;
  }

  /** Parts that were played to their end are over. */
  #settle(): void {
    for (let part = this.#parts[0]; part?.ended && part.left === 0; part = this.#parts[0]) {
      this.#parts.shift();
      this.#flows = false;
      this.#report({ type: 'finished', part: part.id });
    }
  }
}
