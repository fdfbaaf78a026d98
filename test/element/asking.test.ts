/** A visitor whose browser asks for the microphone is told so, if that takes a moment. */
import { expect } from '@open-wc/testing';
import { clear, visit, type Visitor } from './visitor.js';

const HINT = 'Your browser is asking for the microphone. Please allow it.';

const spoken = (visitor: Visitor) =>
  visitor.part('status').querySelector('.spoken-only')?.textContent;

/** Empty for a transition. */
const nameOf = (animation: Animation) => (animation as Partial<CSSAnimation>).animationName ?? '';

describe('a browser that asks for the microphone', () => {
  const { mediaDevices, permissions } = navigator;
  const { getUserMedia } = mediaDevices;

  afterEach(async () => {
    await clear();
    mediaDevices.getUserMedia = getUserMedia;
    Reflect.deleteProperty(permissions, 'query');
  });

  async function visitWith(state: PermissionState): Promise<Visitor> {
    permissions.query = () => Promise.resolve({ state } as PermissionStatus);
    const visitor = await visit();
    mediaDevices.getUserMedia = () => new Promise(() => undefined);
    visitor.element.tokenSource = () => new Promise(() => undefined);
    await visitor.press('start-button');
    return visitor;
  }

  it('is spoken of once, and shown after a moment', async () => {
    const visitor = await visitWith('prompt');
    const notice = await visitor.appears('notice');
    expect(visitor.text('notice')).to.equal(HINT);
    expect(notice.ariaHidden, 'It is read out with the status.').to.equal('true');
    expect(spoken(visitor)).to.equal(HINT);
    const { opacity } = getComputedStyle(notice);
    expect(opacity, 'It flashes.').to.equal('0');
    for (const fade of visitor.root.getAnimations())
      if (nameOf(fade).includes('appear')) fade.finish();
    expect(getComputedStyle(notice).opacity).to.equal('1');
    expect(getComputedStyle(visitor.part('status')).opacity).to.equal('0');
  });

  it('is not spoken of where it does not ask', async () => {
    const visitor = await visitWith('granted');
    await visitor.until(() => visitor.label === 'Cancel');
    await visitor.element.updateComplete;
    expect(visitor.find('notice')).to.equal(null);
    expect(visitor.text('status')).to.equal('Connecting…');
  });
});
