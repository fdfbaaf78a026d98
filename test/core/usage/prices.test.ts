/** What usage costs: prices may be incomplete, and cost is a number all the same. */
import { describe, expect, it } from 'vitest';
import { costOf, type Prices } from '../../../src/core/usage/prices.js';
import {
  OPENAI_PRICES,
  OPENAI_PRICES_DATE,
  OPENAI_TRANSCRIPTION_PRICES,
  openaiPrices,
} from '../../../src/core/usage/prices/openai-2026-11.js';
import { NO_USAGE } from '../../../src/core/usage/token-usage.js';

describe('what tokens cost', () => {
  const million = {
    ...NO_USAGE,
    input: { text: 1e6, audio: 0, image: 0 },
    cached: { text: 5e5, audio: 0, image: 0 },
  };
  const prices = { input: { text: 4, audio: 0, image: 0 }, output: { text: 0, audio: 0 } };
  it.each<[string, Prices, number]>([
    ['as much as other input where cached tokens have no price', prices, 4],
    ['half of it where they are free', { ...prices, cached: { text: 0 } }, 2],
    ['nothing where a price is no number', { ...prices, input: { text: NaN } } as Prices, 0],
  ])('is %s', (_, table, cost) => {
    expect(costOf(million, table)).toBe(cost);
  });

  it('is something with every model in the table', () => {
    for (const table of Object.values(OPENAI_PRICES)) {
      expect(costOf(million, table)).toBeGreaterThan(0);
    }
  });
});

describe('the prices of a session with OpenAI', () => {
  it('are found by the names of its models, as of a date', () => {
    expect(OPENAI_PRICES_DATE).toMatch(/^2026-11-\d\d$/);
    expect(openaiPrices({ model: 'gpt-realtime-2.1' })).toEqual(OPENAI_PRICES['gpt-realtime-2.1']);
    const session = { model: 'gpt-realtime-2.1-mini', transcription: 'gpt-4o-mini-transcribe' };
    expect(openaiPrices(session)).toEqual({
      ...OPENAI_PRICES['gpt-realtime-2.1-mini'],
      transcription: OPENAI_TRANSCRIPTION_PRICES['gpt-4o-mini-transcribe'],
    });
  });

  it.each([
    ['the model', { model: 'gpt-realtime-3' }],
    ['the model, which only begins like one', { model: 'gpt-realtime-2.1-2027-01-01' }],
    ['the model, which is a field of every object', { model: 'constructor' }],
    ['the one that writes', { model: 'gpt-realtime', transcription: 'gpt-9-transcribe' }],
  ])('are not guessed where the table does not have %s', (_, session) => {
    expect(openaiPrices(session)).toBeUndefined();
  });
});
