/**
 * Both voices as bars: the agent's grow up from the middle, the visitor's, which are slender, down. The
 * low tones, where voices are loudest, are in the middle.
 */
import type { Frame, Visualizer, Voice } from './visualizer.js';

const PITCH_PX = 10;

/** Bars rise at once and fall slowly, as the eye expects of a level: by two thirds in this time. */
const FALL_MS = 80;

export function create(): Visualizer {
  const agent: number[] = [];
  const user: number[] = [];
  return (frame) => {
    frame.context.clearRect(0, 0, frame.width, frame.height);
    draw(frame, frame.agent, agent, 5, -1);
    draw(frame, frame.user, user, 3, 1);
  };
}

/** @param heights of the last frame, 0 to 1 @param way -1: up, 1: down */
function draw(
  { context, width, height, scale, passed }: Frame,
  { color, levels }: Voice,
  heights: number[],
  thickness: number,
  way: number,
): void {
  const pitch = PITCH_PX * scale;
  const count = Math.max(1, Math.floor(width / pitch));
  const bar = Math.round(thickness * scale);
  const room = height / 2 - 4 * scale;
  const left = (width - (count - 1) * pitch - bar) / 2;
  const foot = Math.round(height / 2 + way * scale);
  const fall = 1 - Math.exp(-passed / FALL_MS);
  context.fillStyle = color;
  context.beginPath();
  for (let i = 0; i < count; i++) {
    const distance = Math.abs(2 * i - (count - 1)) / count;
    const level = (levels[Math.floor(distance * levels.length)] ?? 0) / 255;
    const last = heights[i] ?? 0;
    const now = (heights[i] = level > last ? level : last - (last - level) * fall);
    const length = Math.max(bar / 2, now * room);
    const x = Math.round(left + i * pitch);
    context.roundRect(x, foot, bar, way * length, [0, 0, bar / 2, bar / 2]);
  }
  context.fill();
}
