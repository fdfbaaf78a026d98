/**
 * What was just said, the newest at the right: the agent's voice as hills above the line, the visitor's
 * as strokes below. Silence takes little room, for time passes only while something is audible: so the
 * last turns of a conversation stay in sight.
 */
import { loudness, type Frame, type Visualizer } from './visualizer.js';

const COLUMN_PX = 4;
const COLUMN_MS = 100;
const STROKE_PX = 2;
/** Half the room between the voices. */
const GAP_PX = 2;
/** The oldest fade over this part of the width. */
const FADE = 0.15;
/** Columns that are kept: 4,000 pixels. */
const KEPT = 1_000;

interface Column {
  agent: number;
  user: number;
}

export function create(): Visualizer {
  /** Oldest first; the last one is being filled, and comes in from beyond the edge. */
  const columns: Column[] = [{ agent: 0, user: 0 }];
  let filled = 0;
  return (frame) => {
    filled += frame.passed;
    for (; filled >= COLUMN_MS; filled -= COLUMN_MS) columns.push({ agent: 0, user: 0 });
    if (columns.length > 2 * KEPT) columns.splice(0, KEPT);
    const newest = columns[columns.length - 1] as Column;
    newest.agent = Math.max(newest.agent, loudness(frame.agent));
    newest.user = Math.max(newest.user, loudness(frame.user));
    const { context, scale } = frame;
    const { width, height } = context.canvas;
    const pitch = COLUMN_PX * scale;
    const right = width + pitch * (1 - filled / COLUMN_MS);
    const first = Math.max(0, columns.length - 2 - Math.ceil(right / pitch));
    /** Where the middle of a column is. */
    const at = (index: number) => right - (columns.length - 1 - index + 0.5) * pitch;
    context.clearRect(0, 0, width, height);
    line(frame);
    context.fillStyle = frame.agent.color;
    hills(frame, columns, first, at);
    context.strokeStyle = frame.user.color;
    strokes(frame, columns, first, at);
    fade(frame);
  };
}

type At = (index: number) => number;

function line({ context, scale, agent }: Frame): void {
  const { width, height } = context.canvas;
  const thickness = Math.max(1, Math.round(scale));
  context.globalAlpha = 0.35;
  context.fillStyle = agent.color;
  context.fillRect(0, Math.round((height - thickness) / 2), width, thickness);
  context.globalAlpha = 1;
}

function hills({ context, scale }: Frame, columns: Column[], first: number, at: At): void {
  const { height } = context.canvas;
  const foot = height / 2 - GAP_PX * scale;
  const room = foot - 4 * scale;
  context.beginPath();
  context.moveTo(at(first), foot);
  for (let i = first; i < columns.length; i++) {
    // Through the middle between two columns, so that hills are round.
    const [x, y] = [at(i), foot - (columns[i] as Column).agent * room];
    const next = foot - (columns[i + 1]?.agent ?? 0) * room;
    context.quadraticCurveTo(x, y, (x + at(i + 1)) / 2, (y + next) / 2);
  }
  context.lineTo(at(columns.length), foot);
  context.fill();
}

function strokes({ context, scale }: Frame, columns: Column[], first: number, at: At): void {
  const { height } = context.canvas;
  const foot = height / 2 + (GAP_PX + STROKE_PX / 2) * scale;
  const room = height - foot - 4 * scale;
  context.lineWidth = STROKE_PX * scale;
  context.lineCap = 'round';
  context.beginPath();
  for (let i = first; i < columns.length; i++) {
    const { user } = columns[i] as Column;
    if (user === 0) continue;
    context.moveTo(at(i), foot);
    context.lineTo(at(i), foot + user * room);
  }
  context.stroke();
}

function fade({ context }: Frame): void {
  const { height } = context.canvas;
  const width = context.canvas.width * FADE;
  const gradient = context.createLinearGradient(0, 0, width, 0);
  gradient.addColorStop(0, 'black');
  gradient.addColorStop(1, 'transparent');
  context.globalCompositeOperation = 'destination-out';
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = 'source-over';
}
