/**
 * Draws both voices as bars on a canvas: the agent's grow up from the middle, the visitor's down. It
 * draws only while it runs and its canvas can be seen.
 */
import type { LevelMeter } from '../media/level-meter.js';

const BAR_PX = 5;
const GAP_PX = 5;

/** Bars rise at once and fall slowly, as the eye expects of a level. */
const FALL = 0.18;

/** Under `prefers-reduced-motion` the bars change four times a second instead of flowing. */
const STILL_MS = 250;

export class BarVisualizer {
  readonly #canvas: HTMLCanvasElement;
  readonly #meter: () => LevelMeter | undefined;
  readonly #seen: IntersectionObserver;
  readonly #size: ResizeObserver;
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  #visible = false;
  #request = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #colors = { agent: '', user: '' };
  #frames = 0;
  #heights = { user: new Float32Array(0), agent: new Float32Array(0) };

  /** Runs until `stop`. @param meter whose side 0 is the visitor and side 1 the agent */
  constructor(canvas: HTMLCanvasElement, meter: () => LevelMeter | undefined) {
    this.#canvas = canvas;
    this.#meter = meter;
    this.#size = new ResizeObserver(() => {
      this.#resize();
    });
    this.#size.observe(canvas);
    this.#seen = new IntersectionObserver((entries) => {
      // A busy page is told of several changes at once; the last one is how things are.
      this.#visible = entries.at(-1)?.isIntersecting ?? false;
      this.#next();
    });
    this.#seen.observe(canvas);
  }

  stop(): void {
    this.#visible = false;
    cancelAnimationFrame(this.#request);
    clearTimeout(this.#timer);
    this.#size.disconnect();
    this.#seen.disconnect();
  }

  #next(): void {
    cancelAnimationFrame(this.#request);
    clearTimeout(this.#timer);
    if (!this.#visible) return;
    const frame = () => {
      this.#request = requestAnimationFrame(() => {
        this.#draw();
        this.#next();
      });
    };
    if (this.#still.matches) this.#timer = setTimeout(frame, STILL_MS);
    else frame();
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    this.#canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(clientHeight * devicePixelRatio);
    const bars = Math.max(1, Math.floor((clientWidth - GAP_PX) / (BAR_PX + GAP_PX)));
    this.#heights = { user: new Float32Array(bars), agent: new Float32Array(bars) };
  }

  #draw(): void {
    const context = this.#canvas.getContext('2d');
    const meter = this.#meter();
    if (!context || !meter) return;
    // Reading a style costs more than drawing; a changed theme may show half a second later.
    if (this.#frames++ % 30 === 0) {
      const { color, caretColor } = getComputedStyle(this.#canvas);
      this.#colors = { agent: color, user: caretColor };
    }
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#side(context, meter, 'agent');
    this.#side(context, meter, 'user');
  }

  #side(context: CanvasRenderingContext2D, meter: LevelMeter, side: 'user' | 'agent'): void {
    const heights = this.#heights[side];
    const levels = meter.read(side === 'user' ? 0 : 1);
    const scale = this.#canvas.width / this.#canvas.clientWidth;
    const [bar, gap] = [BAR_PX * scale, GAP_PX * scale];
    const middle = this.#canvas.height / 2;
    const room = middle - gap / 2;
    const left = (this.#canvas.width - heights.length * (bar + gap) + gap) / 2;
    context.fillStyle = this.#colors[side];
    context.beginPath();
    for (let i = 0; i < heights.length; i++) {
      // The low bands, where voices are loudest, are drawn in the middle and fade to both ends.
      const distance = Math.abs(2 * i - (heights.length - 1)) / heights.length;
      const level = (levels[Math.floor(distance * levels.length)] ?? 0) / 255;
      const last = heights[i] ?? 0;
      const height = this.#still.matches || level > last ? level : last - (last - level) * FALL;
      heights[i] = height;
      const length = Math.max(bar / 2, height * room);
      const top = side === 'agent' ? middle - length : middle;
      context.roundRect(
        left + i * (bar + gap),
        top,
        bar,
        length,
        side === 'agent' ? [bar / 2, bar / 2, 0, 0] : [0, 0, bar / 2, bar / 2],
      );
    }
    context.fill();
  }
}
