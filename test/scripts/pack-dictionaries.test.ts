// The words of a script tag's dictionaries are packed; what comes out is what went in.
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../scripts/pack-dictionaries.mjs';
import { DICTIONARIES } from '../../src/element/languages.js';

describe('packed words', () => {
  it.each(Object.entries(DICTIONARIES))('are the same once unpacked: %s', async (_, load) => {
    const { words } = await load();
    const lines = Object.values(words);
    expect(unpack(pack(lines))).toEqual(lines);
  });

  it('are the same also where no letter, or every character, is there', () => {
    const ascii = String.fromCharCode(...Array.from({ length: 95 }, (_, at) => at + 32));
    const cyrillic = String.fromCharCode(...Array.from({ length: 96 }, (_, at) => at + 0x400));
    for (const lines of [[''], ['plain'], [ascii, '', cyrillic + cyrillic, '𝒶–z'], ['ее—её-я']]) {
      expect(unpack(pack(lines))).toEqual(lines);
    }
  });

  it('are shorter in bytes where letters are not of ASCII', () => {
    const line = 'Соединение установлено. Теперь можно говорить.';
    const bytes = (text: string) => new TextEncoder().encode(text).length;
    expect(bytes(pack([line]))).toBeLessThan(0.8 * bytes(line));
  });
});
