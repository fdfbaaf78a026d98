/** What an agent sends and what it is told: bounded, and never more than it seems. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../src/core/tools/tool-arguments.js';
import { errorOutput, outputOf, wordsOf } from '../../../src/core/tools/tool-output.js';

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

describe('arguments', () => {
  it('are an object, or nothing at all', () => {
    expect(parseArguments('{"city":"Oslo"}')).toEqual({ city: 'Oslo' });
    expect(parseArguments('')).toEqual({});
  });

  it.each([
    ['{"city":', 'not valid JSON'],
    ['undefined', 'not valid JSON'],
    ['null', 'not a JSON object'],
    ['[1]', 'not a JSON object'],
    ['"{}"', 'not a JSON object'],
    ['5', 'not a JSON object'],
    [`{"text":"${'x'.repeat(32_768)}"}`, 'too long'],
  ])('are refused when they are %.12s', (text, message) => {
    expect(() => parseArguments(text)).toThrow(message);
  });

  it('cannot change what a copy of them inherits', () => {
    const args = parseArguments('{"a":{"__proto__":{"admin":true}},"__proto__":{"admin":true}}');
    expect(Object.assign({}, args)).not.toHaveProperty('admin');
    expect(Object.assign({}, args['a'])).not.toHaveProperty('admin');
    expect(Object.prototype).not.toHaveProperty('admin');
  });
});

describe('an output', () => {
  it('is a text as it is, and anything else as JSON', () => {
    expect(outputOf('Sunny')).toBe('Sunny');
    expect(outputOf('')).toBe('');
    expect(outputOf({ degrees: 20 })).toBe('{"degrees":20}');
    expect(outputOf([1, null])).toBe('[1,null]');
    expect(outputOf(null)).toBe('null');
    expect(outputOf(false)).toBe('false');
  });

  it('says that it was done when a tool has nothing to say', () => {
    expect(outputOf(undefined)).toBe('{"done":true}');
  });

  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  it.each([
    ['a circle', circle],
    ['a big integer', { price: 10n }],
    ['a function', () => 5],
    ['a symbol', Symbol('x')],
    ['something that refuses', { toJSON: () => decodeURI('%') }],
  ])('cannot be %s', (_, value) => {
    expect(() => outputOf(value)).toThrow('something that JSON cannot say');
  });

  it('D12 has at most 16 kB', () => {
    expect(outputOf('x'.repeat(16_384))).toHaveLength(16_384);
    expect(() => outputOf('x'.repeat(16_385))).toThrow('more than 16 kB');
    expect(() => outputOf('ä'.repeat(8_193))).toThrow('more than 16 kB');
    expect(() => outputOf({ text: 'x'.repeat(10_000_000) })).toThrow('more than 16 kB');
  });

  it('D12 is bounded, or refused in words, whatever a tool gives', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withSparseArray: true }), (value) => {
        try {
          expect(bytesOf(outputOf(value))).toBeLessThanOrEqual(16_384);
        } catch (error) {
          expect(wordsOf(error)).toMatch(/^The tool gave/);
        }
      }),
    );
  });
});

describe('a failure', () => {
  it('is told in the words of what was thrown, up to a length', () => {
    expect(wordsOf(new Error('Sold out.'))).toBe('Sold out.');
    expect(wordsOf('Sold out.')).toBe('Sold out.');
    expect(wordsOf(new Error('x'.repeat(5_000)))).toHaveLength(1_000);
    for (const thrown of [undefined, null, 5, {}, new Error(''), { message: 5 }]) {
      expect(wordsOf(thrown)).toBe('The tool failed.');
    }
    expect(errorOutput('No "x".')).toBe('{"error":"No \\"x\\"."}');
  });
});
