/**
 * Finds e-mail addresses. It looks to both sides of each `@` and never beyond another, so that its time
 * grows with the length of the text only.
 */
import type { Span } from './spans.js';

const LETTER = /[\p{L}\p{M}\p{N}]/u;
const DOMAIN_SIGNS = '.-';
const LOCAL_SIGNS = ".!#$%&'*+/=?^_`{|}~-";
const BEGINNING = /^[\p{L}\p{N}]/u;
const TOP_LEVEL = /^\p{L}[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}]$/u;
const LONGEST_LABEL = 63;

/** @param text in plain characters, see `plainText` */
export function eMailAddresses(text: string): Span[] {
  const spans: Span[] = [];
  let after = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > after && isPart(text, start - 1, LOCAL_SIGNS)) start--;
    let end = at + 1;
    while (end < text.length && isPart(text, end, DOMAIN_SIGNS)) end++;
    const length = lengthOfDomain(text.slice(at + 1, end));
    const isAddress = start < at && length > 0;
    after = at + 1 + (isAddress ? length : 0);
    if (isAddress) spans.push({ start, end: after, label: '[e-mail]' });
  }
  return spans;
}

function isPart(text: string, index: number, signs: string): boolean {
  const code = text.charCodeAt(index);
  // Most letters by far, and many times faster than asking for their property.
  if (code < 128) {
    return (
      (code > 96 && code < 123) || isCapitalOrDigit(code) || signs.includes(text.charAt(index))
    );
  }
  return LETTER.test(text.charAt(index));
}

function isCapitalOrDigit(code: number): boolean {
  return (code > 64 && code < 91) || (code > 47 && code < 58);
}

/** Without the full stop of the sentence, and other labels that end no domain. 0 if there is none. */
function lengthOfDomain(text: string): number {
  if (!BEGINNING.test(text)) return 0;
  for (let end = text.length, dot; end > 0; end = dot) {
    dot = text.lastIndexOf('.', end - 1);
    if (dot <= 0) return 0;
    if (end - dot <= LONGEST_LABEL + 1 && TOP_LEVEL.test(text.slice(dot + 1, end))) return end;
  }
  return 0;
}
