/**
 * The words that a module of `languages/` holds. In the files for a script tag they stand there
 * without their keys, which are the same for all (`scripts/pack-dictionaries.mjs`).
 */
import type { Dictionary } from './strings.js';

export function wordsOf({ words }: { readonly words: Dictionary }): Dictionary {
  return words;
}
