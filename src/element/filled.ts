/**
 * Puts a value where a sentence keeps a place for it, such as `{seconds}`: every language has its own, and
 * its own digits.
 * @param lang BCP 47
 */
export function filled(
  sentence: string,
  value: string | number | undefined,
  lang?: string,
): string {
  // Of a text it is the text.
  return sentence.replace(
    /\{\w+\}/g,
    () => (value as number | undefined)?.toLocaleString(lang) ?? '',
  );
}
