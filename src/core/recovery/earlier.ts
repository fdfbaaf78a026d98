/**
 * What of a conversation is too long ago to be repeated word by word in another session, and what stands
 * in its place.
 */
import { until, within } from '../abort.js';
import type { TranscriptItem } from '../transcript.js';

/** Some 4,000 tokens: half an hour of talk, and less than a second to send. */
const BUDGET_CHARACTERS = 16_000;

/** What an item weighs beside its words: services take only so many events at once. */
const ITEM_CHARACTERS = 100;

const SUMMARY_WITHIN_MS = 3_000;

/** Says in a few sentences what was said; what it throws, or does not say in 3 s, is left out. */
export type Summarize = (items: readonly TranscriptItem[]) => string | Promise<string>;

/** The first items, which are not repeated, and what they were about. */
export interface Earlier {
  readonly count: number;
  readonly text?: string | undefined;
}

export async function earlierIn(
  items: readonly TranscriptItem[],
  summarize: Summarize | undefined,
  signal: AbortSignal,
): Promise<Earlier> {
  let count = items.length;
  for (let room = BUDGET_CHARACTERS; count > 0 && room > 0; count--) {
    room -= ITEM_CHARACTERS + (items[count - 1]?.text.length ?? 0);
  }
  if (count === 0 || !summarize) return { count };
  const bound = within(SUMMARY_WITHIN_MS, signal);
  const asked = (async () => summarize(items.slice(0, count)))();
  return { count, text: await until(bound, asked).catch(() => undefined) };
}
