// The message of a response while it is said or written: opens its item, lets words out one by one,
// closes it. It makes no sound.
import type { Item } from './conversation.js';
import { newId } from './ids.js';
import type { Emit } from './server-event.js';

export interface MessagePlace {
  readonly emit: Emit;
  readonly responseId: string;
  readonly outputIndex: number;
  readonly audio: boolean;
  /** Puts the item into the conversation; absent where the response is out of band. */
  readonly addItem: ((item: Item) => string | null) | undefined;
}

export class ResponseMessage {
  readonly item: Item & { type: 'message'; role: 'assistant' } = {
    id: newId('item'),
    object: 'realtime.item',
    type: 'message',
    role: 'assistant',
    status: 'in_progress',
    content: [],
  };
  text = '';
  #place: MessagePlace;
  #previousId: string | null;

  constructor(place: MessagePlace) {
    this.#place = place;
    const { emit, responseId, outputIndex, audio, addItem } = place;
    const { item } = this;
    this.#previousId = addItem?.(item) ?? null;
    emit({
      type: 'response.output_item.added',
      response_id: responseId,
      output_index: outputIndex,
      item,
    });
    if (addItem) {
      emit({ type: 'conversation.item.added', previous_item_id: this.#previousId, item });
    }
    emit({
      type: 'response.content_part.added',
      ...this.#where(),
      part: audio ? { type: 'audio', transcript: '' } : { type: 'text', text: '' },
    });
  }

  /** Text goes out word by word and, as with the real service, ahead of the sound. */
  write(sentence: string): void {
    const type = this.#place.audio
      ? 'response.output_audio_transcript.delta'
      : 'response.output_text.delta';
    for (const word of sentence.split(' ')) {
      const delta = this.text === '' ? word : ` ${word}`;
      this.text += delta;
      this.#place.emit({ type, ...this.#where(), delta });
    }
  }

  close(completed: boolean): void {
    const { item, text } = this;
    const { emit, responseId, outputIndex, audio, addItem } = this.#place;
    const where = this.#where();
    item.status = completed ? 'completed' : 'incomplete';
    if (audio) {
      item.content = [{ type: 'output_audio', transcript: text }];
      emit({ type: 'response.output_audio.done', ...where });
      emit({ type: 'response.output_audio_transcript.done', ...where, transcript: text });
      const part = { type: 'audio' as const, transcript: text };
      emit({ type: 'response.content_part.done', ...where, part });
    } else {
      item.content = [{ type: 'output_text', text }];
      emit({ type: 'response.output_text.done', ...where, text });
      emit({ type: 'response.content_part.done', ...where, part: { type: 'text', text } });
    }
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

  #where() {
    const { responseId, outputIndex } = this.#place;
    return {
      response_id: responseId,
      item_id: this.item.id,
      output_index: outputIndex,
      content_index: 0,
    };
  }
}
