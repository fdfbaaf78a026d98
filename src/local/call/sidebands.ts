// The sockets that a server has opened beside a call: each sees what the client sees, may send what
// the client may, and is told of its own mistakes alone. It does not know what an event means.
import { newId } from '../session/ids.js';
import type { RealtimeSession } from '../session/realtime-session.js';
import type { ServerEvent } from '../session/server-event.js';
import { MessageBudget } from './message-budget.js';

export const eventText = (event: ServerEvent): string =>
  JSON.stringify({ ...event, event_id: newId('event') });

export class Sidebands {
  #tell: (lines: readonly number[], text: string) => void;
  #budgets = new Map<number, MessageBudget>();

  constructor(tell: (lines: readonly number[], text: string) => void) {
    this.#tell = tell;
  }

  /** `greeting` goes to the new one alone. */
  add(line: number, greeting: ServerEvent | undefined): void {
    this.#budgets.set(line, new MessageBudget());
    if (greeting) this.#tell([line], eventText(greeting));
  }

  remove(line: number): void {
    this.#budgets.delete(line);
  }

  send(text: string): void {
    if (this.#budgets.size > 0) this.#tell([...this.#budgets.keys()], text);
  }

  /** False when it sent so much that it has to go. `text` is undefined for what was not accepted. */
  received(line: number, text: string | undefined, session: RealtimeSession): boolean {
    const verdict = this.#budgets.get(line)?.spend(performance.now()) ?? 'drop';
    const refuse = (event: ServerEvent): void => this.#tell([line], eventText(event));
    if (verdict === 'accept') session.receive(text, refuse);
    else if (verdict === 'warn') {
      session.fail('rate_limit_exceeded', 'Too many events: some were not looked at.', refuse);
    }
    return verdict !== 'end';
  }
}
