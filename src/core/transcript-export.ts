/** Makes a file of a conversation, to be kept or sent. Pure: it knows no call, and saves nothing. */
import type { TranscriptItem } from './transcript.js';

export type ExportFormat = 'text' | 'json' | 'vtt';

/** One thing that was said, and when it began: milliseconds since the call was live. */
export interface TimedItem extends TranscriptItem {
  readonly at: number;
}

/** A line that nobody said, such as that the call went on over another connection. */
export interface ExportNote {
  /** Id of the item that it follows; without one it stands first. */
  readonly after?: string | undefined;
  readonly text: string;
}

export interface Speakers {
  readonly user: string;
  readonly agent: string;
}

const TYPES: Record<ExportFormat, string> = {
  text: 'text/plain',
  json: 'application/json',
  vtt: 'text/vtt',
};
const EXTENSIONS: Record<ExportFormat, string> = { text: 'txt', json: 'json', vtt: 'vtt' };

/** A caption stays until the next one begins, and no longer than it takes to say: 15 letters a second. */
const LETTER_MS = 1_000 / 15;
const SHORTEST_MS = 1_000;

/**
 * `text`: a line each; `json`: all that is known; `vtt`: captions (WebVTT) for a recording of the call,
 * in which notes are comments. What nobody said any word of is left out.
 *
 * @param name of the file, without its extension
 * @throws {TypeError} for a format that is none of the three
 */
export function exportTranscript(
  items: readonly TimedItem[],
  format: ExportFormat,
  speakers: Speakers,
  notes: readonly ExportNote[] = [],
  name = 'conversation',
): File {
  if (!Object.hasOwn(TYPES, format)) {
    throw new TypeError(`A transcript can be exported as text, json or vtt, not as "${format}".`);
  }
  const said = items.filter(({ text }) => text.trim() !== '');
  const placed = inPlace(items, notes);
  const content = { text: asText, json: asJson, vtt: asVtt }[format](said, speakers, placed);
  const type = `${TYPES[format]};charset=utf-8`;
  return new File([content], `${name}.${EXTENSIONS[format]}`, { type });
}

/** Notes by the item that they stand before; `undefined`: those at the end. */
type Placed = ReadonlyMap<TimedItem | undefined, readonly string[]>;

/** A note whose item is gone stands at the end: better there than nowhere. */
function inPlace(items: readonly TimedItem[], notes: readonly ExportNote[]): Placed {
  const placed = new Map<TimedItem | undefined, string[]>();
  const spoken = (item: TimedItem) => item.text.trim() !== '';
  for (const { after, text } of notes) {
    const from = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
    const isGone = after !== undefined && from === 0;
    const next = isGone ? undefined : items.slice(from).find(spoken);
    placed.set(next, [...(placed.get(next) ?? []), text]);
  }
  return placed;
}

function asText(items: readonly TimedItem[], speakers: Speakers, notes: Placed): string {
  const before = (item?: TimedItem) => (notes.get(item) ?? []).map((note) => `(${note})\n`);
  const lines = items.flatMap((item) => [
    ...before(item),
    `${speakers[item.role]}: ${item.text}\n`,
  ]);
  return [...lines, ...before()].join('');
}

function asJson(items: readonly TimedItem[], _: Speakers, notes: Placed): string {
  const list = [...notes].flatMap(([item, texts]) =>
    texts.map((text) => ({ ...(item && { before: item.id }), text })),
  );
  return `${JSON.stringify({ items, ...(list.length > 0 && { notes: list }) }, null, 2)}\n`;
}

function asVtt(items: readonly TimedItem[], speakers: Speakers, notes: Placed): string {
  const before = (item?: TimedItem) =>
    (notes.get(item) ?? []).map((note) => `NOTE ${inOneBlock(escaped(note))}\n`);
  const cues = items.flatMap((item, index) => {
    const { role, text, at } = item;
    const next = items[index + 1]?.at ?? Infinity;
    const end = Math.max(
      at + 1,
      Math.min(next, at + Math.max(SHORTEST_MS, text.length * LETTER_MS)),
    );
    const words = inOneBlock(escaped(text.trim()));
    return [
      ...before(item),
      `${clock(at)} --> ${clock(end)}\n<v ${escaped(speakers[role])}>${words}\n`,
    ];
  });
  return ['WEBVTT\n', ...cues, ...before()].join('\n');
}

/** An empty line would end a cue or a comment. */
function inOneBlock(text: string): string {
  return text.replace(/\n\s*\n/g, '\n');
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** 3,723,004 ms are 01:02:03.004. */
function clock(ms: number): string {
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1_000) % 60];
  const [h, m, s] = [hours, minutes, seconds].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  return `${h}:${m}:${s}.${String(Math.floor(ms % 1_000)).padStart(3, '0')}`;
}
