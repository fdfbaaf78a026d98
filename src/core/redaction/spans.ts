/** Places in a text, and what is written there instead. It does not know how they were found. */

/** From `start` up to, and without, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** @param spans in order, none within another */
export function replaceSpans(text: string, spans: readonly Span[]): string {
  let replaced = '';
  let after = 0;
  for (const { start, end, label } of spans) {
    replaced += text.slice(after, start) + label;
    after = end;
  }
  return replaced + text.slice(after);
}
