// The sockets that belong to calls, by call and number, as the front process keeps them. It knows
// neither process nor WebSocket.
import type { HowEnded } from './call-messages.js';

export interface LineEvents {
  onMessage(text: string): void;
  /** The last event. */
  onClosed(how: HowEnded, reason: string): void;
}

export class CallLines {
  #calls = new Map<string, Map<number, LineEvents>>();

  count(callId: string): number {
    return this.#calls.get(callId)?.size ?? 0;
  }

  add(callId: string, line: number, events: LineEvents): void {
    const lines = this.#calls.get(callId) ?? new Map<number, LineEvents>();
    this.#calls.set(callId, lines.set(line, events));
  }

  /** False when it is gone already. */
  remove(callId: string, line: number): boolean {
    const lines = this.#calls.get(callId);
    const was = lines?.delete(line) ?? false;
    if (lines?.size === 0) this.#calls.delete(callId);
    return was;
  }

  deliver(callId: string, numbers: readonly number[], text: string): void {
    for (const line of numbers) this.#calls.get(callId)?.get(line)?.onMessage(text);
  }

  drop(callId: string, line: number, reason: string): void {
    const events = this.#calls.get(callId)?.get(line);
    if (this.remove(callId, line)) events?.onClosed('closed', reason);
  }

  end(callId: string, how: HowEnded, reason: string): void {
    const lines = this.#calls.get(callId);
    this.#calls.delete(callId);
    for (const events of lines?.values() ?? []) events.onClosed(how, reason);
  }
}
