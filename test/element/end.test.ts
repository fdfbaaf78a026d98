/** However a call ends, the page hears of it once and nothing stays open. */
import { expect } from '@open-wc/testing';
import { reasonOf } from '../core/call-stories.js';
import { spoken } from '../support/server-events.js';
import { clear, visit } from './visitor.js';

const tick = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the end of a call', () => {
  afterEach(clear);

  it('comes exactly once per start, at any moment', async function () {
    this.timeout(30_000);
    const visitor = await visit();
    const { element } = visitor;
    let live = 0;
    for (let round = 1; round <= 20; round++) {
      const started = reasonOf(element.start());
      await tick(Math.random() * 120);
      if (element.state.status === 'live') live++;
      await Promise.all([element.end(), element.end()]);
      expect(visitor.details('voice-start')).to.have.length(round);
      expect(visitor.details('voice-end')).to.have.length(round);
      expect(element.state).to.include({ status: 'ended', reason: 'user' });
      await started;
      expect(await visitor.leftOpen()).to.deep.equal([]);
    }
    expect(live).to.be.lessThan(20);
    const ended = visitor.states().filter((state) => state === 'ended: user');
    expect(ended).to.have.length(20);
  });

  it('finds everything released when voice-end is sent', async () => {
    const visitor = await visit();
    const { element, resources } = visitor;
    await visitor.talk();
    // The visualizer has opened its audio context by now.
    while (resources.contexts.length === 0) await new Promise(requestAnimationFrame);
    let left = ['not sent'];
    element.addEventListener('voice-end', () => {
      // The service's own connection is not the page's.
      left = resources.left();
      expect(element.state.status).to.equal('ended');
    });
    await element.end();
    expect(left).to.deep.equal(['connection']);
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });

  it('is an error when the service hangs up, and the visitor may try again', async () => {
    const visitor = await visit();
    await visitor.talk();
    const ended = visitor.next('voice-end');
    visitor.service.closeChannel();
    const { reason, error } = await ended;
    await visitor.element.updateComplete;
    expect(reason).to.equal('connection-lost');
    expect(visitor.details('voice-error')).to.deep.equal([{ error, fatal: true }]);
    expect(visitor.text('error')).to.equal('The connection was lost. Please try again.');
    expect(visitor.text('status')).to.match(/^Call ended · 0:0/);
    expect(visitor.label).to.equal('Try again');
    expect(await visitor.leftOpen()).to.deep.equal([]);
    await visitor.talk();
    expect(visitor.part('error').hidden).to.equal(true);
  });

  it('leaves the last call to be read until the next one starts', async () => {
    const visitor = await visit({ transcript: '' });
    const { element, service } = visitor;
    await visitor.talk();
    await visitor.hears(...spoken('u1', 'Hello?', null));
    await visitor.hangUp();
    // Frameworks set a new object with whatever they draw.
    element.session = {};
    await element.updateComplete;
    visitor.main.dispatchEvent(new PointerEvent('pointerenter'));
    await visitor.until(() => service.minted === 2);
    await element.updateComplete;
    expect(element.items.map(({ text }) => text)).to.deep.equal(['Hello?']);
    expect(visitor.text('user-message')).to.equal('Hello?');
    expect(await (await element.exportTranscript('text')).text()).to.contain('Hello?');
    // What is changed by now holds for the call that was made ahead.
    element.turnTaking = 'push-to-talk';
    element.muted = true;
    await visitor.talk();
    expect(service.secrets).to.deep.equal(['ek_1', 'ek_2']);
    expect(element.items).to.deep.equal([]);
    expect(element.state).to.include({ status: 'live', muted: true });
    await visitor.appears('talk-button');
    await visitor.hangUp();
    element.remove();
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });

  it('is nothing without a call', async () => {
    const visitor = await visit();
    await visitor.element.end();
    visitor.element.interrupt();
    expect(visitor.seen).to.deep.equal([]);
    expect(visitor.element.state.status).to.equal('idle');
    for (const use of [
      () => visitor.element.sendContext('Hello'),
      () => visitor.element.updateSession({}),
      () => visitor.element.send({ type: 'response.create' }),
    ]) {
      expect(use).to.throw(DOMException).with.property('name', 'InvalidStateError');
    }
  });

  it('D9 is the same when listeners throw', async () => {
    const visitor = await visit();
    const { element } = visitor;
    const thrown: unknown[] = [];
    const { onerror } = window;
    window.onerror = (_message, _source, _line, _column, error) => {
      thrown.push(error);
      return true;
    };
    try {
      const names = ['voice-start', 'voice-state-change', 'voice-end'] as const;
      for (const name of names) {
        element.addEventListener(name, () => {
          throw new Error(`The page's ${name} is broken.`);
        });
      }
      await visitor.talk();
      await visitor.hangUp();
      expect(element.state).to.include({ status: 'ended', reason: 'user' });
      expect(visitor.details('voice-end')).to.have.length(1);
      expect(await visitor.leftOpen()).to.deep.equal([]);
      expect(thrown.length).to.be.at.least(3);
    } finally {
      window.onerror = onerror;
    }
  });
});
