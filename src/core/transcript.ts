/**
 * The conversation as text, built from server events. Pure, keyed by item ids and ordered by
 * `previous_item_id`, so that late, repeated and reordered events give the same result. It does not
 * know how, or whether, anything is drawn.
 */
import type { ServerEvent } from './protocol.js';

/** One thing that was said. */
export interface TranscriptItem {
  /** The item's id in the session. */
  readonly id: string;
  readonly role: 'user' | 'agent';
  /** What is known of the words so far. */
  readonly text: string;
  /** Nothing will be added to `text`. */
  readonly final: boolean;
  /** The agent was stopped before its end. */
  readonly interrupted: boolean;
}

/** A place in the conversation. Tool calls, their outputs and what was deleted hold one too. */
interface Entry {
  readonly id: string;
  readonly previousId?: string | null | undefined;
  readonly item?: TranscriptItem | undefined;
  /** Where the agent was stopped: so much of its voice was heard, in ms. */
  readonly heardMs?: number | undefined;
  /** It keeps its place, so that no late event brings it back and what follows it stays put. */
  readonly deleted?: true;
}

export type Transcript = readonly Entry[];

export const EMPTY_TRANSCRIPT: Transcript = [];

/** What was said, oldest first. */
export function itemsOf(transcript: Transcript): TranscriptItem[] {
  return transcript.flatMap(({ item }) => item ?? []);
}

/** The transcript after `event`; the very same array when the event does not concern it. */
export function nextTranscript(transcript: Transcript, event: ServerEvent): Transcript {
  switch (event.type) {
    case 'input_audio_buffer.speech_started':
      return put(transcript, event.item_id, { role: 'user' });
    case 'input_audio_buffer.committed':
      return put(transcript, event.item_id, { role: 'user' }, event.previous_item_id);
    case 'conversation.item.added':
    case 'conversation.item.done': {
      const { item, previous_item_id } = event;
      if (item.type !== 'message' || item.role === 'system') {
        return place(transcript, item.id, previous_item_id);
      }
      const role = item.role === 'user' ? 'user' : 'agent';
      const text = item.content
        .map((part) => words(('text' in part && part.text) || part.transcript))
        .join('');
      const done = event.type === 'conversation.item.done';
      const change = {
        role,
        text: text || undefined,
        // A visitor's words come later than the item; an agent's never do.
        final: role === 'agent' ? done : text !== '',
        interrupted: done && item.status === 'incomplete',
      } as const;
      return put(transcript, item.id, change, previous_item_id);
    }
    case 'conversation.item.input_audio_transcription.delta':
      return append(transcript, event.item_id, 'user', event.delta);
    case 'conversation.item.input_audio_transcription.completed':
      return put(transcript, event.item_id, { role: 'user', text: event.transcript, final: true });
    case 'conversation.item.input_audio_transcription.failed':
      return put(transcript, event.item_id, { role: 'user', final: true });
    case 'response.output_audio_transcript.delta':
    case 'response.output_text.delta':
      return append(transcript, event.item_id, 'agent', event.delta);
    case 'response.output_audio_transcript.done':
      return put(transcript, event.item_id, { role: 'agent', text: event.transcript, final: true });
    case 'response.output_text.done':
      return put(transcript, event.item_id, { role: 'agent', text: event.text, final: true });
    case 'conversation.item.truncated':
      return put(transcript, event.item_id, {
        role: 'agent',
        interrupted: true,
        final: true,
        heardMs: event.audio_end_ms,
      });
    case 'input_audio_buffer.timeout_triggered':
      // Nobody spoke, and what is made of silence is not what anybody said.
      return bury(transcript, event.item_id);
    case 'conversation.item.deleted':
      return bury(transcript, event.item_id);
    default:
      return transcript;
  }
}

/** Adds words to an item that is still open; what is final stays as it is. */
function append(transcript: Transcript, id: string, role: TranscriptItem['role'], delta: unknown) {
  const item = find(transcript, id)?.item;
  if (item?.final || !words(delta)) return transcript;
  return put(transcript, id, { role, text: (item?.text ?? '') + words(delta) });
}

/** What a service sends as text, if it is text. */
function words(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

type Change = Pick<TranscriptItem, 'role'> & Partial<TranscriptItem> & Pick<Entry, 'heardMs'>;

/** What is final, or interrupted, stays so, whatever early event arrives late. */
function put(
  transcript: Transcript,
  id: string | undefined,
  { role, text, final, interrupted, heardMs }: Change,
  previousId?: string | null,
): Transcript {
  const placed = place(transcript, id, previousId);
  const entry = find(placed, id);
  if (!entry || entry.deleted) return placed;
  const old = entry.item;
  const said = typeof text === 'string' && (final || !old?.final) ? text : (old?.text ?? '');
  const item = Object.freeze({
    id: entry.id,
    role,
    text: heard(said, (heardMs ??= entry.heardMs)),
    final: final === true || old?.final === true,
    interrupted: interrupted === true || old?.interrupted === true,
  });
  return JSON.stringify([item, heardMs]) === JSON.stringify([old, entry.heardMs])
    ? placed
    : placed.map((other) => (other === entry ? { ...entry, item, heardMs } : other));
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

/** Takes an item away for good. */
function bury(transcript: Transcript, id: string): Transcript {
  if (find(transcript, id)?.deleted) return transcript;
  return place(transcript, id).map((entry) =>
    entry.id === id ? { ...entry, item: undefined, deleted: true } : entry,
  );
}

/** Gives `id` its place after `previousId`, whichever of the two was heard of first. */
function place(
  transcript: Transcript,
  id: string | undefined,
  previousId?: string | null,
): Transcript {
  if (typeof id !== 'string') return transcript;
  const old = find(transcript, id);
  // Null may mean "the first one" or "not said": it never takes back what another event said.
  if (old && (previousId ?? old.previousId) === old.previousId) return transcript;
  const entries = old
    ? transcript.map((entry) => (entry === old ? { ...entry, previousId } : entry))
    : [...transcript, { id, previousId }];
  return inOrder(entries);
}

function inOrder(entries: Transcript): Transcript {
  const known = new Set(entries.map(({ id }) => id));
  const followers = new Map<string | undefined, Entry[]>();
  for (const entry of entries) {
    const after = entry.previousId && known.has(entry.previousId) ? entry.previousId : undefined;
    followers.set(after, [...(followers.get(after) ?? []), entry]);
  }
  const ordered: Entry[] = [];
  const stack = [...(followers.get(undefined) ?? [])].reverse();
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    ordered.push(entry);
    stack.push(...(followers.get(entry.id) ?? []).reverse());
  }
  // Ids that name each other in a circle have no first one; they keep the order of their arrival.
  return ordered.length === entries.length ? ordered : entries;
}

/** From the end: nearly every event concerns the newest items. */
function find(transcript: Transcript, id: string | undefined): Entry | undefined {
  return transcript.findLast((entry) => entry.id === id);
}
