// The items of one conversation in their order, and nothing else: it sends no events.
import type { ConversationItem } from 'openai/resources/realtime/realtime';
import { ProtocolError } from './protocol-error.js';

/** More would only be a client out of hand. */
const MAX_ITEMS = 2_000;

export type Item = ConversationItem & { id: string };

export class Conversation {
  #items: Item[] = [];

  get items(): readonly Item[] {
    return this.#items;
  }

  find(id: string): Item | undefined {
    return this.#items.find((item) => item.id === id);
  }

  get lastId(): string | null {
    return this.#items.at(-1)?.id ?? null;
  }

  /** Throws a ProtocolError where the client is to add no more; what comes of itself always has room. */
  checkRoom(): void {
    if (this.#items.length < MAX_ITEMS) return;
    throw new ProtocolError(
      'conversation_too_long',
      `A conversation holds ${MAX_ITEMS} items here.`,
    );
  }

  /** Adds after `previous` ("root" is the front, absent the end); returns the id before it. */
  add(item: Item, previous?: string | null): string | null {
    if (this.find(item.id)) {
      throw new ProtocolError(
        'item_already_exists',
        `Item with id '${item.id}' already exists.`,
        'item.id',
      );
    }
    let index = this.#items.length;
    if (previous === 'root') index = 0;
    else if (previous !== undefined && previous !== null) {
      index = this.#items.findIndex(({ id }) => id === previous) + 1;
      if (index === 0) {
        throw new ProtocolError(
          'item_not_found',
          `Item with id '${previous}' not found.`,
          'previous_item_id',
        );
      }
    }
    this.#items.splice(index, 0, item);
    return this.#items[index - 1]?.id ?? null;
  }

  get(id: string, param = 'item_id'): Item {
    const item = this.find(id);
    if (!item) throw new ProtocolError('item_not_found', `Item with id '${id}' not found.`, param);
    return item;
  }

  remove(id: string): void {
    const item = this.get(id);
    this.#items.splice(this.#items.indexOf(item), 1);
  }
}
