/** Makes a file of a conversation, to be kept or sent. Pure: it knows no call, and saves nothing. */
import type { TranscriptItem } from './transcript.js';

export type ExportFormat = 'text' | 'json' | 'vtt';

/** One thing that was said, and when it began: milliseconds since the call was live. */
export interface TimedItem extends TranscriptItem {
  readonly at: number;
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
 * `text`: a line each; `json`: all that is known; `vtt`: captions (WebVTT) for a recording of the call.
 * What nobody said any word of is left out.
 *
 * @param name of the file, without its extension
 * @throws {TypeError} for a format that is none of the three
 */
export function exportTranscript(
  items: readonly TimedItem[],
  format: ExportFormat,
  speakers: Speakers,
  name = 'conversation',
): File {
  if (!Object.hasOwn(TYPES, format)) {
    throw new TypeError(`A transcript can be exported as text, json or vtt, not as "${format}".`);
  }
  const said = items.filter(({ text }) => text.trim() !== '');
  const content = { text: asText, json: asJson, vtt: asVtt }[format](said, speakers);
  const type = `${TYPES[format]};charset=utf-8`;
  return new File([content], `${name}.${EXTENSIONS[format]}`, { type });
}

function asText(items: readonly TimedItem[], speakers: Speakers): string {
  return items.map(({ role, text }) => `${speakers[role]}: ${text}\n`).join('');
}

function asJson(items: readonly TimedItem[]): string {
  return `${JSON.stringify({ items }, null, 2)}\n`;
}

function asVtt(items: readonly TimedItem[], speakers: Speakers): string {
  const cues = items.map(({ role, text, at }, index) => {
    const next = items[index + 1]?.at ?? Infinity;
    const end = Math.max(
      at + 1,
      Math.min(next, at + Math.max(SHORTEST_MS, text.length * LETTER_MS)),
    );
    // An empty line would end the cue.
    const words = escaped(text.trim().replace(/\n\s*\n/g, '\n'));
    return `${clock(at)} --> ${clock(end)}\n<v ${escaped(speakers[role])}>${words}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
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
