/**
 * Takes personal data that has a form of its own out of a text: e-mail addresses, phone numbers,
 * payment card numbers, IBANs. It knows no names, no postal addresses and nothing of the words around;
 * it is a help against carelessness, no proof that nothing personal is left.
 */
import { cardAt } from './card.js';
import { digitGroups, type DigitGroup } from './digit-groups.js';
import { eMailAddresses } from './e-mail.js';
import { ibans } from './iban.js';
import { phoneAt } from './phone.js';
import { plainText } from './plain-text.js';
import { replaceSpans, type Span } from './spans.js';

/**
 * `text` with `[e-mail]`, `[phone]`, `[card]` and `[IBAN]` in place of what was found. The time it takes
 * grows with the length of the text only, whatever the text is.
 *
 * Digits may be written in groups, one by one ("0 3 0 1 2 …"), or in Arabic, Persian, Devanagari,
 * Bengali, Thai or full-width characters. Numbers and addresses in words ("double four", "jane at
 * example dot com") stay.
 */
export function redactPersonalData(text: string): string {
  let redacted = text;
  let plain = plainText(text);
  for (const find of [eMailAddresses, ibans, numbers]) {
    const spans = find(plain);
    redacted = replaceSpans(redacted, spans);
    plain = replaceSpans(plain, spans);
  }
  return redacted;
}

function numbers(text: string): Span[] {
  const spans: Span[] = [];
  const groups = digitGroups(text);
  let isApart = true;
  for (let at = 0; at < groups.length;) {
    const { start, end, gap } = groups[at] as DigitGroup;
    isApart ||= !gap;
    const sign = signBefore(text, start);
    const card = sign.includes('+') ? 0 : cardAt(text, groups, at);
    const taken: number = card || phoneAt(text, groups, at, { sign, isApart });
    const last = groups[at + taken - 1];
    if (taken && last) {
      const label = card ? '[card]' : '[phone]';
      spans.push({ start: card ? start : start - sign.length, end: last.end, label });
    }
    // A group of four is the middle of a card number, or of none.
    isApart = taken > 0 || end - start < 4;
    at += taken || 1;
  }
  return spans;
}

/** What opens a phone number: "+", "(", "(+" or "+(". */
function signBefore(text: string, index: number): string {
  const char = text.charAt(index - 1);
  if (char !== '+' && char !== '(') return '';
  const other = text.charAt(index - 2);
  return (other === '+' || other === '(') && other !== char ? other + char : char;
}
