// Phrases as a person writes them, `what are your [opening] hours` or `(hi|hello) there`, turned
// into every sentence they stand for, and those into the grammar that the recognizer wants. It
// knows neither agents nor sound.

/** More sentences than this in one phrase is a mistake in the phrase. */
const MAX_SENTENCES = 500;

/** Lower case, no punctuation, one space between words: how sentences are compared. */
export function normalize(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[’`]/g, "'")
    .replace(/[^a-z0-9' ]+/g, ' ')
    .replace(/(^|\s)'+|'+(\s|$)/g, '$1$2')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Every sentence of one phrase. `[x]` may be left out, `(x|y)` is a choice; both nest. */
export function expandPhrase(phrase: string): string[] {
  let at = 0;
  const fail = (why: string): never => {
    throw new Error(`The phrase "${phrase}" is not well formed: ${why} at ${at}.`);
  };
  const join = (left: readonly string[], right: readonly string[]): string[] => {
    const joined = left.flatMap((a) => right.map((b) => `${a} ${b}`.trim()));
    if (joined.length > MAX_SENTENCES) fail(`more than ${MAX_SENTENCES} sentences`);
    return joined;
  };
  const choice = (end: string): string[] => {
    const found: string[] = [];
    let sentences = [''];
    for (;;) {
      const next = phrase[at];
      if (next === undefined || next === ')' || next === ']') {
        if ((next ?? '') !== end) fail(end === '' ? `a stray ${next}` : `${end} is missing`);
        at += end.length;
        return [...new Set([...found, ...sentences])];
      }
      if (next === '|') {
        found.push(...sentences);
        sentences = [''];
        at++;
      } else if (next === '(') {
        at++;
        sentences = join(sentences, choice(')'));
      } else if (next === '[') {
        at++;
        sentences = join(sentences, ['', ...choice(']')]);
      } else {
        const word = /^[^()[\]|]+/.exec(phrase.slice(at))?.[0] as string;
        at += word.length;
        sentences = join(sentences, [normalize(word)]);
      }
    }
  };
  return choice('').filter((sentence) => sentence !== '');
}

/** The phones of the recognizer's US English model, but for silence. */
export const PHONES =
  'AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH'.split(
    ' ',
  );

/** A word that stands for one phone, so that any other speech fits the grammar too. */
export const phoneWord = (phone: string): string => `phone_${phone.toLowerCase()}`;

/**
 * JSGF: one of `sentences`, or, with the far smaller `rejection` weight, any row of phones. What
 * comes out as phones was speech that no sentence explains.
 */
export function buildJsgf(sentences: readonly string[], rejection: string): string {
  if (sentences.length === 0) throw new Error('A grammar needs at least one sentence.');
  return [
    '#JSGF V1.0;',
    'grammar agent;',
    `public <heard> = /1.0/ <sentence> | /${rejection}/ <phone>+;`,
    `<sentence> = ${sentences.join(' | ')};`,
    `<phone> = ${PHONES.map(phoneWord).join(' | ')};`,
  ].join('\n');
}
