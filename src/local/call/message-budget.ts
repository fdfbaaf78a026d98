// How many messages a client may send: 200 at once and 100 a second. One that goes on with more is told
// once, and after 5,000 that were not looked at its call ends.
// It knows no message.

const BURST = 200;
const PER_SECOND = 100;
const MAX_REFUSED = 5_000;

export class MessageBudget {
  #left = BURST;
  #at: number | undefined;
  #refused = 0;

  /** What to do with one more message at `now` milliseconds. */
  spend(now: number): 'accept' | 'warn' | 'drop' | 'end' {
    const passed = now - (this.#at ?? now);
    this.#at = now;
    this.#left = Math.min(BURST, this.#left + (passed * PER_SECOND) / 1000);
    if (this.#left === BURST) this.#refused = 0;
    if (this.#left >= 1) {
      this.#left -= 1;
      return 'accept';
    }
    this.#refused++;
    if (this.#refused > MAX_REFUSED) return 'end';
    return this.#refused === 1 ? 'warn' : 'drop';
  }
}
