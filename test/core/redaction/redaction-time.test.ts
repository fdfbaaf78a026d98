/** No text keeps a page busy for longer than its length explains. */
import { describe, expect, it } from 'vitest';
import { redactPersonalData } from '../../../src/core/redaction/redact-personal-data.js';

describe('a line made to keep the page busy', () => {
  const units = [
    '1 ',
    '1',
    '0 ',
    '0123 ',
    '01.',
    '(',
    '+',
    '@',
    'a',
    'a@',
    'a.',
    'a@b.',
    'DE89',
    'D E 8 9 ',
    '٣ ',
    '4111-1111-1111-1112-',
    '(0)',
    '\u00a0',
  ];

  /** The least of some, in ms of this process: others on this machine do not count. */
  const timeFor = (line: string) => {
    const times = Array.from({ length: 3 }, () => {
      const start = process.cpuUsage();
      redactPersonalData(line);
      return process.cpuUsage(start).user / 1000;
    });
    return Math.min(...times);
  };

  it.each(units)(
    'takes time as it has length: %j',
    (unit) => {
      const line = (length: number) => unit.repeat(length / unit.length);
      timeFor(line(10_000));
      const ratio = timeFor(line(160_000)) / Math.max(timeFor(line(10_000)), 1);
      // Sixteen times the length; it would be 256 if every character looked at all others.
      expect(ratio).toBeLessThan(96);
    },
    60_000,
  );
});
