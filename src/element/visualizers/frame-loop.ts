/**
 * Decides when a canvas is drawn, how large it is and in which colours; what is drawn it does not know.
 * As long as something is audible it draws at the display's rate. In silence it only listens, to each
 * side ten times a second; where the canvas cannot be seen it does nothing at all.
 */
import type { Turn } from '../../core/call-state.js';
import type { LevelMeter } from '../../media/level-meter.js';
import { create } from './bars.js';
import type { Frame, Visualizer, Voice } from './visualizer.js';

/** Whatever moves when a voice falls silent has come to rest by then. */
const REST_MS = 600;
const LISTEN_MS = 50;
/** After a rest the picture goes on from where it was. */
const LONGEST_STEP_MS = 50;

export interface FrameLoop {
  readonly canvas: HTMLCanvasElement;
  /** What is drawn from now on, and whose turn it is; to be called as often as one likes. */
  show(kind: string | undefined, turn: Turn): void;
  stop(): void;
}

/** Draws until `stop`. @param meter whose side 0 is the visitor and side 1 the agent */
export function startFrameLoop(
  canvas: HTMLCanvasElement,
  meter: () => LevelMeter | undefined,
): FrameLoop {
  // Colours and size are read before anything is drawn.
  const frame = {
    context: canvas.getContext('2d'),
    agent: { levels: [0] as Voice['levels'] },
    user: { levels: [0] as Voice['levels'] },
  } as Frame;
  /** Looked at every second time, for its event may wait until the page draws something else. */
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let still: boolean | undefined;
  let visualizer: Visualizer | undefined;
  let wanted: string | undefined;
  let loading: unknown;
  let seen = false;
  let request = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let [heard, last, side] = [0, 0, 0];

  const next = (): void => {
    if (ratio !== devicePixelRatio) watchSize();
    if (side && still !== calm.matches) choose();
    const now = performance.now();
    // One side after the other, which is half the reading; what is drawn moves all the same.
    const levels = meter()?.read(side) ?? [0];
    frame[side ? 'agent' : 'user'].levels = levels;
    side = 1 - side;
    if (levels.some(Boolean)) heard = now;
    const moves = !still && now - heard < REST_MS;
    if (moves || still) {
      frame.passed = Math.min(now - last, LONGEST_STEP_MS);
      last = now;
      visualizer?.(frame);
    }
    if (moves) request = requestAnimationFrame(next);
    else timer = setTimeout(next, LISTEN_MS);
  };

  /** Draws now, and goes on until nothing has been heard for a moment. */
  const wake = (): void => {
    cancelAnimationFrame(request);
    clearTimeout(timer);
    heard = performance.now();
    if (visualizer && seen && !document.hidden) next();
  };

  const use = (other?: Visualizer): void => {
    for (const animation of canvas.getAnimations()) animation.cancel();
    visualizer = other;
    wake();
  };

  const choose = (): void => {
    still = calm.matches;
    const chosen = load(still ? 'still' : wanted);
    loading = chosen;
    void chosen.then(({ create }) => {
      if (loading === chosen) use(create());
    });
  };

  const readColors = (): void => {
    const { color, caretColor, outlineColor } = getComputedStyle(canvas);
    frame.agent.color = color;
    frame.user.color = caretColor;
    frame.accent = outlineColor;
    wake();
  };

  const sight = new IntersectionObserver((entries) => {
    // A busy page is told of several changes at once; the last one is how things are.
    seen = entries.at(-1)?.isIntersecting ?? false;
    wake();
  });
  const size = new ResizeObserver((entries) => {
    for (const entry of entries) {
      const { width, height } = entry.contentRect;
      // Safari does not have it.
      const boxes = entry.devicePixelContentBoxSize as readonly ResizeObserverSize[] | undefined;
      const exact = boxes?.[0];
      canvas.width = pixels(width, exact?.inlineSize);
      canvas.height = pixels(height, exact?.blockSize);
      frame.scale = canvas.width / width;
    }
    wake();
  });
  let ratio = 0;
  /** Is told of the size now, and of every change. */
  const watchSize = (): void => {
    ratio = devicePixelRatio;
    size.unobserve(canvas);
    try {
      size.observe(canvas, { box: 'device-pixel-content-box' });
    } catch {
      size.observe(canvas);
    }
  };
  const stopping = new AbortController();
  // The style sheet's transition, which takes no time, tells of every change of a colour.
  canvas.addEventListener('transitionend', readColors, stopping);
  document.addEventListener('visibilitychange', wake, stopping);
  sight.observe(canvas);
  watchSize();
  readColors();

  return {
    canvas,
    show(kind, turn) {
      if (!loading || kind !== wanted) {
        wanted = kind;
        choose();
      }
      if (turn !== frame.turn) {
        frame.turn = turn;
        wake();
      }
    },
    stop() {
      stopping.abort();
      sight.disconnect();
      size.disconnect();
      loading = undefined;
      use();
    },
  };
}

/** Of so many CSS pixels. @param exact may leave out what a browser's tools pretend, or lie on its side */
function pixels(length: number, exact = 0): number {
  const about = length * devicePixelRatio;
  return Math.abs(exact - about) < 1 ? exact : Math.round(about);
}

/** What is not drawn in every call is loaded when it is wanted. */
function load(kind: string | undefined): Promise<{ create: () => Visualizer }> {
  const loading =
    kind === 'still'
      ? import('./still.js')
      : kind === 'wave'
        ? import('./wave.js')
        : kind === 'orb' && import('./orb.js');
  return loading ? loading.catch(() => ({ create })) : Promise.resolve({ create });
}
