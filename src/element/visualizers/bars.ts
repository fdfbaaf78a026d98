/**
 * Both voices as bars: the agent's grow up from the middle, the visitor's, which are slender, down. The
 * low tones, where voices are loudest, have the middle.
 */
import type { Visualizer } from './visualizer.js';

const PITCH_PX = 10;

/** Of the height, for a voice as loud as can be; the rest is the room around. */
const REACH = 0.44;

/** Bars rise at once and fall slowly, as the eye expects of a level: half the way in so many ms. */
const FALL_MS = 100;

export function create(): Visualizer {
  const heights: [number[], number[]] = [[], []];
  return ({ context, scale, agent, user, passed }) => {
    const { width, height } = context.canvas;
    const pitch = PITCH_PX * scale;
    const count = Math.floor(width / pitch);
    context.clearRect(0, 0, width, height);
    for (const [{ color, levels }, last, way, thick] of [
      [agent, heights[0], -1, 5],
      [user, heights[1], 1, 3],
    ] as const) {
      const bar = Math.round(thick * scale);
      // A line's round end is outside it.
      const foot = height / 2 + way * (scale + bar / 2);
      context.lineWidth = bar;
      context.lineCap = 'round';
      context.strokeStyle = color;
      context.beginPath();
      // From the middle outwards, to both sides at once.
      for (let i = (count + 1) % 2; i < count; i += 2) {
        const distance = i / count;
        const band = Math.floor(distance * Math.sqrt(distance) * levels.length);
        const loud = (levels[band] as number) / 255;
        const fallen = (last[i] ?? 0) * (1 - passed / FALL_MS);
        // What is quiet is drawn a little louder.
        const level = (last[i] = Math.max(loud * (1.25 - loud / 4), fallen));
        const tip = foot + way * Math.max(0.01, REACH * height * level - bar);
        for (const side of [-i, i]) {
          const x = Math.round((width - bar + side * pitch) / 2) + bar / 2;
          context.moveTo(x, foot);
          context.lineTo(x, tip);
        }
      }
      context.stroke();
    }
  };
}
