/**
 * The same text for machines: digits of other scripts become ASCII, and so do the many blanks, dashes
 * and signs that people and word processors use. The length stays, so that an index into one is an
 * index into the other. It knows nothing of what is looked for.
 */

/** Arabic-Indic, Persian, Devanagari, Bengali, Thai, full-width. */
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59\uff10-\uff19]/g;
/** Devanagari and Bengali digits do not begin at a multiple of 16. */
const BEGINS_AT_6 = /[\u0966-\u096f\u09e6-\u09ef]/;
/** With the invisible ones, among them those that set the direction of writing. */
const BLANKS = /[\t\u00a0\u2000-\u200f\u202a-\u202f\u2066-\u2069\u3000\ufeff]/g;
const DASHES = /[\u2010-\u2015\u2212\uff0d]/g;

export function plainText(text: string): string {
  return text
    .replace(DIGITS, (digit) => {
      const offset = digit.charCodeAt(0) & 15;
      return String(BEGINS_AT_6.test(digit) ? offset - 6 : offset);
    })
    .replace(BLANKS, ' ')
    .replace(DASHES, '-')
    .replaceAll('\uff20', '@')
    .replaceAll('\uff0b', '+');
}
