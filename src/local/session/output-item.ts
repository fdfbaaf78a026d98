// One item that a response makes, from `added` to `done`. It does not know what kind of item it is.
import type { Item } from './conversation.js';
import type { Emit } from './server-event.js';

export interface OutputPlace {
  readonly emit: Emit;
  readonly responseId: string;
  readonly outputIndex: number;
  /** Puts the item into the conversation; absent where the response is out of band. */
  readonly addItem: ((item: Item) => string | null) | undefined;
}

export class OutputItem {
  #place: OutputPlace;
  #previousId: string | null;

  /** `stored` is what the conversation keeps, if that is more than is shown at first. */
  constructor(place: OutputPlace, item: Item, stored: Item = item) {
    this.#place = place;
    const { emit, responseId, outputIndex, addItem } = place;
    this.#previousId = addItem?.(stored) ?? null;
    emit({
      type: 'response.output_item.added',
      response_id: responseId,
      output_index: outputIndex,
      item,
    });
    if (addItem) {
      emit({ type: 'conversation.item.added', previous_item_id: this.#previousId, item });
    }
  }

  done(item: Item): void {
    const { emit, responseId, outputIndex, addItem } = this.#place;
    emit({
      type: 'response.output_item.done',
      response_id: responseId,
      output_index: outputIndex,
      item,
    });
    if (addItem) {
      emit({ type: 'conversation.item.done', previous_item_id: this.#previousId, item });
    }
  }
}
