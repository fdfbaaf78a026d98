// The items of a session with the sound that belongs to them: takes them from the client, cuts them,
// and says so. It does not know what is answered to them.
import type { ConversationItem } from 'openai/resources/realtime/realtime';
import { Conversation, type Item } from './conversation.js';
import { newId } from './ids.js';
import type { Turn } from './listener.js';
import { ProtocolError } from './protocol-error.js';
import type { Emit } from './server-event.js';

/** The sound itself is only needed while it may still be answered. */
const MAX_TURNS = 20;

export class SessionItems {
  readonly conversation = new Conversation();
  #emit: Emit;
  #turns = new Map<string, Turn>();
  #spokenMs = new Map<string, number>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** An item as the client sent it. */
  create(given: ConversationItem, previous: string | undefined): Item {
    const item = structuredClone({
      ...given,
      object: 'realtime.item',
      status: 'completed',
    }) as Item;
    item.id = given.id ?? newId('item');
    if (item.type === 'message' && item.role === 'assistant') {
      if (item.content.some((part) => part.type === 'output_audio')) {
        throw new ProtocolError(
          'invalid_value',
          'Assistant audio cannot be created.',
          'item.content',
        );
      }
    }
    if (item.type === 'function_call') item.call_id ??= newId('call');
    this.conversation.checkRoom();
    const before = this.conversation.add(item, previous);
    this.#emit({ type: 'conversation.item.added', previous_item_id: before, item });
    this.#emit({ type: 'conversation.item.done', previous_item_id: before, item });
    return item;
  }

  remove(itemId: string): void {
    this.conversation.remove(itemId);
    this.#emit({ type: 'conversation.item.deleted', item_id: itemId });
  }

  retrieve(itemId: string): void {
    const item = structuredClone(this.conversation.get(itemId));
    this.#emit({ type: 'conversation.item.retrieved', item });
  }

  truncate(itemId: string, contentIndex: number, endMs: number): void {
    const item = this.conversation.get(itemId);
    if (item.type !== 'message' || item.role !== 'assistant' || contentIndex !== 0) {
      throw new ProtocolError(
        'invalid_value',
        'Only the audio of an assistant message can be truncated.',
      );
    }
    const spoken = this.#spokenMs.get(itemId) ?? 0;
    if (endMs > spoken) {
      throw new ProtocolError(
        'invalid_value',
        `Audio content of ${Math.round(spoken)}ms is already shorter than ${endMs}ms`,
        'audio_end_ms',
      );
    }
    this.cut(itemId, endMs);
  }

  /** What nobody heard was never said: its text goes as well. */
  cut(itemId: string, endMs: number): void {
    const item = this.conversation.find(itemId);
    if (item?.type !== 'message' || item.role !== 'assistant') return;
    item.content = [{ type: 'output_audio' }];
    this.#spokenMs.set(itemId, endMs);
    this.#emit({
      type: 'conversation.item.truncated',
      item_id: itemId,
      content_index: 0,
      audio_end_ms: Math.round(endMs),
    });
  }

  /** The agent was heard for so long. */
  spoke(itemId: string, ms: number): void {
    this.#spokenMs.set(itemId, ms);
  }

  /** A turn of the visitor becomes an item; its transcript goes into the part that is returned. */
  commit(turn: Turn): { transcript: string | undefined } {
    const { itemId } = turn;
    const part = { type: 'input_audio' as const, transcript: undefined as string | undefined };
    const item: Item = {
      id: itemId,
      object: 'realtime.item',
      type: 'message',
      role: 'user',
      status: 'completed',
      content: [part],
    };
    this.#turns.set(itemId, turn);
    if (this.#turns.size > MAX_TURNS) this.#turns.delete(this.#turns.keys().next().value as string);
    const before = this.conversation.add(item);
    const shown = { ...item, content: [{ type: 'input_audio', transcript: null }] };
    this.#emit({
      type: 'input_audio_buffer.committed',
      item_id: itemId,
      previous_item_id: before,
    });
    // The service sends a null transcript until there is one.
    const wire = shown as unknown as ConversationItem;
    this.#emit({ type: 'conversation.item.added', previous_item_id: before, item: wire });
    this.#emit({ type: 'conversation.item.done', previous_item_id: before, item: wire });
    return part;
  }

  turn(itemId: string): Turn | undefined {
    return this.#turns.get(itemId);
  }

  /** How long the sound of an item is, the visitor's or the agent's. */
  durationOf(itemId = ''): number {
    return this.#turns.get(itemId)?.durationMs ?? this.#spokenMs.get(itemId) ?? 0;
  }
}
