/**
 * Finds international bank account numbers (ISO 13616), in groups or not: the country's length and
 * the check digits must be right, so that hardly anything else is taken for one.
 */
import type { Span } from './spans.js';

/** Country and length, from the IBAN registry. */
const LENGTHS = new Map(
  (
    'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24' +
    'FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32' +
    'LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24' +
    'RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30'
  )
    .match(/.{4}/g)
    ?.map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const LETTER = /[\p{L}_]/u;

/** @param text in plain characters, see `plainText` */
export function ibans(text: string): Span[] {
  const spans: Span[] = [];
  const beginning = /([A-Z])[ .-]?([A-Z])[ .-]?\d[ .-]?\d/gi;
  let after = 0;
  for (let found = beginning.exec(text); found; found = beginning.exec(text)) {
    const start = found.index;
    const length = LENGTHS.get(`${found[1] ?? ''}${found[2] ?? ''}`.toUpperCase());
    const isInWord = start > after && LETTER.test(text.charAt(start - 1));
    const end = length && !isInWord ? endOfIban(text, start, length) : 0;
    if (end) {
      spans.push({ start, end, label: '[IBAN]' });
      after = end;
    }
    beginning.lastIndex = end || start + 1;
  }
  return spans;
}

/** @returns 0 if none of `length` characters, with at most one sign between two, begins at `start` */
function endOfIban(text: string, start: number, length: number): number {
  const values: number[] = [];
  let wasSign = true;
  let at = start;
  for (; values.length < length; at++) {
    const value = valueOf(text.charCodeAt(at));
    if (value !== undefined) values.push(value);
    else if (wasSign || !isSign(text.charAt(at))) return 0;
    wasSign = value === undefined;
  }
  return remainder(values) === 1 ? at : 0;
}

function isSign(char: string): boolean {
  return char === ' ' || char === '-' || char === '.';
}

/** 0 to 9 for a digit, 10 to 35 for a letter. */
function valueOf(code: number): number | undefined {
  if (code > 47 && code < 58) return code - 48;
  const letter = (code | 32) - 97;
  return code < 128 && letter >= 0 && letter < 26 ? letter + 10 : undefined;
}

/** Of the whole, as one number whose first four characters come last, divided by 97. */
function remainder(values: readonly number[]): number {
  let rest = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[(index + 4) % values.length] as number;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
