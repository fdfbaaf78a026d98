/**
 * Both voices as bars: the agent's grow up from the middle, the visitor's, which are slender, down. The
 * low tones, where voices are loudest, have the middle.
 */
import type { Visualizer } from './visualizer.js';

const PITCH_PX = 10;

/** Bars rise at once and fall slowly, as the eye expects of a level: half the way in so many ms. */
const FALL_MS = 100;

export function create(): Visualizer {
  const heights: [number[], number[]] = [[], []];
  return ({ context, scale, agent, user, passed }) => {
    const { width, height } = context.canvas;
    const pitch = PITCH_PX * scale;
    const count = Math.max(1, Math.floor(width / pitch));
    context.clearRect(0, 0, width, height);
    for (const [voice, last, way, thick] of [
      [agent, heights[0], -1, 5],
      [user, heights[1], 1, 3],
    ] as const) {
      const bar = Math.round(thick * scale);
      // A line's round end is outside it.
      const foot = height / 2 + way * (scale + bar / 2);
      context.lineWidth = bar;
      context.lineCap = 'round';
      context.strokeStyle = voice.color;
      context.beginPath();
      for (let i = 0; i < count; i++) {
        const distance = (Math.abs(2 * i - (count - 1)) / count) ** 1.5;
        const level =
          ((voice.levels[Math.floor(distance * voice.levels.length)] ?? 0) / 255) ** 0.8;
        const fallen = (last[i] ?? 0) * (1 - passed / FALL_MS);
        const length = (last[i] = Math.max(level, fallen)) * (height / 2 - 4 * scale);
        const x = Math.round((width - bar) / 2 + (i - (count - 1) / 2) * pitch) + bar / 2;
        context.moveTo(x, foot);
        context.lineTo(x, foot + way * Math.max(0.01, length - bar));
      }
      context.stroke();
    }
  };
}
