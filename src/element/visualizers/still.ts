/**
 * Both voices as a level of four steps, for those who do not want motion: bricks above for the agent,
 * dots below for the visitor. It draws only when a step is another one.
 */
import { loudness, type Frame, type Visualizer, type Voice } from './visualizer.js';

const STEPS = 4;
/** Loudness at which each step but the first, which is anything audible, begins. */
const LOUDER = [0.3, 0.5, 0.7];

export function create(): Visualizer {
  let drawn = '';
  return (frame) => {
    const { context, agent, user } = frame;
    const { width, height } = context.canvas;
    const [above, below] = [step(agent), step(user)];
    const picture = [above, below, width, height, agent.color, user.color].join();
    if (picture === drawn) return;
    drawn = picture;
    context.clearRect(0, 0, width, height);
    row(frame, agent, above, height * 0.3, 4);
    row(frame, user, below, height * 0.7, 1);
  };
}

function step(voice: Voice): number {
  const loud = loudness(voice);
  return loud > 0 ? 1 + LOUDER.filter((louder) => loud >= louder).length : 0;
}

/** @param long how much longer than high the marks are */
function row(
  { context, scale }: Frame,
  { color }: Voice,
  lit: number,
  middle: number,
  long: number,
): void {
  const { width, height } = context.canvas;
  const high = Math.round(Math.min(height * 0.2, 14 * scale));
  const pitch = Math.min(width / STEPS, high * 5.5);
  for (let i = 0; i < STEPS; i++) {
    const x = Math.round((width - high * long) / 2 + (i - (STEPS - 1) / 2) * pitch);
    context.beginPath();
    context.roundRect(x, Math.round(middle - high / 2), high * long, high, high / 2);
    if (i < lit) {
      context.fillStyle = color;
      context.fill();
    } else {
      context.strokeStyle = color;
      context.globalAlpha = 0.5;
      context.lineWidth = scale;
      context.stroke();
      context.globalAlpha = 1;
    }
  }
}
