/**
 * The words that a module of `languages/` holds. In the files for a script tag they stand there
 * without their keys, which are the same for all (`scripts/pack-dictionaries.mjs`).
 */
import type { Dictionary } from './strings.js';

export interface Language {
  /** Of the words, BCP 47; empty until it is known. */
  readonly tag: string;
  /** Undefined where they are English. */
  readonly words?: Dictionary;
  /** Which way they run, where it is not for the page to say. */
  readonly dir?: string | undefined;
}

export function wordsOf({ words }: { readonly words: Dictionary }): Dictionary {
  return words;
}
