import type { Dictionary } from './strings.js';

/** What the visitor is told in passing. */
export interface Notice {
  readonly word: keyof Dictionary;
  /** Where it is no error. */
  readonly english?: string | undefined;
  /** Takes the place that the words leave for it. */
  readonly value?: string | number | undefined;
  /** In its stead, where it is read out: once and not every second. */
  readonly spoken?: string | number | undefined;
}
