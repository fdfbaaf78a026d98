/** What a visitor reads when something goes wrong. */
import type { VoiceError, VoiceErrorCode } from '../core/voice-error.js';
import { FIRST_SENTENCES } from './first-sentences.js';
import type { Dictionary } from './strings.js';

type Sentences = Partial<Record<VoiceErrorCode, string>>;

const known: Sentences = { ...FIRST_SENTENCES };

/** A visitor who waits longer for words is told that it did not work. */
const PATIENCE_MS = 2_000;

/** Those whose sentence was looked for in vain. */
const wordless = new WeakSet<VoiceError>();

/** Those of which the visitor is told otherwise, or not any more. */
export const noticed = new WeakSet<VoiceError>();

/**
 * @param host asked to draw again when the sentence is there
 * @returns none as long as it is looked for; `undefined` if there is none
 */
export function sentenceFor(
  error: VoiceError,
  words: Partial<Dictionary>,
  host: { requestUpdate(): void },
): string | undefined {
  if (noticed.has(error)) return '';
  const sentence = words[error.code] ?? known[error.code];
  if (sentence !== undefined || wordless.has(error)) return sentence;
  const settle = () => {
    wordless.add(error);
    host.requestUpdate();
  };
  setTimeout(settle, PATIENCE_MS);
  import('./english-errors.js')
    .then(({ SENTENCES }) => Object.assign(known, SENTENCES))
    .then(settle, settle);
  return '';
}
