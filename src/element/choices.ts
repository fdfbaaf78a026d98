/** What a visitor has set: for all elements of a site, and for the next visit. */
import { keep, kept } from './kept.js';

/** In `localStorage`; what was never chosen is missing. */
const CHOICES_KEY = 'voice-agent';

export interface Choices {
  /** The browser's ids of the devices; empty: the one that the system uses. */
  readonly microphone?: string;
  readonly speaker?: string;
  /** 0 to 1. */
  readonly volume?: number;
  readonly transcript?: boolean;
  /** Screen readers announce answers, in a call by voice too, or never. */
  readonly readOut?: boolean | undefined;
  /** BCP 47; empty: as the page says. */
  readonly language?: string;
}

/** Whatever else has got there is left out. */
export function readChoices(): Choices {
  let found: Record<string, unknown> = {};
  try {
    found = Object(JSON.parse(kept(CHOICES_KEY) ?? '{}')) as typeof found;
  } catch {
    // As if nothing was chosen.
  }
  const { microphone, speaker, volume, transcript, readOut, language } = found;
  return {
    ...(typeof microphone === 'string' && { microphone }),
    ...(typeof speaker === 'string' && { speaker }),
    ...(typeof volume === 'number' && volume >= 0 && volume <= 1 && { volume }),
    ...(typeof transcript === 'boolean' && { transcript }),
    ...(typeof readOut === 'boolean' && { readOut }),
    ...(typeof language === 'string' && { language }),
  };
}

export function keepChoices(choices: Choices): void {
  keep(CHOICES_KEY, JSON.stringify(choices));
}
