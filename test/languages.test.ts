// Every language says everything, and weighs little. How the words look on screen is tested in the
// browser (test/element/languages.test.ts).
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SENTENCES } from '../src/element/english-errors.js';
import { LANGUAGES } from '../src/element/language-names.js';
import { languageFor, tagFor } from '../src/element/languages.js';
import {
  CALL_ENGLISH,
  COMPOSER_ENGLISH,
  FIRST_ENGLISH,
  HELP_ENGLISH,
  LIMITS_ENGLISH,
  QUESTIONS_ENGLISH,
  RECOVERY_ENGLISH,
  SETTINGS_ENGLISH,
  TOOL_ENGLISH,
  TRANSCRIPT_ENGLISH,
  TURN_ENGLISH,
  type Dictionary,
} from '../src/element/strings.js';

const root = new URL('..', import.meta.url);
const tags = readdirSync(new URL('src/element/languages/', root)).map((file) =>
  file.replace('.ts', ''),
);
const english: Dictionary = {
  ...FIRST_ENGLISH,
  ...CALL_ENGLISH,
  ...LIMITS_ENGLISH,
  ...RECOVERY_ENGLISH,
  ...HELP_ENGLISH,
  ...TRANSCRIPT_ENGLISH,
  ...TOOL_ENGLISH,
  ...TURN_ENGLISH,
  ...COMPOSER_ENGLISH,
  ...SETTINGS_ENGLISH,
  ...QUESTIONS_ENGLISH,
  ...SENTENCES,
};
const keys = Object.keys(english) as (keyof Dictionary)[];

/** Words that are the same in English, language by language. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  fr: ['conversation', 'agent', 'volume'],
  id: ['volume'],
  it: ['volume'],
  nl: ['volume'],
  'pt-BR': ['volume'],
  'pt-PT': ['volume'],
  da: ['send'],
  nb: ['send'],
};

const dictionaries = new Map<string, Partial<Dictionary>>();
for (const tag of tags) dictionaries.set(tag, (await languageFor(tag)).words ?? {});

/** What `find` finds in each language that has any; empty when all is well. */
function complaints(
  find: (words: Partial<Dictionary>, tag: string) => readonly string[],
): Record<string, readonly string[]> {
  return Object.fromEntries(
    [...dictionaries]
      .map(([tag, words]) => [tag, find(words, tag)] as const)
      .filter(([, found]) => found.length > 0),
  );
}

const placeholders = (text = '') => (text.match(/\{\w+\}/g) ?? []).sort().join();

describe('every language', () => {
  it('is one of those that the README counts', () => {
    const readme = readFileSync(new URL('README.md', root), 'utf8');
    expect(/(\d+) languages/.exec(readme)?.[1]).toBe(String(tags.length + 1));
  });

  it('is offered, to visitors too', () => {
    expect(tags.map((tag) => tagFor(tag))).toEqual(tags);
    expect(LANGUAGES.split(' ')).toEqual([...tags, 'en'].sort());
  });

  it('lacks no key; these are to be translated', () => {
    expect(complaints((words) => keys.filter((key) => !words[key]?.trim()))).toEqual({});
  });

  it('has no key that English has not', () => {
    expect(complaints((words) => Object.keys(words).filter((key) => !(key in english)))).toEqual(
      {},
    );
  });

  it('has the placeholders of English', () => {
    expect(
      complaints((words) =>
        keys.filter((key) => placeholders(words[key]) !== placeholders(english[key])),
      ),
    ).toEqual({});
  });

  it('is English by intention only', () => {
    expect(
      complaints((words, tag) =>
        keys.filter((key) => words[key] === english[key] && !SAME[tag]?.includes(key)),
      ),
    ).toEqual({});
  });

  it('is set with care: no space too many, real quotes, one sign for an ellipsis', () => {
    expect(
      complaints((words) =>
        Object.values(words).filter((text) => /^\s|\s$| {2}|\.\.\.|["'`]|\n/.test(text)),
      ),
    ).toEqual({});
  });

  it('weighs less than 1.5 kB for a script tag', () => {
    const files = readdirSync(new URL('dist/', root));
    const sizes = tags.map((tag) => {
      const [file = '', ...others] = files.filter(
        (name) => name.startsWith(`voice-agent-${tag}-`) && name.endsWith('.js'),
      );
      expect(others).toEqual([]);
      return {
        tag,
        bytes: gzipSync(readFileSync(new URL(`dist/${file}`, root)), { level: 9 }).length,
      };
    });
    expect(sizes.filter(({ bytes }) => bytes >= 1_500)).toEqual([]);
  });
});

describe('a wish for', () => {
  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['de_CH', 'de'],
    ['DE', 'de'],
    ['pt', 'pt-BR'],
    ['pt-BR', 'pt-BR'],
    ['pt-PT', 'pt-PT'],
    ['pt-AO', 'pt-PT'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh-Hant-CN', 'zh-Hant'],
    ['yue', 'zh-Hant'],
    ['no', 'nb'],
    ['nn-NO', 'nb'],
    ['iw', 'he'],
    ['in', 'id'],
    ['ar-EG', 'ar'],
    ['fa-AF', 'fa'],
    ['en-GB', 'en'],
    ['hi-Latn', undefined],
    ['uz-Arab', undefined],
    ['tlh', undefined],
    ['', undefined],
    ['not a language', undefined],
  ])('"%s" is met with %s', (wanted, tag) => {
    expect(tagFor(wanted)).toBe(tag);
  });

  it('several languages is met with the first that there is', async () => {
    expect((await languageFor('tlh,de-AT,fr')).tag).toBe('de');
    expect(await languageFor('tlh,en-GB,fr')).toEqual({ tag: 'en' });
    expect(await languageFor('tlh')).toEqual({ tag: 'en' });
    expect((await languageFor('he-IL')).dir).toBe('rtl');
  });
});
