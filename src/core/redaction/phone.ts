/**
 * Tells phone numbers from others by how they begin and how their digits are grouped: international
 * ones, and the national forms that are common. A number that only some country would read as one,
 * such as 612 345 678, is not taken for one; neither is what is shorter than eight digits.
 */
import type { DigitGroup } from './digit-groups.js';

/** Forms without a leading 0, by the lengths of their groups: the digits that they begin with. */
const FORMS: ReadonlyMap<string, RegExp> = new Map([
  ['3,3,4', /^[2-9]/],
  ['3,7', /^[2-9]/],
  ['10', /^[2-9]/],
  ['1,3,3,4', /^1[2-9]/],
  ['1,10', /^1[2-9]/],
  ['11', /^1[2-9]/],
  // India and China.
  ['5,5', /^[6-9]/],
  ['3,4,4', /^1[3-9]/],
  // One digit at a time.
  ['10 spelled', /^[2-9]/],
  ['11 spelled', /^1[2-9]/],
]);
const MOST_GROUPS = 4;
/** None of them begins like this: seen early, it saves the rest of a long row. */
const NO_AREA = /^1[01]/;

/** Digits of an international number, by ITU-T E.164; "00" in place of "+" comes on top. */
const LONGEST = 15;

interface Surroundings {
  /** What opens the number: "+", "(", both, or nothing. */
  readonly sign: string;
  /** Nothing before it says that this is the middle of a longer number. */
  readonly isApart: boolean;
}

/**
 * A phone number in whole groups from the one at `first` on; the longest one.
 * @returns how many groups it takes; 0 if there is none
 */
export function phoneAt(
  text: string,
  groups: readonly DigitGroup[],
  first: number,
  { sign, isApart }: Surroundings,
): number {
  const { start, end } = groups[first] as DigitGroup;
  const isInternational = sign.includes('+');
  const isInBrackets = sign.endsWith('(') && text.charAt(end) === ')';
  if (!isInternational && !isInBrackets && !isApart) return 0;

  const isFree = text.charAt(start) === '0' || sign !== '';
  const [shortest, longest] = isFree ? [8, LONGEST + 2] : [10, 11];
  let length = 0;
  let head = '';
  let dots = 0;
  let isSpelled = true;
  let found = 0;
  for (let at = first; at < groups.length; at++) {
    const { start: from, end: to, gap } = groups[at] as DigitGroup;
    // "(0)" and area codes stand near the beginning; later brackets hold something else.
    if (at > first && (!gap || (gap.includes('(') && at > first + 1))) break;
    length += to - from;
    if (length > longest) break;
    if (head.length < 3) head += text.slice(from, Math.min(to, from + 3));
    if (!isFree && NO_AREA.test(head)) break;
    if (at > first && gap.includes('.')) dots++;
    isSpelled &&= to - from === 1;
    // A digit by itself after a number is another number.
    if (length < shortest || (to - from === 1 && gap === ' ' && !isSpelled)) continue;
    const gaps = at - first;
    const isPhone =
      (isInternational && isWorldwide(head, length)) ||
      (isInBrackets && end - start > 1 && end - start < 6 && length <= 12) ||
      (head.startsWith('00') && isWorldwide(head.slice(2), length - 2)) ||
      // Times and prices in a row are no number: "08.30 09.45 10.15".
      (/^0[1-9]/.test(head) &&
        (isSpelled || end - start > 1) &&
        length > 8 &&
        length < 13 &&
        (dots === 0 || dots === gaps)) ||
      FORMS.get(formOf(groups, first, gaps + 1, isSpelled))?.test(head);
    if (isPhone) found = gaps + 1;
  }
  return found;
}

/** With a country's code; ten digits follow that of North America. */
function isWorldwide(head: string, length: number): boolean {
  if (head.startsWith('1')) return length === 11;
  return !head.startsWith('0') && length >= 8 && length <= LONGEST;
}

function formOf(
  groups: readonly DigitGroup[],
  first: number,
  count: number,
  isSpelled: boolean,
): string {
  if (isSpelled) return `${count} spelled`;
  if (count > MOST_GROUPS) return '';
  const taken = groups.slice(first, first + count);
  return taken.map(({ start, end }) => end - start).join();
}
