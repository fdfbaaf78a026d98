/**
 * The agent as a body in the middle, calm while nobody speaks. A wreath of rays is the visitor's voice;
 * thinking, the body draws in and something circles it; speaking, it swells and flows.
 */
import { loudness, type Frame, type Visualizer } from './visualizer.js';

const RAYS = 40;
const POINTS = 60;
/** From one look to the next: two thirds of the way in this time. */
const EASE_MS = 90;
const CIRCLE_MS = 1_600;
const FULL = 2 * Math.PI;

/** What moves, each 0 to 1; `phase` is an angle. */
interface Look {
  agent: number;
  user: number;
  hearing: number;
  thinking: number;
  phase: number;
}

export function create(): Visualizer {
  let [color, flat] = ['', false];
  const look: Look = { agent: 0, user: 0, hearing: 0, thinking: 0, phase: 0 };
  let circling: Animation | undefined;
  return (frame) => {
    const { context, turn, agent: voice } = frame;
    const { width, height } = context.canvas;
    if (color !== voice.color) {
      color = voice.color;
      flat = matchMedia('(forced-colors: active)').matches;
    }
    move(look, frame);
    if ((turn === 'thinking') !== Boolean(circling)) {
      circling?.cancel();
      circling = turn === 'thinking' ? circle(context.canvas) : undefined;
    }
    const unit = Math.min(width, height) / 2;
    context.clearRect(0, 0, width, height);
    context.save();
    context.translate(width / 2, height / 2);
    const { agent, hearing, thinking } = look;
    body(frame, unit * (0.54 - 0.14 * thinking - 0.1 * hearing + 0.16 * agent), look, flat);
    wreath(frame, unit, look);
    if (thinking > 0.01) comet(frame, unit * 0.62, thinking);
    context.restore();
  };
}

function move(look: Look, { agent, user, turn, passed }: Frame): void {
  const part = 1 - Math.exp(-passed / EASE_MS);
  look.agent += (loudness(agent) - look.agent) * part;
  look.user += (loudness(user) - look.user) * part;
  look.hearing += ((turn === 'hearing' ? 1 : 0) - look.hearing) * part;
  look.thinking += ((turn === 'thinking' ? 1 : 0) - look.thinking) * part;
  // It flows only while it speaks, and so comes to rest with its voice.
  look.phase += (passed / 1_000) * 5 * Math.min(1, 3 * look.agent);
}

/** The browser turns the canvas by itself, for thinking is silent and is to cost the page no frame. */
function circle(canvas: HTMLCanvasElement): Animation {
  const turned = { transform: ['none', 'rotate(1turn)'] };
  return canvas.animate(turned, { duration: CIRCLE_MS, iterations: Infinity });
}

function body({ context, agent }: Frame, radius: number, look: Look, flat: boolean): void {
  context.fillStyle = agent.color;
  context.globalAlpha = 0.25;
  contour(context, radius * (1.08 + 0.2 * look.agent), look, -1);
  context.globalAlpha = 1;
  contour(context, radius, look, 1);
  if (flat) return;
  // The same from all sides, since the canvas may be turning.
  const light = context.createRadialGradient(0, 0, 0, 0, 0, radius);
  light.addColorStop(0, 'rgb(255 255 255 / 0.45)');
  light.addColorStop(1, 'rgb(255 255 255 / 0)');
  context.fillStyle = light;
  context.fill();
}

/** @param way in which it flows: 1 or -1 */
function contour(
  context: CanvasRenderingContext2D,
  radius: number,
  { agent, phase }: Look,
  way: number,
): void {
  context.beginPath();
  for (let i = 0; i < POINTS; i++) {
    const angle = (i / POINTS) * FULL;
    const swell =
      0.6 * Math.sin(3 * angle + way * phase) + 0.4 * Math.sin(5 * angle - way * 1.3 * phase);
    const reach = radius * (1 + 0.18 * agent * swell);
    context.lineTo(reach * Math.cos(angle), reach * Math.sin(angle));
  }
  context.closePath();
  context.fill();
}

/** Rays as long as their tones are loud, the low ones at the top and bottom; without a voice, dots. */
function wreath({ context, scale, user }: Frame, unit: number, look: Look): void {
  const near = unit * 0.62;
  const reach = unit * 0.32;
  const { levels } = user;
  const strength = Math.min(1, Math.max(look.hearing, 4 * look.user));
  if (strength < 0.01) return;
  context.globalAlpha = strength;
  context.strokeStyle = user.color;
  context.lineWidth = Math.max(scale, unit * 0.05);
  context.lineCap = 'round';
  context.beginPath();
  for (let i = 0; i < RAYS; i++) {
    const angle = (i / RAYS) * FULL - FULL / 4;
    const tone = (1 - Math.abs(((4 * i) % (2 * RAYS)) - RAYS) / RAYS) ** 1.5;
    const level = (levels[Math.floor(tone * (levels.length - 1))] ?? 0) / 255;
    const far = near + 0.1 + reach * level;
    context.moveTo(near * Math.cos(angle), near * Math.sin(angle));
    context.lineTo(far * Math.cos(angle), far * Math.sin(angle));
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** Three dots behind each other. */
function comet({ context, accent }: Frame, distance: number, strength: number): void {
  context.fillStyle = accent;
  for (let i = 0; i < 3; i++) {
    const angle = -i * 0.5;
    context.globalAlpha = strength * (1 - 0.3 * i);
    context.beginPath();
    context.arc(
      distance * Math.cos(angle),
      distance * Math.sin(angle),
      distance * (0.14 - 0.03 * i),
      0,
      FULL,
    );
    context.fill();
  }
}
