/** The mute button, the property and the methods are one thing. */
import { expect } from '@open-wc/testing';
import { clear, customStates, visit } from './visitor.js';

describe('muting', () => {
  afterEach(clear);

  it('is a button in a call, which says whether it is pressed', async () => {
    const visitor = await visit();
    expect(visitor.find('mute-button')).to.equal(null);
    await visitor.talk();
    const button = visitor.part('mute-button');
    expect(button.getAttribute('aria-label')).to.equal('Mute microphone');
    expect(button.ariaPressed).to.equal('false');
    const [stream] = await Promise.all(visitor.resources.microphones);
    const [track] = stream!.getAudioTracks();
    expect(track!.enabled).to.equal(true);

    await visitor.press('mute-button');
    expect(button.ariaPressed).to.equal('true');
    expect(track!.enabled).to.equal(false);
    expect(visitor.element.muted).to.equal(true);
    expect(visitor.element.hasAttribute('muted')).to.equal(true);
    expect(visitor.states().at(-1)).to.equal('live: listening muted');
    expect(customStates(visitor.element)).to.deep.equal(['live', 'listening', 'muted']);
    expect(visitor.text('status')).to.equal('You are muted');

    await visitor.press('mute-button');
    expect(button.ariaPressed).to.equal('false');
    expect(track!.enabled).to.equal(true);
    expect(visitor.element.hasAttribute('muted')).to.equal(false);
    expect(visitor.states().at(-1)).to.equal('live: listening');
    expect(visitor.text('status')).to.equal('Listening');
    expect(visitor.find('mute-button')).to.equal(button);
  });

  it('counts for the first word when the attribute is there before the call', async () => {
    const visitor = await visit({ muted: '' });
    expect(visitor.element.muted).to.equal(true);
    await visitor.talk();
    const [stream] = await Promise.all(visitor.resources.microphones);
    expect(stream!.getAudioTracks()[0]!.enabled).to.equal(false);
    expect(visitor.states().at(-1)).to.equal('live: listening muted');
    await visitor.hangUp();
    await visitor.talk();
    expect(visitor.states().at(-1)).to.equal('live: listening muted');
  });

  it('follows the property and the methods, also between calls', async () => {
    const visitor = await visit();
    const { element } = visitor;
    await visitor.talk();
    element.mute();
    expect(visitor.states().at(-1)).to.equal('live: listening muted');
    element.removeAttribute('muted');
    await element.updateComplete;
    element.unmute();
    await element.updateComplete;
    expect(visitor.states().at(-1)).to.equal('live: listening');
    element.muted = true;
    await element.updateComplete;
    expect(visitor.states().at(-1)).to.equal('live: listening muted');
    await visitor.hangUp();
    element.unmute();
    await visitor.talk();
    expect(visitor.states().at(-1)).to.equal('live: listening');
  });
});
