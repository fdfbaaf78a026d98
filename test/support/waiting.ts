/** Waits for things that show in what has happened so far. It does not know what happens. */
export class Waiting {
  readonly #story: () => readonly string[];
  readonly #looks = new Set<() => void>();

  /** @param story what has happened, a line each, for the errors of those who waited in vain */
  constructor(story: () => readonly string[]) {
    this.#story = story;
  }

  /** To be called whenever something has happened. */
  changed(): void {
    for (const look of [...this.#looks]) look();
  }

  /** Resolves when `found` returns something; rejects after `ms` with the story so far. */
  until<T>(what: string, found: () => T | undefined | false, ms: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#looks.delete(look);
        const story = this.#story().join('\n  ');
        reject(new Error(`Waited ${ms} ms for ${what}. There was:\n  ${story}`));
      }, ms);
      const look = (): void => {
        const value = found();
        if (value === undefined || value === false) return;
        clearTimeout(timer);
        this.#looks.delete(look);
        resolve(value);
      };
      this.#looks.add(look);
      look();
    });
  }
}
