/**
 * The languages beside English, and which of them fits a wish. Each dictionary is a file of its own
 * that is loaded when it is needed.
 */
import { wordsOf, type Language } from './dictionary.js';
import type { Dictionary } from './strings.js';

export const DICTIONARIES = {
  ar: () => import('./languages/ar.js'),
  bg: () => import('./languages/bg.js'),
  cs: () => import('./languages/cs.js'),
  da: () => import('./languages/da.js'),
  de: () => import('./languages/de.js'),
  el: () => import('./languages/el.js'),
  es: () => import('./languages/es.js'),
  fa: () => import('./languages/fa.js'),
  fi: () => import('./languages/fi.js'),
  fr: () => import('./languages/fr.js'),
  he: () => import('./languages/he.js'),
  hi: () => import('./languages/hi.js'),
  hr: () => import('./languages/hr.js'),
  hu: () => import('./languages/hu.js'),
  id: () => import('./languages/id.js'),
  it: () => import('./languages/it.js'),
  ja: () => import('./languages/ja.js'),
  ko: () => import('./languages/ko.js'),
  nb: () => import('./languages/nb.js'),
  nl: () => import('./languages/nl.js'),
  pl: () => import('./languages/pl.js'),
  'pt-BR': () => import('./languages/pt-BR.js'),
  'pt-PT': () => import('./languages/pt-PT.js'),
  ro: () => import('./languages/ro.js'),
  ru: () => import('./languages/ru.js'),
  sk: () => import('./languages/sk.js'),
  sv: () => import('./languages/sv.js'),
  th: () => import('./languages/th.js'),
  tr: () => import('./languages/tr.js'),
  uk: () => import('./languages/uk.js'),
  ur: () => import('./languages/ur.js'),
  vi: () => import('./languages/vi.js'),
  'zh-Hans': () => import('./languages/zh-Hans.js'),
  'zh-Hant': () => import('./languages/zh-Hant.js'),
} satisfies Record<string, () => Promise<{ words: Dictionary }>>;

type Tag = keyof typeof DICTIONARIES;

/** Languages that are understood by readers of another one, under its name. */
const OTHER_NAMES: Readonly<Record<string, string>> = { no: 'nb', nn: 'nb', yue: 'zh' };

/** Written from the right. */
const RTL = /^(ar|fa|he|ur)$/;

/**
 * The first language of `wanted` that there is.
 * @param wanted BCP 47 tags, separated by commas
 * @throws what the import of a dictionary does
 */
export async function languageFor(wanted: string): Promise<Language> {
  for (const one of wanted.split(',')) {
    const tag = tagFor(one);
    if (tag === 'en') return { tag };
    if (tag)
      return { tag, words: wordsOf(await DICTIONARIES[tag]()), dir: RTL.test(tag) ? 'rtl' : 'ltr' };
  }
  return { tag: 'en' };
}

/** Its dictionary's name, or `en`; undefined where there is none, or only one in another script. */
export function tagFor(wanted: string): Tag | 'en' | undefined {
  let locale: Intl.Locale;
  try {
    // Some write de_AT.
    locale = new Intl.Locale(wanted.trim().replaceAll('_', '-')).maximize();
  } catch {
    return undefined;
  }
  const { script = '', region } = locale;
  const language = OTHER_NAMES[locale.language] ?? locale.language;
  if (language === 'pt') return region === 'BR' ? 'pt-BR' : 'pt-PT';
  if (language === 'zh') return script === 'Hant' ? 'zh-Hant' : 'zh-Hans';
  if (language !== 'en' && !Object.hasOwn(DICTIONARIES, language)) return undefined;
  return new Intl.Locale(language).maximize().script === script ? (language as Tag) : undefined;
}
