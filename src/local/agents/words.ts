// Names and sentences as words, so that they can be compared. It knows no meaning.
import { normalize } from '../speech/grammar.js';

/** "add_to_cart", "addToCart" and "Add to cart!" are the same three words. */
export function wordsOf(text: string): string[] {
  const spaced = text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ');
  return normalize(spaced).split(' ').filter(Boolean);
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
