/**
 * OpenAI's prices as its model pages said in November 2026, in US dollars: data that ages. Nothing
 * uses it unless a page says so; look at OpenAI's pages before anybody is shown a price.
 */
import type { PriceList, Prices, TranscriptionPrices } from '../prices.js';

/** When they were read. */
export const OPENAI_PRICES_DATE = '2026-11-22';

/** Realtime models, per million tokens; `transcription` is one of `OPENAI_TRANSCRIPTION_PRICES`. */
export const OPENAI_PRICES = {
  'gpt-realtime-2.1': large(24),
  'gpt-realtime-2.1-mini': {
    input: { text: 0.6, audio: 10, image: 0.8 },
    cached: { text: 0.06, audio: 0.3, image: 0.08 },
    output: { text: 2.4, audio: 20 },
  },
  'gpt-realtime-2': large(24),
  'gpt-realtime-1.5': large(16),
  'gpt-realtime': large(16),
  // The one dated name that has the page of its model, and so its prices.
  'gpt-realtime-2025-08-28': large(16),
} as const satisfies Record<string, Prices>;

/** Models that write down what the visitor says: per million tokens, or per minute of sound. */
export const OPENAI_TRANSCRIPTION_PRICES = {
  'gpt-live-transcribe': { minute: 0.017 },
  'gpt-realtime-whisper': { minute: 0.017 },
  'gpt-transcribe': { minute: 0.0045 },
  'gpt-4o-transcribe': { input: 2.5, output: 10 },
  'gpt-4o-mini-transcribe': { input: 1.25, output: 5 },
} as const satisfies Record<string, TranscriptionPrices>;

/**
 * The prices of a session with OpenAI, for `prices`. Names are compared as they are: where one of the
 * two models is not in the table there is no estimate, rather than a wrong one. Azure OpenAI has prices
 * of its own, also for models of the same name.
 */
export const openaiPrices: PriceList = ({ model, transcription }) => {
  const prices = find<Prices>(OPENAI_PRICES, model);
  if (!prices || transcription === undefined) return prices;
  const words = find<TranscriptionPrices>(OPENAI_TRANSCRIPTION_PRICES, transcription);
  return words && { ...prices, transcription: words };
};

function find<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The large models differ in the price of the text that they write. */
function large(outputText: number): Prices {
  return {
    input: { text: 4, audio: 32, image: 5 },
    cached: { text: 0.4, audio: 0.4, image: 0.5 },
    output: { text: outputText, audio: 64 },
  };
}
