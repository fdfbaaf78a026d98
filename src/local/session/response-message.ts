// The message of a response while it is said or written: opens its item, lets words out one by one,
// closes it. It makes no sound.
import type { Item } from './conversation.js';
import { newId } from './ids.js';
import { OutputItem, type OutputPlace } from './output-item.js';

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
  #place: OutputPlace;
  #audio: boolean;
  #output: OutputItem;

  constructor(place: OutputPlace, audio: boolean) {
    this.#place = place;
    this.#audio = audio;
    this.#output = new OutputItem(place, this.item);
    place.emit({
      type: 'response.content_part.added',
      ...this.#where(),
      part: audio ? { type: 'audio', transcript: '' } : { type: 'text', text: '' },
    });
  }

  /** Text goes out word by word and, as with the real service, ahead of the sound. */
  write(sentence: string): void {
    const type = this.#audio
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
    const { emit } = this.#place;
    const where = this.#where();
    item.status = completed ? 'completed' : 'incomplete';
    if (this.#audio) {
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
    this.#output.done(item);
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
