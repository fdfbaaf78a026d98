/** The bars move with both voices, and cost nothing when there is nothing to see. */
import { expect } from '@open-wc/testing';
import { emulateMedia } from '@web/test-runner-commands';
import { clear, visit, type Visitor } from './visitor.js';

const frame = () => new Promise<number>(requestAnimationFrame);
const [USER, AGENT] = ['rgb(0, 255, 0)', 'rgb(255, 0, 0)'];

/** Counts the drawings on a canvas from now on. */
function countDrawings(visitor: Visitor): { count: number } {
  const canvas = visitor.root.querySelector('canvas')!;
  const context = canvas.getContext('2d')!;
  const drawings = { count: 0 };
  const { clearRect } = context;
  context.clearRect = (...area) => {
    drawings.count++;
    clearRect.apply(context, area);
  };
  return drawings;
}

/** How many pixels have each voice's colour. */
function pixels(visitor: Visitor): { user: number; agent: number } {
  const canvas = visitor.root.querySelector('canvas')!;
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  const count = { user: 0, agent: 0 };
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3]! < 250) continue;
    if (data[at] === 255) count.agent++;
    if (data[at + 1] === 255) count.user++;
  }
  return count;
}

async function colorful(attributes: Record<string, string> = {}): Promise<Visitor> {
  const visitor = await visit(attributes);
  visitor.element.style.setProperty('--voice-agent-user-color', USER);
  visitor.element.style.setProperty('--voice-agent-agent-color', AGENT);
  return visitor;
}

/** The most that was drawn of each voice, until there was enough of `who`. */
async function highest(visitor: Visitor, who: 'user' | 'agent', enough: number): Promise<number> {
  for (;;) {
    await frame();
    const { [who]: now } = pixels(visitor);
    if (now > enough) return now;
  }
}

/** Waits for so many frames, and says how many drawings came with them. */
async function drawnIn(drawings: { count: number }, ms: number): Promise<number> {
  const before = drawings.count;
  const end = performance.now() + ms;
  while ((await frame()) < end);
  return drawings.count - before;
}

describe('the visualizer', () => {
  afterEach(async () => {
    await emulateMedia({ reducedMotion: 'no-preference' });
    await clear();
  });

  it('draws both voices, each in its colour and as loud as it is', async () => {
    const visitor = await colorful();
    await visitor.talk();
    await highest(visitor, 'agent', 0);
    const silent = pixels(visitor).agent;
    // The fake microphone beeps about once a second.
    await highest(visitor, 'user', silent * 1.5);
    expect(pixels(visitor).agent).to.be.lessThan(silent * 1.5);
    await visitor.service.sing();
    await highest(visitor, 'agent', silent * 2);
  });

  it('draws nothing without a call, and nothing after it', async () => {
    const visitor = await colorful();
    const drawings = countDrawings(visitor);
    expect(await drawnIn(drawings, 100)).to.equal(0);
    await visitor.talk();
    while (drawings.count === 0) await frame();
    expect(visitor.resources.contexts).to.have.length(1);
    await visitor.hangUp();
    expect(await drawnIn(drawings, 100)).to.equal(0);
    const { visibility } = getComputedStyle(visitor.root.querySelector('canvas')!);
    expect(visibility).to.equal('hidden');
  });

  it('rests while it is hidden or off screen', async () => {
    const visitor = await colorful();
    const drawings = countDrawings(visitor);
    await visitor.talk();
    while (drawings.count === 0) await frame();
    for (const [hide, show] of [
      [() => (visitor.element.hidden = true), () => (visitor.element.hidden = false)],
      [
        () => (visitor.element.style.marginTop = '5000px'),
        () => (visitor.element.style.marginTop = ''),
      ],
    ] as const) {
      hide();
      await frame();
      await frame();
      await frame();
      expect(await drawnIn(drawings, 100)).to.equal(0);
      show();
      expect(await drawnIn(drawings, 200)).to.be.greaterThan(0);
    }
  });

  it('changes four times a second at most where motion is not wanted', async () => {
    await emulateMedia({ reducedMotion: 'reduce' });
    const visitor = await colorful();
    const drawings = countDrawings(visitor);
    await visitor.talk();
    while (drawings.count === 0) await frame();
    expect(await drawnIn(drawings, 1_000)).to.be.within(1, 4);
    for (const { iterationCount, transitionDuration } of [
      ...visitor.root.querySelectorAll('*'),
    ].map((one) => {
      const { animationIterationCount, transitionDuration } = getComputedStyle(one);
      return { iterationCount: animationIterationCount, transitionDuration };
    })) {
      expect(iterationCount).to.equal('1');
      expect(transitionDuration).to.equal('0s');
    }
  });

  it('is not there where the page does not want it, also in the middle of a call', async () => {
    const visitor = await colorful({ visualizer: 'none' });
    expect(visitor.find('visualizer')).to.equal(null);
    await visitor.talk();
    expect(visitor.resources.contexts).to.have.length(0);
    visitor.element.visualizer = 'bars';
    await visitor.element.updateComplete;
    const drawings = countDrawings(visitor);
    while (drawings.count === 0) await frame();
    visitor.element.visualizer = 'none';
    await visitor.element.updateComplete;
    expect(await drawnIn(drawings, 100)).to.equal(0);
  });
});
