/**
 * The page that is photographed: one element, brought into any scene of the element's tests by a
 * service inside the page. Nothing moves in it and no number differs from run to run.
 */
import { leaveScenes, SCENES } from '../element/scenes.js';
import { clear, visit, type Visitor } from '../element/visitor.js';

export interface Look {
  readonly theme: 'light' | 'dark';
  readonly dir: 'ltr' | 'rtl';
  readonly attributes: Readonly<Record<string, string>>;
}

/** What the browser side calls. */
export interface VisualPage {
  readonly scenes: readonly string[];
  enter(scene: string): Promise<void>;
  /** Resolves when the element looks so, and stays so. */
  look(look: Look): Promise<void>;
  leave(): Promise<void>;
}

/** How long calls seem to have lasted. */
const CALL_MS = 83_000;

let visitor: Visitor | undefined;
let passed = 0;

// Real milliseconds count for nothing here.
const { now } = performance;
performance.now = () => now.call(performance) / 1_000 + passed;

/** Both voices are as loud as this, low tones louder than high ones. */
const LOUD = 190;
/** Enough to go on drawing. */
const HARDLY = 1;
let loud = LOUD;
/** What was read last, of each side. */
const readings = new Set<Uint8Array>();
AnalyserNode.prototype.getByteFrequencyData = (reading) => {
  // Which side is read with which picture makes no difference.
  for (const levels of readings.add(reading)) {
    levels.forEach((_, band) => (levels[band] = Math.round(loud / (1 + band / 6))));
  }
};

const { getStats } = RTCPeerConnection.prototype;

/** The longest that a visualizer takes to have passed from one frame to the next. */
const STEP_MS = 50;

// Nor has anybody allowed the microphone before, as a browser under test may say.
navigator.permissions.query = () => Promise.resolve({ state: 'prompt' } as PermissionStatus);

const frame = () => new Promise(requestAnimationFrame);

const { clearRect } = CanvasRenderingContext2D.prototype;

/**
 * Lets the voices talk for a while, in syllables, for a visualizer that shows what was. Time passes with
 * each picture, so that how many frames there were before makes no difference.
 */
async function talkOn(): Promise<void> {
  // No sound comes in, which the element would notice.
  RTCPeerConnection.prototype.getStats = () => new Promise<never>(() => undefined);
  let drawn = 0;
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    clearRect.apply(this, area);
    drawn++;
    passed += STEP_MS;
    loud = drawn % 50 < 12 ? HARDLY : LOUD * (0.6 + 0.4 * Math.sin(drawn / 3));
  };
  while (drawn < 160) await frame();
  CanvasRenderingContext2D.prototype.clearRect = clearRect;
}

/** Ends what moves, and shows what fades in. */
function finish(animation: Animation): void {
  if (animation.effect?.getComputedTiming().iterations === Infinity) animation.cancel();
  else animation.finish();
}

const page: VisualPage = {
  scenes: Object.keys(SCENES),
  async enter(scene) {
    visitor = await visit();
    visitor.element.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
      if (state.status === 'live' && previous.status !== 'live') passed += CALL_MS;
    });
    await SCENES[scene]?.(visitor);
  },
  async look({ theme, dir, attributes }) {
    if (!visitor) throw new Error('No scene was entered.');
    loud = LOUD;
    const { element } = visitor;
    document.documentElement.style.colorScheme = theme;
    document.dir = dir;
    element.open = 'open' in attributes;
    for (const name of ['layout', 'placement']) {
      const value = attributes[name];
      if (value === undefined) element.removeAttribute(name);
      else element.setAttribute(name, value);
    }
    // A canvas reads its colours anew.
    element.visualizer = 'none';
    await element.updateComplete;
    element.visualizer =
      (attributes['visualizer'] as typeof element.visualizer | undefined) ?? 'bars';
    (document.activeElement as HTMLElement | null)?.blur();
    // What is wrong opens the panel; here it is as the look says.
    await element.updateComplete;
    await frame();
    await frame();
    element.open = 'open' in attributes;
    // The part of a layout loads, what it shows is drawn, and the canvas takes its new size.
    for (let frames = 0; frames < 4; frames++) {
      await element.updateComplete;
      await frame();
    }
    if (attributes['visualizer']) await talkOn();
    await document.fonts.ready;
    for (const animation of visitor.root.getAnimations()) finish(animation);
    await frame();
  },
  async leave() {
    await clear();
    leaveScenes();
    readings.clear();
    RTCPeerConnection.prototype.getStats = getStats;
    visitor = undefined;
  },
};

Object.assign(globalThis, { visual: page });
