/** Puts a value where a sentence keeps a place for it: every language has its own. */

/** @param place such as `{seconds}` */
export function filled(sentence: string, place: string, value: string | number): string {
  return sentence.split(place).join(String(value));
}
