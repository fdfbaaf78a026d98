/**
 * Knows which answer an item belongs to, and so whether the agent is on to another one already. It
 * follows events by ids and knows nothing of what is said.
 */
import type { ServerEvent } from '../protocol.js';
import type { TranscriptItem } from '../transcript.js';

export class AnswerOrder {
  /** Item → response. */
  readonly #answers = new Map<string, string>();
  /** Responses outside of the conversation, which only the page gets to see. */
  readonly #beside = new Set<string>();

  observe(event: ServerEvent): void {
    switch (event.type) {
      case 'response.created': {
        const { id, conversation_id } = fields<{ id: string; conversation_id?: string | null }>(
          event.response,
        );
        // Null, and not just left out, where a response was asked for with `conversation: 'none'`.
        if (id && conversation_id === null) this.#beside.add(id);
        break;
      }
      case 'response.output_item.added': {
        const { id } = fields<{ id: string }>(event.item);
        if (id) this.#answers.set(id, event.response_id);
        break;
      }
      // All that passes a filter between the service and the page.
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta':
        this.#answers.set(event.item_id, event.response_id);
        break;
    }
  }

  /** It is no part of the conversation. */
  isBeside(id: string): boolean {
    return this.#beside.has(this.#answers.get(id) ?? '');
  }

  /** It was taken away, interrupted, or another answer has begun to speak: too late to stop it. */
  isOver(id: string, items: readonly TranscriptItem[]): boolean {
    const at = items.findIndex((item) => item.id === id);
    const answer = this.#answers.get(id);
    return (
      !items[at] ||
      items[at].interrupted ||
      items
        .slice(at + 1)
        .some(
          (later) =>
            later.role === 'agent' &&
            later.text !== '' &&
            !this.isBeside(later.id) &&
            this.#answers.get(later.id) !== answer,
        )
    );
  }
}

/** Events may have any shape. */
function fields<T extends object>(value: unknown): Partial<T> {
  return typeof value === 'object' && value !== null ? value : {};
}
