/** Each way of drawing the voices, with a meter that hears what the test says and a canvas of its own. */
import { expect } from '@open-wc/testing';
import { emulateMedia, setViewport } from '@web/test-runner-commands';
import type { Turn } from '../../src/core/call-state.js';
import { callStyles } from '../../src/element/call-styles.js';
import { startFrameLoop, type FrameLoop } from '../../src/element/visualizers/frame-loop.js';
import type { LevelMeter } from '../../src/media/level-meter.js';
import { countFrames, type FrameCount } from '../support/frames.js';

const [USER, AGENT, ACCENT] = ['rgb(0, 255, 0)', 'rgb(255, 0, 0)', 'rgb(0, 0, 255)'];
const QUIET = new Uint8Array(32);
const KINDS = ['bars', 'wave', 'orb'] as const;

const { requestAnimationFrame: original } = window;
/** Not counted. */
const frame = () => new Promise((resolve) => original.call(window, resolve));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A canvas that is drawn, in a shadow root with the element's style sheet. */
class Stand {
  readonly host = document.createElement('div');
  readonly canvas = document.createElement('canvas');
  readonly loop: FrameLoop;
  user = 0;
  agent = 0;
  drawn = 0;

  constructor() {
    this.host.style.cssText = `position: relative; width: 300px; height: 72px;
      --voice-agent-user-color: ${USER}; --voice-agent-agent-color: ${AGENT}; --_accent: ${ACCENT}`;
    const root = this.host.attachShadow({ mode: 'open' });
    if (callStyles.styleSheet) root.adoptedStyleSheets.push(callStyles.styleSheet);
    this.canvas.style.cssText = 'width: 100%; height: 100%; visibility: visible';
    root.append(this.canvas);
    document.body.append(this.host);
    const context = this.canvas.getContext('2d')!;
    const { clearRect } = context;
    context.clearRect = (...area) => {
      this.drawn++;
      clearRect.apply(context, area);
    };
    const read = (side: number) => QUIET.map(() => (side ? this.agent : this.user));
    this.loop = startFrameLoop(this.canvas, () => ({ read }) as unknown as LevelMeter);
  }

  /** Resolves when something was drawn since the call. */
  async drawing(): Promise<void> {
    const before = this.drawn;
    while (this.drawn === before) await pause(5);
  }

  /** Resolves when nothing has been drawn for a while. */
  async rest(): Promise<void> {
    for (let before = -1; before !== this.drawn; await pause(300)) before = this.drawn;
  }

  /** How many pixels above and below the middle are of a colour, and all that are not empty. */
  pixels(color: string): { above: number; below: number; all: number } {
    const { width, height } = this.canvas;
    const { data } = this.canvas.getContext('2d')!.getImageData(0, 0, width, height);
    const [red = 0, green = 0, blue = 0] = color.match(/\d+/g)!.map(Number);
    const count = { above: 0, below: 0, all: 0 };
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3]! < 128) continue;
      count.all++;
      const near = (value: number, wanted: number) => Math.abs(value - wanted) < 8;
      const same = near(data[at]!, red) && near(data[at + 1]!, green) && near(data[at + 2]!, blue);
      if (same) count[at / 4 / width < height / 2 ? 'above' : 'below']++;
    }
    return count;
  }

  leave(): void {
    this.loop.stop();
    this.host.remove();
  }
}

