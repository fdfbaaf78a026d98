/** Tells payment card numbers (ISO/IEC 7812) from others by their length and check digit. */
import type { DigitGroup } from './digit-groups.js';

const SHORTEST = 13;
const LONGEST = 19;

/**
 * A card number in whole groups from the one at `first` on, with single blanks or dashes between.
 * The longest one, if the check digit fits several.
 * @returns how many groups it takes; 0 if there is none
 */
export function cardAt(text: string, groups: readonly DigitGroup[], first: number): number {
  let length = 0;
  let found = 0;
  // The check digit itself counts once, every second one before it twice: which those are is known
  // only at the end, so here are both sums.
  let even = 0;
  let odd = 0;
  for (let at = first; at < groups.length; at++) {
    const { start, end, gap } = groups[at] as DigitGroup;
    if (at > first && gap !== ' ' && gap !== '-') break;
    if (length + end - start > LONGEST) break;
    for (let index = start; index < end; index++, length++) {
      const digit = text.charCodeAt(index) - 48;
      const twice = digit > 4 ? digit * 2 - 9 : digit * 2;
      even += length % 2 ? twice : digit;
      odd += length % 2 ? digit : twice;
    }
    if (length >= SHORTEST && (length % 2 ? even : odd) % 10 === 0) found = at - first + 1;
  }
  return found;
}
