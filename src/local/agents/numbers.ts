// Finds the numbers in a sentence, in digits or in English words up to 999. It knows nothing of what
// they count.

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** In the order in which they are said: "twenty five and 3.5" gives 25 and 3.5. */
export function numbersIn(text: string): number[] {
  const found: number[] = [];
  /** The number in words that may still go on. */
  let open: number | undefined;
  const close = (): void => {
    if (open !== undefined) found.push(open);
    open = undefined;
  };
  for (const [token] of text.toLowerCase().matchAll(/-?\d+(?:\.\d+)?|[a-z]+/g)) {
    const one = ONES.indexOf(token);
    const ten = TENS.indexOf(token);
    if (/\d/.test(token)) {
      close();
      found.push(Number(token));
    } else if (token === 'hundred' && open !== undefined && open < 10) open *= 100;
    else if (ten >= 0) {
      if (open === undefined || open % 100 !== 0 || open === 0) close();
      open = (open ?? 0) + (ten + 2) * 10;
    } else if (one >= 0) {
      const fits = open !== undefined && open > 0 && open % (one < 10 ? 10 : 100) === 0;
      if (!fits || (open !== undefined && open < 20)) close();
      open = (open ?? 0) + one;
    } else close();
  }
  close();
  return found;
}
