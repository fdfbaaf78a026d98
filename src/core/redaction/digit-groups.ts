/**
 * Finds the digits of a text, in groups as they were written: "030 123-45" has three that belong
 * together. Dates are left out. It does not know what the numbers are.
 */

export interface DigitGroup {
  readonly start: number;
  readonly end: number;
  /** What stands between this group and the one before; empty where they do not belong together. */
  readonly gap: string;
}

const LONGEST_GAP = 3;
const GAP = /^[ ./()-]+$/;
/** A digit after a Latin letter is part of a name, such as `item_4111` or `B2`. */
const IN_NAME = /[\p{Script=Latin}_]/u;
const DATE =
  /(?<!\d|\d[./-])(?:(\d{1,2})([./-])(\d{1,2})\2(?:\d{4}|\d\d)|(?:19|20)\d\d([./-])(\d{1,2})\4(\d{1,2})|(\d{1,2}) (\d{1,2}) (?:19|20)\d\d)(?![./-]?\d)/g;

/** @param text in plain characters, see `plainText` */
export function digitGroups(text: string): DigitGroup[] {
  const groups: DigitGroup[] = [];
  const dates = datesIn(text);
  let date = dates.next().value;
  let before = -Infinity;
  for (let start = 0, end; start < text.length; start = end + 1) {
    end = start;
    while (isDigit(text, end)) end++;
    if (end === start) continue;
    while (date && date.end <= start) date = dates.next().value;
    if ((date && date.start <= start) || IN_NAME.test(text.charAt(start - 1))) {
      before = -Infinity;
      continue;
    }
    const gap = start - before <= LONGEST_GAP ? text.slice(before, start) : '';
    groups.push({ start, end, gap: gap === ' ' || GAP.test(gap) ? gap : '' });
    before = end;
  }
  return groups;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code > 47 && code < 58;
}

function* datesIn(text: string): Generator<{ start: number; end: number }, undefined> {
  for (const date of text.matchAll(DATE)) {
    const a = Number(date[1] ?? date[6] ?? date[7]);
    const b = Number(date[3] ?? date[5] ?? date[8]);
    const [month, day] = a < b ? [a, b] : [b, a];
    if (month >= 1 && month <= 12 && day <= 31) {
      yield { start: date.index, end: date.index + date[0].length };
    }
  }
  return undefined;
}
