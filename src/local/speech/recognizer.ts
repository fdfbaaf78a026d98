// Understands one utterance at a time against a closed list of sentences. It does not know where
// speech starts and ends. It blocks while it works: run it in a worker, also because the recognizer
// installs its own handler for uncaught exceptions.
import createModule, { type Decoder, type SoundSwallowerModule } from 'soundswallower';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CALL_RATE, concatSamples } from '../audio/pcm.js';
import { buildJsgf, PHONES, phoneWord } from './grammar.js';

/** What the recognizer listens for. */
export interface Vocabulary {
  readonly sentences: readonly string[];
  /** Sentences that are let go when a word of them has no pronunciation. */
  readonly optional?: readonly string[];
  /** Pronunciations, in ARPAbet, of words that the dictionary does not have. */
  readonly words: Readonly<Record<string, string>>;
}

/** How unlikely a phone is against a word of a sentence. Tuned on the agents' own phrases. */
const REJECTION = '1e-8';
/** A longer utterance is none of the sentences; it is not listened to twice. */
const MAX_SECOND_LOOK = CALL_RATE * 10;

export class Recognizer {
  #decoder: Decoder;
  #active = false;
  #heard: Int16Array[] = [];
  /** Nothing to listen for. */
  #deaf = true;

  private constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  static async load(): Promise<Recognizer> {
    const base = dirname(createRequire(import.meta.url).resolve('soundswallower'));
    const module: SoundSwallowerModule = await createModule({
      modelBase: join(base, 'model') + '/',
    } as Partial<SoundSwallowerModule>);
    // Without the rate it takes 8 kHz for granted and understands nothing.
    const decoder = new module.Decoder({ samprate: CALL_RATE, loglevel: 'FATAL' });
    await decoder.initialize();
    decoder.add_words(...PHONES.map((phone): [string, string] => [phoneWord(phone), phone]));
    return new Recognizer(decoder);
  }

  /** Throws when a sentence has a word that neither the dictionary nor `words` can pronounce. */
  listenFor({ sentences, optional = [], words }: Vocabulary): void {
    this.cancel();
    this.#deaf = sentences.length === 0;
    if (this.#deaf) return;
    const known = (word: string): boolean => Boolean(this.#decoder.lookup_word(word));
    const extra = Object.entries(words).filter(([word]) => !known(word));
    if (extra.length > 0) this.#decoder.add_words(...extra);
    const unknown = new Set(sentences.flatMap((line) => line.split(' ')).filter((w) => !known(w)));
    if (unknown.size > 0) {
      throw new Error(`No pronunciation for ${[...unknown].join(', ')}: add it to the agent.`);
    }
    const more = optional.filter((line) => line.split(' ').every(known));
    this.#decoder.set_grammar(buildJsgf([...new Set([...sentences, ...more])], REJECTION));
  }

  /** Takes 16 kHz sound of the utterance; the first part starts it. */
  hear(samples: Int16Array): void {
    if (this.#deaf) return;
    if (!this.#active) this.#start();
    if (samples.length === 0) return;
    this.#heard.push(samples);
    this.#decoder.process_audio(toFloats(samples), false, false);
  }

  /**
   * Ends the utterance: the sentence, or undefined when it was none of them. What was followed while
   * it was said is understood at once; what was not is looked at once more as a whole, which knows
   * the voice and the room from the start and takes a tenth of the utterance's time.
   */
  finish(): string | undefined {
    if (!this.#active) return undefined;
    const heard = concatSamples(this.#heard);
    const sentence = this.#stop();
    if (sentence !== undefined || heard.length > MAX_SECOND_LOOK) return sentence;
    this.#start();
    this.#decoder.process_audio(toFloats(heard), false, true);
    return this.#stop();
  }

  cancel(): void {
    if (this.#active) this.#stop();
  }

  #start(): void {
    this.#decoder.start();
    this.#active = true;
  }

  #stop(): string | undefined {
    this.#active = false;
    this.#heard = [];
    this.#decoder.stop();
    const text = this.#decoder.get_text().trim();
    return text === '' || text.includes('phone_') ? undefined : text;
  }

  close(): void {
    this.cancel();
    this.#decoder.delete();
  }
}

const toFloats = (samples: Int16Array): Float32Array =>
  Float32Array.from(samples, (sample) => sample / 32_768);