describe('drawing the voices', () => {
  let stand: Stand;
  let frames: FrameCount;

  beforeEach(() => {
    stand = new Stand();
    frames = countFrames();
  });

  afterEach(async () => {
    stand.leave();
    frames.restore();
    await emulateMedia({ reducedMotion: 'no-preference', forcedColors: 'none' });
    await setViewport({ width: 800, height: 600 });
  });

  async function show(kind: string, turn: Turn = 'listening'): Promise<void> {
    stand.loop.show(kind, turn);
    await stand.drawing();
  }

  for (const kind of KINDS) {
    describe(kind, () => {
      it('asks for a frame at a time while something is heard, and for none in silence', async () => {
        stand.agent = 180;
        await show(kind);
        await pause(300);
        expect(frames.asked).to.be.greaterThan(4);
        expect(frames.pending).to.equal(1);
        stand.agent = 0;
        await stand.rest();
        const { asked } = frames;
        await pause(300);
        expect(frames.asked).to.equal(asked);
        expect(frames.pending).to.equal(0);
        stand.user = 180;
        await stand.drawing();
        expect(frames.pending).to.equal(1);
      });

      it('asks for none off screen or hidden, whatever is heard', async () => {
        stand.agent = 180;
        await show(kind);
        stand.host.style.marginTop = '5000px';
        await stand.rest();
        expect(frames.pending).to.equal(0);
        stand.host.style.marginTop = '';
        await stand.drawing();
        stand.host.style.display = 'none';
        await stand.rest();
        expect(frames.pending).to.equal(0);
      });

      it('asks for none in a tab that is hidden, and goes on when it is shown', async () => {
        stand.agent = 180;
        await show(kind);
        hideTab(true);
        try {
          const { asked } = frames;
          await pause(200);
          expect(frames).to.include({ asked, pending: 0 });
        } finally {
          hideTab(false);
        }
        await stand.drawing();
        expect(frames.pending).to.equal(1);
      });

      it('follows the wish for less motion, both ways', async () => {
        stand.agent = 180;
        await show(kind);
        await pause(300);
        await emulateMedia({ reducedMotion: 'reduce' });
        await stand.rest();
        expect(frames.pending).to.equal(0);
        const { drawn } = stand;
        stand.agent = 20;
        await stand.drawing();
        expect(stand.drawn).to.equal(drawn + 1);
        expect(frames.pending).to.equal(0);
        await emulateMedia({ reducedMotion: 'no-preference' });
        await stand.drawing();
        await frame();
        expect(frames.pending).to.equal(1);
      });

      it('fills the pixels of the screen, whatever their size', async () => {
        stand.agent = 180;
        await show(kind);
        for (const deviceScaleFactor of [1, 2, 3]) {
          await setViewport({ width: 800, height: 600, deviceScaleFactor });
          while (stand.canvas.width !== 300 * deviceScaleFactor) await pause(10);
          expect(stand.canvas.height).to.equal(72 * deviceScaleFactor);
        }
        stand.host.style.width = '120.5px';
        while (stand.canvas.width > 400) await pause(10);
        expect(stand.canvas.width).to.be.within(361, 362);
      });

      it('follows a change of colours, also in silence', async () => {
        stand.agent = 200;
        await show(kind, 'speaking');
        while (stand.pixels(AGENT).above === 0) await frame();
        stand.agent = 0;
        await stand.rest();
        stand.host.style.setProperty('--voice-agent-agent-color', 'rgb(255, 0, 255)');
        while (stand.pixels('rgb(255, 0, 255)').above === 0) await pause(20);
        expect(stand.pixels(AGENT).above).to.equal(0);
      });

      it('leaves nothing behind when it stops', async () => {
        stand.agent = 180;
        await show(kind, 'thinking');
        stand.loop.stop();
        expect(frames.pending).to.equal(0);
        expect(stand.canvas.getAnimations()).to.deep.equal([]);
        const { drawn } = stand;
        stand.host.style.width = '200px';
        hideTab(false);
        await emulateMedia({ reducedMotion: 'reduce' });
        await pause(200);
        expect(stand.drawn).to.equal(drawn);
      });
    });
  }

  for (const kind of ['bars', 'wave'] as const) {
    it(`tells the voices apart by place and by shape (${kind})`, async () => {
      const areas: Record<string, { above: number; below: number }> = {};
      for (const [user, agent] of [
        [200, 0],
        [0, 200],
      ] as const) {
        stand.leave();
        stand = new Stand();
        Object.assign(stand, { user, agent });
        await show(kind);
        await pause(700);
        const { color, caretColor } = getComputedStyle(stand.canvas);
        expect(color).not.to.equal(caretColor);
        areas[user ? 'user' : 'agent'] = user ? stand.pixels(caretColor) : stand.pixels(color);
      }
      const { user, agent } = areas;
      expect(user!.below).to.be.greaterThan(8 * (user!.above + 1));
      expect(agent!.above).to.be.greaterThan(8 * (agent!.below + 1));
      // Hills and thick bars have more of it than strokes and slender ones.
      expect(agent!.above).to.be.greaterThan(1.2 * user!.below);
    });
  }

  it('keeps in the wave what was said before a silence', async () => {
    stand.user = 200;
    await show('wave');
    await pause(500);
    stand.user = 0;
    await stand.rest();
    const said = stand.pixels(USER).below;
    expect(said).to.be.greaterThan(50);
    stand.agent = 200;
    await pause(500);
    expect(stand.pixels(AGENT).above).to.be.greaterThan(50);
    expect(stand.pixels(USER).below).to.be.greaterThan(said / 2);
  });

  it('shows in the orb whose turn it is', async () => {
    await show('orb', 'listening');
    await stand.rest();
    const still = stand.pixels(USER);
    expect(still.above + still.below).to.equal(0);
    expect(stand.canvas.getAnimations()).to.have.length(0);
    const calm = still.all;

    stand.loop.show('orb', 'hearing');
    stand.user = 200;
    await pause(500);
    expect(stand.pixels(USER).above).to.be.greaterThan(20);

    stand.loop.show('orb', 'thinking');
    stand.user = 0;
    await stand.rest();
    expect(frames.pending).to.equal(0);
    expect(stand.pixels(ACCENT).above + stand.pixels(ACCENT).below).to.be.greaterThan(20);
    expect(stand.canvas.getAnimations().map(({ playState }) => playState)).to.deep.equal([
      'running',
    ]);

    stand.loop.show('orb', 'speaking');
    stand.agent = 200;
    await pause(500);
    expect(stand.canvas.getAnimations()).to.have.length(0);
    expect(stand.pixels(AGENT).all).to.be.greaterThan(1.2 * calm);
  });

  it('shows four steps where motion is not wanted', async () => {
    await emulateMedia({ reducedMotion: 'reduce' });
    const lit: number[] = [];
    await show('wave');
    for (const level of [0, 10, 60, 110, 200]) {
      stand.agent = level;
      await pause(250);
      lit.push(stand.pixels(AGENT).above);
    }
    expect(lit).to.deep.equal(lit.toSorted((a, b) => a - b));
    expect(new Set(lit).size).to.equal(5);
    expect(stand.drawn).to.equal(5);
    expect(frames.asked).to.equal(0);
  });

  it('takes bars for a name that it does not know', async () => {
    stand.agent = 200;
    await show('constructor');
    await pause(100);
    expect(stand.pixels(AGENT).above).to.be.greaterThan(50);
  });
});

/** The page believes that its tab was hidden, or shown. */
function hideTab(hidden: boolean): void {
  if (hidden) Object.defineProperty(document, 'hidden', { value: true, configurable: true });
  else delete (document as { hidden?: boolean }).hidden;
  document.dispatchEvent(new Event('visibilitychange'));
}
