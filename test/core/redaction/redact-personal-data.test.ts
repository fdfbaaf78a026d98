/** Personal data that has a form of its own leaves a text; what only looks like it stays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactPersonalData } from '../../../src/core/redaction/redact-personal-data.js';

/** Says what becomes of each text. */
const tells = (cases: Record<string, string>) => {
  it.each(Object.entries(cases))('%s → %s', (text, redacted) => {
    expect(redactPersonalData(text)).toBe(redacted);
  });
};

/** Nothing in there is a reason to touch it. */
const leaves = (...texts: string[]) => {
  it.each(texts)('stays: %s', (text) => {
    expect(redactPersonalData(text)).toBe(text);
  });
};

describe('e-mail addresses', () => {
  tells({
    'Write to jane.doe+news@example.co.uk.': 'Write to [e-mail].',
    'Is it jane_doe@mail.example.com?': 'Is it [e-mail]?',
    '<o’neil@example.ie>, max@müller.example': '<o’[e-mail]>, [e-mail]',
    'a@b.de,c@d.fr': '[e-mail],[e-mail]',
    'mailto:tel491701234567@example.com': 'mailto:[e-mail]',
    'ｊ＠example.com': '[e-mail]',
  });
  leaves('@jane', 'jane@', 'me @ home', 'jane@localhost', 'a@b.c', '5 @ 3.50', '@@@');
});

describe('phone numbers', () => {
  tells({
    'Call +49 (0)30 123456-78 now.': 'Call [phone] now.',
    'Call +4930123456, please': 'Call [phone], please',
    '(+44) 20 7946 0958': '[phone]',
    '0049 170 1234567': '[phone]',
    '(212) 555-0123 or 212.555.0123': '[phone] or [phone]',
    '2125550123 or 1-800-555-0199': '[phone] or [phone]',
    'Ring 020 7946 0958 5 times': 'Ring [phone] 5 times',
    'Room 12, 030/123456-0': 'Room 12, [phone]',
    '06 12 34 56 78, 06.12.34.56.78': '[phone], [phone]',
    '0151 12345678 um 10:30': '[phone] um 10:30',
    '(11) 91234-5678': '[phone]',
    '98765 43210 and 138 0013 8000': '[phone] and [phone]',
    '电话13800138000。': '电话[phone]。',
    '+1 212 555 0123 2024': '[phone] 2024',
    'zero three zero, 0 3 0 1 2 3 4 5 6 7': 'zero three zero, [phone]',
    'رقمي ٠٣٠ ١٢٣٤٥٦٧٨': 'رقمي [phone]',
    '０３０－１２３４５６７８': '[phone]',
  });
  leaves(
    'on 01.02.2024 10:30',
    'on 2024-01-15 0900',
    '12/31/2024, 24.12.24',
    'at 08.30 09.45 10.15',
    '2019-2024, 1999 2000 2001 2002',
    '€ 1.234.567,89 or $12,345,678.90',
    '0.99 0.50 0.30',
    'extension 4711, 555-0123',
    'call 112 or 911',
    '90210-1234',
    '+1 000 000',
    'version 10.0.19045.3803',
    '192.168.100.101',
    'item_2125550123',
    'the sensor reads 123456789012',
  );
});

describe('payment card numbers', () => {
  tells({
    'It is 4111 1111 1111 1111, 12/26.': 'It is [card], 12/26.',
    '4111-1111-1111-1111': '[card]',
    '4111111111111111': '[card]',
    '3782 822463 10005': '[card]',
    '6304 0000 0000 0000 00': '[card]',
    '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1': '[card]',
    '٤١١١ ١١١١ ١١١١ ١١١١': '[card]',
  });
  leaves(
    '4111 1111 1111 1112',
    '4111111111111112',
    '41111111111111111111111111',
    'x4111111111111111',
  );

  const digits = fc.array(fc.nat(9), { minLength: 13, maxLength: 19 }).map((all) => all.join(''));
  /** ISO/IEC 7812, from the right. */
  const isValid = (number: string) => {
    const values = Array.from(number)
      .reverse()
      .map((digit, index) => Number(digit) * (1 + (index % 2)));
    return (
      values.map((value) => (value > 9 ? value - 9 : value)).reduce((a, b) => a + b) % 10 === 0
    );
  };

  it('go exactly when the check digit is right', () => {
    fc.assert(
      fc.property(
        digits.filter((number) => !number.startsWith('00')),
        (number) => {
          expect(redactPersonalData(number)).toBe(isValid(number) ? '[card]' : number);
        },
      ),
    );
  });

  it('stay in groups of four when it is wrong', () => {
    const wrong = fc
      .array(fc.nat(9), { minLength: 16, maxLength: 16 })
      .map((all) => all.join(''))
      .filter((number) => !isValid(number) && !number.startsWith('0'));
    fc.assert(
      fc.property(wrong, (number) => {
        const text = number.match(/.{4}/g)?.join(' ') ?? '';
        expect(redactPersonalData(text)).toBe(text);
      }),
    );
  });
});

describe('IBANs', () => {
  tells({
    'DE89 3704 0044 0532 0130 00 and more': '[IBAN] and more',
    'My IBAN is gb29nwbk60161331926819.': 'My IBAN is [IBAN].',
    'NO93 8601 1117 947': '[IBAN]',
    MT84MALT011000012345MTLCAST001S: '[IBAN]',
    NO9386011117947DE89370400440532013000: '[IBAN][IBAN]',
    'D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0': '[IBAN]',
  });
  leaves('XX89 3704 0044 0532 0130 00', 'DE89', 'NO93 8601 1117 948', 'XDE893704004405320130009');
});

describe('any text', () => {
  const part = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...Array.from('0123456789 .-/()+@٣\u00a0')),
    fc.constantFrom('030 12', '4111 1111 ', '1111', 'DE89 ', '3704 0044 0532 0130 00', 'a@b.co'),
    fc.constantFrom('01.02.2024', '+49', '(212) ', '555-0123', ' ', '00'),
    fc.stringMatching(/^[0-9]{1,5}[ .-]$/),
  );
  const text = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(''));

  it('is the same after a second time', () => {
    fc.assert(
      fc.property(text, (any) => {
        const once = redactPersonalData(any);
        expect(redactPersonalData(once)).toBe(once);
      }),
      { numRuns: 5_000 },
    );
  }, 60_000);

  it('loses only what is replaced', () => {
    fc.assert(
      fc.property(text, (any) => {
        const kept = redactPersonalData(any).split(/\[(?:e-mail|phone|card|IBAN)\]/);
        let from = 0;
        for (const piece of kept) {
          const at = any.indexOf(piece, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + piece.length;
        }
      }),
      { numRuns: 2_000 },
    );
  }, 60_000);
});
