/**
 * A clock that stands still until it is told to go on, in place of the timers and the time of Node. What
 * waits for promises only is done with before each tick. It knows nothing of what it drives.
 */
interface Timer {
  readonly due: number;
  readonly act: () => void;
  /** Of those that repeat, in ms. */
  readonly every?: number;
  /** It belongs to a signal of the browser, which nobody can take back. */
  readonly isOfSignal?: boolean;
}

const { setImmediate } = globalThis;

/** Everything that waits for promises only has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export class SimulatedClock {
  /** ms */
  now = 1_000;
  readonly #timers = new Map<number, Timer>();
  readonly #epoch = Date.now();
  #last = 0;

  /** Timers that somebody has set and not taken back. */
  get pending(): number {
    return [...this.#timers.values()].filter(({ isOfSignal }) => !isOfSignal).length;
  }

  /** @returns what puts the real time back */
  install(): () => void {
    const clear = (id: unknown) => void this.#timers.delete(id as number);
    return replaced([
      [globalThis, 'setTimeout', (act: () => void, ms = 0) => this.#set(act, ms)],
      [globalThis, 'setInterval', (act: () => void, ms = 0) => this.#set(act, ms, ms)],
      [globalThis, 'clearTimeout', clear],
      [globalThis, 'clearInterval', clear],
      [performance, 'now', () => this.now],
      [Date, 'now', () => this.#epoch + this.now],
      [AbortSignal, 'timeout', (ms: number) => this.#signal(ms)],
    ]);
  }

  /** Goes on by `ms`, with all that happens meanwhile. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    await settled();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      const [id, timer] = next;
      this.now = Math.max(this.now, timer.due);
      if (timer.every === undefined) this.#timers.delete(id);
      else this.#timers.set(id, { ...timer, due: this.now + timer.every });
      timer.act();
      await settled();
    }
    this.now = end;
  }

  #next(end: number): [number, Timer] | undefined {
    let first: [number, Timer] | undefined;
    for (const entry of this.#timers)
      if (entry[1].due < (first?.[1].due ?? Infinity)) first = entry;
    return first && first[1].due <= end ? first : undefined;
  }

  #set(act: () => void, ms: number, every?: number): number {
    const due = this.now + Math.max(0, ms);
    this.#timers.set(++this.#last, { due, act, ...(every !== undefined && { every }) });
    return this.#last;
  }

  #signal(ms: number): AbortSignal {
    const controller = new AbortController();
    const act = () => {
      controller.abort(new DOMException('It took too long.', 'TimeoutError'));
    };
    this.#timers.set(++this.#last, { due: this.now + ms, act, isOfSignal: true });
    return controller.signal;
  }
}

/** Puts other values in these places. @returns what puts the old ones back */
export function replaced(places: readonly (readonly [object, string, unknown])[]): () => void {
  const before = places.map(
    ([owner, name]) => [owner, name, Object.getOwnPropertyDescriptor(owner, name)] as const,
  );
  for (const [owner, name, value] of places) {
    Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [owner, name, old] of before) {
      if (old) Object.defineProperty(owner, name, old);
      else Reflect.deleteProperty(owner, name);
    }
  };
}
