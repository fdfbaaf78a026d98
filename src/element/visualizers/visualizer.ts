/** What a visualizer is: a function that draws one picture, with whatever it remembers of the last. */
import type { Turn } from '../../core/call-state.js';

export interface Voice {
  color: string;
  /** Loudness of equal parts of the speech range, lowest first, 0 (not audible) to 255. */
  levels: ArrayLike<number> & Iterable<number>;
}

/** The present moment; the same object each time. */
export interface Frame {
  readonly context: CanvasRenderingContext2D;
  /** Pixels of the canvas in one CSS pixel. */
  scale: number;
  readonly agent: Voice;
  readonly user: Voice;
  accent: string;
  turn?: Turn;
  /** Milliseconds since the last frame; time that was not drawn does not count. */
  passed: number;
}

/** Clears the canvas and draws; a picture that would be the same it may leave as it is. */
export type Visualizer = (frame: Frame) => void;

/** How loud a voice is, 0 to 1: somebody who talks is mostly between 0.3 and 0.8. */
export function loudness({ levels }: Voice): number {
  let sum = 0;
  for (const level of levels) sum += level;
  return (sum / (levels.length || 1) / 255) ** 0.6;
}
