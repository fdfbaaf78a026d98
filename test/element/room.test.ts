/** The room that the element takes in a page: neither none, nor more than it shows. */
import { expect } from '@open-wc/testing';
import { setViewport } from '@web/test-runner-commands';
import { answered } from '../support/server-events.js';
import { clear, visit } from './visitor.js';

const SENTENCE = 'There are ferns, and cacti, and orchids that want ten minutes in water. ';

describe('the room in a page', () => {
  afterEach(async () => {
    await clear();
    document.documentElement.style.fontSize = '';
    await setViewport({ width: 800, height: 600 });
  });

  for (const style of [
    'position: fixed; inset: auto 1rem 1rem auto',
    'float: inline-end',
    'display: inline-block',
    'display: table',
    'inline-size: fit-content',
  ])
    it(`is there where the page has none of its own: ${style}`, async () => {
      const { element } = await visit();
      const place = document.createElement('div');
      place.style.cssText = style;
      element.before(place);
      place.append(element);
      expect(element.getBoundingClientRect().width).to.equal(240);
      element.remove();
      place.remove();
    });

  for (const layout of ['inline', 'bar', 'floating'])
    it(`ends where the element ends, however much was said: ${layout}`, async () => {
      const visitor = await visit({ layout, open: '', transcript: '' });
      const hidden = document.documentElement.scrollHeight;
      await visitor.talk();
      for (let turn = 1; turn <= 12; turn++)
        await visitor.hears(
          ...answered(`r${turn}`, `a${turn}`, SENTENCE.repeat(3), turn > 1 ? `a${turn - 1}` : null),
        );
      await visitor.until(() => visitor.root.querySelectorAll('.message').length === 12);
      const panel = await visitor.appears('panel');
      await visitor.until(() => panel.checkVisibility());
      expect(panel.scrollHeight - panel.clientHeight).to.be.at.most(1);
      const bottom = visitor.element.getBoundingClientRect().bottom + scrollY;
      expect(document.documentElement.scrollHeight).to.be.at.most(
        layout === 'floating' ? hidden : Math.max(innerHeight, Math.ceil(bottom) + 30),
      );
    });

  it('is wide enough in a corner of a page whose root has small letters', async () => {
    document.documentElement.style.fontSize = '62.5%';
    const visitor = await visit({ layout: 'floating', open: '' });
    await visitor.appears('launcher');
    expect(visitor.part('panel').getBoundingClientRect().width).to.equal(336);
  });

  it('holds the buttons of a call in one row in a corner, too', async () => {
    await setViewport({ width: 360, height: 640 });
    const visitor = await visit({ layout: 'floating', open: '', settings: '', lang: 'de' });
    await visitor.appears('settings-button');
    await visitor.until(() => visitor.label === 'Gespräch starten');
    await visitor.talk();
    const tops = [...visitor.part('controls').children].map(
      (button) => button.getBoundingClientRect().top,
    );
    expect(tops).to.have.length(4);
    expect(new Set(tops.map(Math.round)).size).to.equal(1);
  });

  it('shows one picture when a visitor types after talking', async () => {
    const visitor = await visit({ 'text-input': '' });
    await visitor.talk();
    await visitor.hangUp();
    await visitor.element.sendText('Are you there?');
    await visitor.element.updateComplete;
    const seen = [...visitor.part('visualizer').children].filter(
      (picture) => getComputedStyle(picture).visibility === 'visible',
    );
    expect(seen.map(({ localName }) => localName)).to.deep.equal(['svg']);
    await visitor.element.end();
  });
});
