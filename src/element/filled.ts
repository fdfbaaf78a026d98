/** Puts a value where a sentence keeps a place for it, such as `{seconds}`: every language has its own. */
export function filled(sentence: string, value: string | number | undefined): string {
  return sentence.replace(/\{\w+\}/g, () => String(value));
}
