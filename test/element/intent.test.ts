/** Nothing is asked of the network or the machine before a visitor shows intent, and then once. */
import { expect } from '@open-wc/testing';
import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { clear, visit, type Visitor } from './visitor.js';

const frame = () => new Promise(requestAnimationFrame);

async function point(visitor: Visitor, type: 'move' | 'click' = 'move'): Promise<void> {
  const { left, top, width, height } = visitor.main.getBoundingClientRect();
  const position: [number, number] = [Math.round(left + width / 2), Math.round(top + height / 2)];
  await sendMouse(type === 'click' ? { type, position } : { type, position });
}

/** Everything that a page could be asked for, as the browser itself counts it. */
const requests = () => performance.getEntriesByType('resource').map(({ name }) => name);

describe('before a call', () => {
  afterEach(async () => {
    await clear();
    await sendMouse({ type: 'move', position: [0, 0] });
  });

  it('nothing is requested, opened or stored', async () => {
    const before = requests().length;
    const visitor = await visit();
    await frame();
    await frame();
    expect(requests().slice(before)).to.deep.equal([]);
    expect(visitor.service.minted).to.equal(0);
    expect(visitor.resources.microphones).to.have.length(0);
    expect(visitor.resources.peers).to.have.length(0);
    expect(visitor.resources.contexts).to.have.length(0);
    expect(localStorage).to.have.length(0);
    expect(document.cookie).to.equal('');
  });

  it('pointing at the button warms up, once, and asks the visitor for nothing', async () => {
    const visitor = await visit();
    await point(visitor);
    visitor.main.dispatchEvent(new TouchEvent('touchstart'));
    visitor.main.focus();
    while (visitor.service.minted === 0) await frame();
    await frame();
    expect(visitor.service.minted).to.equal(1);
    expect(visitor.resources.microphones).to.have.length(0);
    expect(visitor.resources.contexts).to.have.length(0);
    expect(visitor.seen).to.deep.equal([]);
    await visitor.talk();
    expect(visitor.service.secrets).to.deep.equal(['ek_1']);
  });

  it('a refused microphone keeps a click from asking for a secret', async () => {
    const { query } = navigator.permissions;
    const { fetch } = globalThis;
    const asked: unknown[] = [];
    globalThis.fetch = (input) => {
      asked.push(input);
      return Promise.reject(new TypeError('There is no such host.'));
    };
    try {
      for (const [state, requested] of [
        ['denied', []],
        ['prompt', ['/token']],
      ] as const) {
        navigator.permissions.query = () => Promise.resolve({ state } as PermissionStatus);
        const visitor = await visit({ 'token-url': '/token' });
        visitor.element.tokenSource = undefined;
        await frame();
        await visitor.press('start-button');
        expect(asked, state).to.deep.equal(requested);
        await visitor.leave();
      }
    } finally {
      navigator.permissions.query = query;
      globalThis.fetch = fetch;
    }
  });

  it('a touch or the keyboard’s focus warms up as well', async () => {
    for (const approach of [
      (visitor: Visitor) => visitor.main.dispatchEvent(new TouchEvent('touchstart')),
      (visitor: Visitor) => visitor.main.focus(),
    ]) {
      const visitor = await visit();
      approach(visitor);
      while (visitor.service.minted === 0) await frame();
      expect(visitor.service.minted).to.equal(1);
      await clear();
    }
  });

  it('nothing is warmed up where the page does not want it, or the button is disabled', async () => {
    for (const attributes of [{ warmup: 'none' }, { disabled: '' }] as Record<string, string>[]) {
      const visitor = await visit(attributes);
      await point(visitor);
      visitor.main.dispatchEvent(new TouchEvent('touchstart'));
      for (let wait = 0; wait < 10; wait++) await frame();
      expect(visitor.service.minted).to.equal(0);
      await clear();
    }
  });
});

describe('a real visitor', () => {
  afterEach(clear);

  it('starts with a click, and needs no permission of the page for it', async () => {
    const visitor = await visit();
    visitor.element.allowProgrammaticStart = false;
    const live = visitor.next('voice-state-change', ({ state }) => state.status === 'live');
    await point(visitor, 'click');
    await live;
  });

  it('uses Enter and Space, and stays on the one button over start and end', async () => {
    const visitor = await visit();
    visitor.element.allowProgrammaticStart = false;
    await sendKeys({ press: 'Tab' });
    const { main } = visitor;
    expect(document.activeElement).to.equal(visitor.element);
    expect(visitor.root.activeElement).to.equal(main);
    const live = visitor.next('voice-state-change', ({ state }) => state.status === 'live');
    await sendKeys({ press: 'Enter' });
    await live;
    await visitor.element.updateComplete;
    expect(visitor.root.activeElement).to.equal(main);
    expect(visitor.label).to.equal('End');
    const ended = visitor.next('voice-end');
    await sendKeys({ press: 'Space' });
    await ended;
    await visitor.element.updateComplete;
    expect(visitor.root.activeElement).to.equal(main);
    expect(visitor.label).to.equal('Talk again');
  });
});
