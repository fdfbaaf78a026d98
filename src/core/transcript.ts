/**
 * The conversation as text, built from server events. It is keyed by item ids and ordered by
 * `previous_item_id`, so that late, repeated and reordered events give the same result. An event costs
 * the same after ten turns and after ten thousand, unless it comes out of order. It does not know how,
 * or whether, anything is drawn.
 */
import type { ServerEvent } from './protocol.js';

/** One thing that was said. */
export interface TranscriptItem {
  /** The item's id in the session. */
  readonly id: string;
  readonly role: 'user' | 'agent';
  /** What is known of the words so far; a picture is `(picture)`. */
  readonly text: string;
  /**
   * Nothing will be added to `text`. An answer that is stopped comes again under its id, shortened to what
   * was heard: of each id the last one counts.
   */
  readonly final: boolean;
  /** The agent was stopped before its end. */
  readonly interrupted: boolean;
}

/** Of one item: 20 minutes of talk. What a broken service adds beyond is not kept. */
const MAX_CHARACTERS = 20_000;

/** Of one call: some hours of talk. The oldest are forgotten, which a service that never ends brings about. */
const MAX_ITEMS = 5_000;

/** What stands for a picture among the visitor's words. */
export const PICTURE = '(picture) ';

/** Of a message: what was typed, or heard, or seen. */
interface Part {
  readonly type: string;
  readonly text?: string;
  readonly transcript?: string;
}

/** A place in the conversation. Tool calls, their outputs and what was deleted hold one too. */
interface Entry {
  readonly id: string;
  previousId?: string | null | undefined;
  item?: TranscriptItem | undefined;
  /** Where the agent was stopped: so much of its voice was heard, in ms. */
  heardMs?: number | undefined;
  /** It keeps its place, so that no late event brings it back and what follows it stays put. */
  deleted?: true;
}

type Change = Pick<TranscriptItem, 'role'> & Partial<TranscriptItem> & Pick<Entry, 'heardMs'>;

export class Transcript {
  #ordered: Entry[] = [];
  readonly #entries = new Map<string | null | undefined, Entry>();
  /** Ids that others follow, and that may not have been heard of when those were. */
  readonly #followed = new Set<string | null | undefined>();

