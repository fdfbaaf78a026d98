/**
 * Decides when a canvas is drawn, how large it is and in which colours; what is drawn it does not know.
 * As long as something is audible it draws at the display's rate. In silence it only listens, ten times
 * a second; where the canvas cannot be seen it does nothing at all.
 */
import type { Turn } from '../../core/call-state.js';
import type { LevelMeter } from '../../media/level-meter.js';
import * as bars from './bars.js';
import type { Frame, Visualizer } from './visualizer.js';

/** Whatever moves when a voice falls silent has come to rest by then. */
const REST_MS = 600;
const LISTEN_MS = 100;
/** After a rest the picture goes on from where it was. */
const LONGEST_STEP_MS = 50;
const SILENCE = new Uint8Array(0);

export class FrameLoop {
  readonly canvas: HTMLCanvasElement;
  readonly #meter: () => LevelMeter | undefined;
  readonly #frame: Frame;
  readonly #stop = new AbortController();
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #size: ResizeObserver;
  #kind: string | undefined;
  #visualizer: Visualizer | undefined;
  #loading: unknown;
  #seen = false;
  #ratio = 0;
  #request = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heard = 0;
  #last = 0;

  /** Runs until `stop`. @param meter whose side 0 is the visitor and side 1 the agent */
  constructor(canvas: HTMLCanvasElement, meter: () => LevelMeter | undefined) {
    this.canvas = canvas;
    this.#meter = meter;
    this.#frame = { context: canvas.getContext('2d'), agent: {}, user: {} } as unknown as Frame;
    const { signal } = this.#stop;
    // The style sheet's transition, which takes no time, tells of every change of a colour.
    canvas.addEventListener('transitionend', this.#readColors, { signal });
    document.addEventListener('visibilitychange', this.#wake, { signal });
    this.#calm.addEventListener('change', this.#choose, { signal });
    this.#size = new ResizeObserver(this.#resize);
    const sight = new IntersectionObserver((entries) => {
      // A busy page is told of several changes at once; the last one is how things are.
      this.#seen = entries.at(-1)?.isIntersecting ?? false;
      this.#wake();
    });
    sight.observe(canvas);
    signal.addEventListener('abort', () => {
      sight.disconnect();
    });
    this.#readColors();
    this.#watchSize();
  }

  /** What is drawn from now on, and whose turn it is; to be called as often as one likes. */
  show(kind: string | undefined, turn: Turn): void {
    if (!this.#loading || kind !== this.#kind) {
      this.#kind = kind;
      this.#choose();
    }
    if (turn !== this.#frame.turn) {
      this.#frame.turn = turn;
      this.#wake();
    }
  }

  stop(): void {
    this.#stop.abort();
    this.#size.disconnect();
    this.#use(undefined);
  }

  readonly #choose = (): void => {
    const loading = this.#load();
    this.#loading = loading;
    void loading
      .catch(() => bars)
      .then(({ create }) => {
        if (this.#loading === loading && !this.#stop.signal.aborted) this.#use(create());
      });
  };

  /** What is not drawn in every call is loaded when it is wanted. */
  #load(): Promise<{ create: () => Visualizer }> {
    if (this.#calm.matches) return import('./still.js');
    if (this.#kind === 'wave') return import('./wave.js');
    return this.#kind === 'orb' ? import('./orb.js') : Promise.resolve(bars);
  }

  #use(visualizer: Visualizer | undefined): void {
    for (const animation of this.canvas.getAnimations()) animation.cancel();
    this.#visualizer = visualizer;
    this.#wake();
  }

  /** Draws now, and goes on until nothing has been heard for a moment. */
  readonly #wake = (): void => {
    cancelAnimationFrame(this.#request);
    clearTimeout(this.#timer);
    if (!this.#visualizer || !this.#seen || document.hidden) return;
    this.#heard = performance.now();
    this.#next();
  };

  readonly #next = (): void => {
    if (this.#ratio !== devicePixelRatio) this.#watchSize();
    const now = performance.now();
    if (this.#listen()) this.#heard = now;
    const rests = now - this.#heard > REST_MS;
    if (this.#calm.matches || !rests) {
      this.#frame.passed = Math.min(now - this.#last, LONGEST_STEP_MS);
      this.#last = now;
      this.#visualizer?.(this.#frame);
    }
    if (this.#calm.matches || rests) this.#timer = setTimeout(this.#next, LISTEN_MS);
    else this.#request = requestAnimationFrame(this.#next);
  };

  /** @returns whether anything is audible */
  #listen(): boolean {
    const { user, agent } = this.#frame;
    const meter = this.#meter();
    user.levels = meter?.read(0) ?? SILENCE;
    agent.levels = meter?.read(1) ?? SILENCE;
    return user.levels.some(Boolean) || agent.levels.some(Boolean);
  }

  readonly #readColors = (): void => {
    const { color, caretColor, outlineColor } = getComputedStyle(this.canvas);
    this.#frame.agent.color = color;
    this.#frame.user.color = caretColor;
    this.#frame.accent = outlineColor;
    this.#wake();
  };

  /** Is told of the size at once, and of every change. */
  #watchSize(): void {
    this.#ratio = devicePixelRatio;
    this.#size.unobserve(this.canvas);
    try {
      this.#size.observe(this.canvas, { box: 'device-pixel-content-box' });
    } catch {
      // Safari does not know how many pixels a box has on screen.
      this.#size.observe(this.canvas);
    }
  }

  readonly #resize = ([entry]: readonly ResizeObserverEntry[]): void => {
    if (!entry) return;
    const { width, height } = entry.contentRect;
    const [exact] =
      (entry.devicePixelContentBoxSize as readonly ResizeObserverSize[] | undefined) ?? [];
    const frame = this.#frame;
    frame.width = this.canvas.width = exact?.inlineSize ?? Math.round(width * devicePixelRatio);
    frame.height = this.canvas.height = exact?.blockSize ?? Math.round(height * devicePixelRatio);
    frame.scale = frame.width / width;
    this.#wake();
  };
}