  /** What was said, oldest first. */
  get items(): TranscriptItem[] {
    const items = [];
    for (const { item } of this.#ordered) if (item) items.push(item);
    return items;
  }

  /** @returns the item that is another one after `event`, if there is one */
  receive(event: ServerEvent): TranscriptItem | undefined {
    switch (event.type) {
      case 'input_audio_buffer.speech_started':
        return this.#put(event.item_id, { role: 'user' });
      case 'input_audio_buffer.committed':
        return this.#put(event.item_id, { role: 'user' }, event.previous_item_id);
      case 'conversation.item.added':
      case 'conversation.item.done': {
        const { item, previous_item_id } = event;
        if (item.type !== 'message' || item.role === 'system') {
          this.#place(item.id, previous_item_id);
          return;
        }
        const role = item.role === 'user' ? 'user' : 'agent';
        const text = (item.content as Part[])
          .map((part) =>
            part.type === 'input_image' ? PICTURE : words(part.text || part.transcript),
          )
          .join('');
        const done = event.type === 'conversation.item.done';
        const change = {
          role,
          text: text || undefined,
          // A visitor's words come later than the item; an agent's never do.
          final: role === 'agent' ? done : text !== '',
          interrupted: done && item.status === 'incomplete',
        } as const;
        return this.#put(item.id, change, previous_item_id);
      }
      case 'conversation.item.input_audio_transcription.delta':
        return this.#append(event.item_id, 'user', event.delta);
      case 'conversation.item.input_audio_transcription.completed':
        return this.#put(event.item_id, { role: 'user', text: event.transcript, final: true });
      case 'conversation.item.input_audio_transcription.failed':
        return this.#put(event.item_id, { role: 'user', final: true });
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta':
        return this.#append(event.item_id, 'agent', event.delta);
      case 'response.output_audio_transcript.done':
        return this.#put(event.item_id, { role: 'agent', text: event.transcript, final: true });
      case 'response.output_text.done':
        return this.#put(event.item_id, { role: 'agent', text: event.text, final: true });
      case 'conversation.item.truncated':
        return this.#put(event.item_id, {
          role: 'agent',
          interrupted: true,
          final: true,
          heardMs: event.audio_end_ms,
        });
      // Nobody spoke, and what is made of silence is not what anybody said.
      case 'input_audio_buffer.timeout_triggered':
      case 'conversation.item.deleted':
        this.#bury(event.item_id);
    }
  }

  /** Adds words to an item that is still open. */
  #append(id: string, role: TranscriptItem['role'], delta: unknown): TranscriptItem | undefined {
    return this.#put(id, { role, text: (this.#entries.get(id)?.item?.text ?? '') + words(delta) });
  }

  /** What is final, or interrupted, stays so, whatever early event arrives late. */
  #put(
    id: string | undefined,
    { role, text, final, interrupted, heardMs }: Change,
    previousId?: string | null,
  ): TranscriptItem | undefined {
    const entry = this.#place(id, previousId);
    if (!entry || entry.deleted) return;
    const old = entry.item;
    const said = typeof text === 'string' && (final || !old?.final) ? text : (old?.text ?? '');
    const item = Object.freeze({
      id: entry.id,
      role,
      text: heard(said.slice(0, MAX_CHARACTERS), (heardMs ??= entry.heardMs)),
      final: final === true || old?.final === true,
      interrupted: interrupted === true || old?.interrupted === true,
    });
    entry.heardMs = heardMs;
    if (JSON.stringify(item) === JSON.stringify(old)) return;
    return (entry.item = item);
  }

  /** Takes an item away for good. */
  #bury(id: string): void {
    const entry = this.#place(id);
    if (entry) Object.assign(entry, { item: undefined, deleted: true });
  }

  /** Gives `id` its place after `previousId`, whichever of the two was heard of first. */
  #place(id: string | undefined, previousId?: string | null): Entry | undefined {
    if (typeof id !== 'string') return;
    let entry = this.#entries.get(id);
    // Null may mean "the first one" or "not said": it never takes back what another event said.
    if (entry && (previousId ?? entry.previousId) === entry.previousId) return entry;
    const isAwaited = !entry && this.#followed.delete(id);
    if (!entry && this.#ordered.push((entry = { id })) > MAX_ITEMS)
      this.#entries.delete(this.#ordered.shift()?.id);
    this.#entries.set(id, entry);
    entry.previousId = previousId;
    const isKnown = this.#entries.has(previousId);
    if (!isKnown) this.#followed.add(previousId);
    const [before, last] = this.#ordered.slice(-2);
    // Nearly always: the newest, which nothing follows.
    const follows = !isKnown || before?.id === previousId;
    if (isAwaited || !follows || (last ?? before) !== entry) this.#ordered = inOrder(this.#ordered);
    return entry;
  }
}

/** What a service sends as text, if it is text. */
function words(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * As much of `text` as a voice speaks in `ms`: its words are known long before they are heard. About
 * 16 letters a second, or 5 signs of the scripts that write syllables and words.
 */
function heard(text: string, ms = Infinity): string {
  const length = Math.floor(ms * (/[\u3040-\u9fff\uac00-\ud7af]/.test(text) ? 0.005 : 0.016));
  if (!(length < text.length)) return text;
  const end = text.lastIndexOf(' ', length);
  return text.slice(0, end < 0 ? length : end);
}

function inOrder(entries: Entry[]): Entry[] {
  const known = new Set(entries.map(({ id }) => id));
  const followers = new Map<string | undefined, Entry[]>();
  for (const entry of entries) {
    const after = entry.previousId && known.has(entry.previousId) ? entry.previousId : undefined;
    const others = followers.get(after) ?? [];
    followers.set(after, others);
    others.push(entry);
  }
  const ordered: Entry[] = [];
  const stack = (followers.get(undefined) ?? []).reverse();
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    ordered.push(entry);
    stack.push(...(followers.get(entry.id) ?? []).reverse());
  }
  // Ids that name each other in a circle have no first one; they keep the order of their arrival.
  return ordered.length === entries.length ? ordered : entries;
}
