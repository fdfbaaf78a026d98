/** Where the element stands: in the page, in one line, or in a corner of the window, at any time. */
import { expect } from '@open-wc/testing';
import { sendKeys, sendMouse, setViewport } from '@web/test-runner-commands';
import type { ClientEvent } from '../../src/index.js';
import { answered, calls, errorEvent, event } from '../support/server-events.js';
import { clear, visit, type Visitor } from './visitor.js';

const frame = () => new Promise(requestAnimationFrame);
const box = (visitor: Visitor, part: string) => visitor.part(part).getBoundingClientRect();
const isShown = (visitor: Visitor, part: string) =>
  (visitor.find(part)?.getClientRects().length ?? 0) > 0;

/** An element in a corner of the window, closed, with its launcher there. */
async function floating(attributes: Record<string, string> = {}): Promise<Visitor> {
  const visitor = await visit({ layout: 'floating', ...attributes });
  await visitor.appears('launcher');
  return visitor;
}

const pay = { name: 'pay', description: 'Pays.', confirm: true, execute: () => 'paid' };

async function open(visitor: Visitor): Promise<void> {
  await visitor.press('launcher');
  await visitor.element.updateComplete;
}

/** The corner of the window that a box is nearest to, and how near. */
function corner({ left, right, top, bottom }: DOMRect): [where: string, px: number] {
  const [x, y] = [Math.min(left, innerWidth - right), Math.min(top, innerHeight - bottom)];
  const vertical = top < innerHeight - bottom ? 'top' : 'bottom';
  const horizontal = left < innerWidth - right ? 'left' : 'right';
  return [`${vertical} ${horizontal}`, Math.max(x, y)];
}

describe('the layouts', () => {
  afterEach(async () => {
    await clear();
    document.dir = '';
    document.body.style.cssText = '';
    document.documentElement.style.fontSize = '';
    await setViewport({ width: 800, height: 600 });
  });

  it('are in the page, unless the page says otherwise, and nonsense changes nothing', async () => {
    for (const attributes of [{}, { layout: 'sideways' }] as Record<string, string>[]) {
      const visitor = await visit(attributes);
      expect(getComputedStyle(visitor.part('panel')).position).to.equal('static');
      expect(box(visitor, 'panel').width).to.be.greaterThan(200);
      expect(visitor.find('launcher')).to.equal(null);
    }
  });

  it('keep the main button in its place when a call begins and ends', async () => {
    const visitor = await visit();
    const room = document.createElement('div');
    visitor.element.before(room);
    room.append(visitor.element);
    const { tokenSource } = visitor.element;
    const asked = Promise.withResolvers<undefined>();
    visitor.element.tokenSource = async (signal) => {
      await asked.promise;
      return tokenSource!(signal);
    };
    // The launcher has one, too.
    const button = () =>
      visitor.part('controls').querySelector('[part~=start-button], [part~=end-button]')!;
    const places = async () => {
      const found: Record<string, number> = {};
      for (const layout of ['inline', 'bar', 'floating'] as const) {
        visitor.element.layout = layout;
        visitor.element.open = true;
        await visitor.element.updateComplete;
        if (layout === 'floating') await visitor.appears('launcher');
        await visitor.until(() =>
          visitor.part('panel').checkVisibility({ visibilityProperty: true }),
        );
        for (const [dir, width] of [
          ['ltr', 240],
          ['rtl', 240],
          ['ltr', 400],
          ['rtl', 400],
        ] as const) {
          document.dir = dir;
          room.style.inlineSize = `${width}px`;
          const { left, right } = button().getBoundingClientRect();
          const isEnd = layout === 'bar';
          const x = !isEnd ? (left + right) / 2 : dir === 'ltr' ? right : left;
          found[`${layout} ${dir} ${width}`] = Math.round(x);
        }
      }
      return found;
    };
    const before = await places();
    await visitor.press('start-button');
    expect(await places()).to.deep.equal(before);
    const live = visitor.next('voice-state-change', ({ state }) => state.status === 'live');
    asked.resolve(undefined);
    await live;
    expect(await places()).to.deep.equal(before);
    await visitor.hangUp();
    expect(await places()).to.deep.equal(before);
    // A conversation by text has no voice to draw.
    visitor.element.textInput = true;
    await visitor.appears('input');
    visitor.element.layout = 'inline';
    await visitor.element.updateComplete;
    const { top } = button().getBoundingClientRect();
    await visitor.element.sendText('Hello?');
    expect(visitor.element.matches(':state(text)')).to.equal(true);
    await visitor.element.updateComplete;
    expect(button().getBoundingClientRect().top).to.equal(top);
    expect(await places()).to.deep.equal(before);
    await visitor.hangUp();
    expect(await places()).to.deep.equal(before);
    room.remove();
  });

  describe('bar', () => {
    it('is one line at any width from 320 pixels up, with targets of 24 pixels', async () => {
      const visitor = await visit({ layout: 'bar' });
      const room = document.createElement('div');
      visitor.element.before(room);
      room.append(visitor.element);
      await visitor.until(() => getComputedStyle(visitor.part('panel')).visibility === 'visible');
      await visitor.talk();
      for (const width of [320, 480, 760]) {
        room.style.inlineSize = `${width}px`;
        await frame();
        const middles = ['visualizer', 'status', 'mute-button', 'interrupt-button', 'end-button']
          .map((part) => box(visitor, part))
          .map(({ top, bottom }) => Math.round((top + bottom) / 2));
        expect(Math.max(...middles) - Math.min(...middles), String(width)).to.be.at.most(1);
        expect(box(visitor, 'panel').height, String(width)).to.be.at.most(60);
        for (const button of visitor.root.querySelectorAll('button')) {
          const { width: wide, height, right } = button.getBoundingClientRect();
          expect(Math.min(wide, height)).to.be.at.least(24);
          expect(right).to.be.at.most(box(visitor, 'panel').right);
        }
      }
      room.remove();
    });

    it('has room at 320 pixels for the button that is held to talk, whatever it says', async () => {
      const visitor = await visit({ layout: 'bar', 'turn-taking': 'push-to-talk' });
      visitor.element.strings = { holdToTalk: 'Zum Sprechen gedrückt halten' };
      const room = document.createElement('div');
      room.style.inlineSize = '320px';
      visitor.element.before(room);
      room.append(visitor.element);
      const asked = visitor.service.next('session.update');
      await visitor.talk();
      const { session } = (await asked) as ClientEvent & { session: object };
      visitor.service.send(event('session.updated', { session }));
      const talk = (await visitor.appears('talk-button')).getBoundingClientRect();
      const panel = box(visitor, 'panel');
      expect(talk.left).to.be.at.least(panel.left);
      expect(box(visitor, 'end-button').right).to.be.at.most(panel.right);
      room.remove();
    });

    it('takes its room before its styles are there', async () => {
      const visitor = await visit({ layout: 'bar' });
      const before = box(visitor, 'panel').height;
      await visitor.until(() => getComputedStyle(visitor.part('panel')).visibility === 'visible');
      expect(Math.abs(box(visitor, 'panel').height - before)).to.be.at.most(4);
    });
  });

  describe('floating', () => {
    it('stands in the corner that the page chose, as its text runs', async () => {
      const visitor = await floating();
      expect(visitor.element.getAttribute('layout')).to.equal('floating');
      for (const [dir, placement, where] of [
        ['ltr', 'bottom-end', 'bottom right'],
        ['ltr', 'bottom-start', 'bottom left'],
        ['ltr', 'top-end', 'top right'],
        ['ltr', 'top-start', 'top left'],
        ['rtl', 'bottom-end', 'bottom left'],
        ['rtl', 'top-start', 'top right'],
      ] as const) {
        document.dir = dir;
        visitor.element.placement = placement;
        for (const part of ['launcher', 'panel']) {
          visitor.element.open = part === 'panel';
          await visitor.element.updateComplete;
          for (const one of visitor.root.getAnimations()) one.finish();
          expect(isShown(visitor, part), part).to.equal(true);
          const [found, px] = corner(box(visitor, part));
          expect(found, `${dir} ${placement} ${part}`).to.equal(where);
          expect(px).to.be.at.most(24);
        }
      }
    });

    it('takes no room in the page, and is above whatever the page puts on top', async () => {
      const before = document.documentElement.scrollHeight;
      const visitor = await floating();
      expect(document.documentElement.scrollHeight).to.equal(before);
      const cover = document.createElement('div');
      cover.style.cssText = 'position: fixed; inset: 0; z-index: 2147483647; background: red';
      const cage = document.createElement('div');
      cage.style.cssText =
        'transform: scale(1); overflow: hidden; inline-size: 1px; block-size: 1px';
      document.body.append(cover, cage);
      cage.append(visitor.element);
      await visitor.element.updateComplete;
      await frame();
      const { x, y, width, height } = box(visitor, 'launcher');
      expect(width).to.be.at.least(44);
      const [left, top] = [x + width / 2, y + height / 2];
      expect(document.elementFromPoint(left, top)).to.equal(visitor.element);
      await open(visitor);
      expect(corner(box(visitor, 'panel'))[0]).to.equal('bottom right');
      cover.remove();
      cage.replaceWith(visitor.element);
    });

    it('opens and closes by keyboard, and the focus goes along', async () => {
      const visitor = await floating();
      const focused = () => visitor.root.activeElement?.getAttribute('part') ?? '';
      await sendKeys({ press: 'Tab' });
      expect(focused()).to.contain('launcher');
      await sendKeys({ press: 'Enter' });
      await visitor.until(() => focused().includes('start-button'));
      expect(visitor.element.hasAttribute('open')).to.equal(true);
      expect(isShown(visitor, 'launcher')).to.equal(false);
      await sendKeys({ press: 'Escape' });
      await visitor.until(() => focused().includes('launcher'));
      expect(visitor.element.hasAttribute('open')).to.equal(false);
      expect(isShown(visitor, 'panel')).to.equal(false);
      await sendKeys({ press: 'Space' });
      await visitor.until(() => focused().includes('start-button'));
      await visitor.press('close-button');
      await visitor.until(() => focused().includes('launcher'));
    });

    it('opens and closes as the page says, without taking the focus', async () => {
      const visitor = await floating({ open: '' });
      expect(isShown(visitor, 'panel')).to.equal(true);
      expect(document.activeElement).to.equal(document.body);
      visitor.element.removeAttribute('open');
      await visitor.element.updateComplete;
      expect(isShown(visitor, 'panel')).to.equal(false);
      expect(document.activeElement).to.equal(document.body);
      // It was on the launcher, once.
      visitor.part('launcher').focus();
      visitor.element.requestUpdate();
      await visitor.element.updateComplete;
      visitor.part('launcher').blur();
      visitor.element.open = true;
      await visitor.element.updateComplete;
      expect(document.activeElement?.localName).to.equal('body');
    });

    it('leaves Escape and everything beside it to the page', async () => {
      const visitor = await floating({ open: '' });
      const button = document.createElement('button');
      const heard: string[] = [];
      button.style.cssText = 'position: absolute; inset: 0 auto auto 0; margin: 0';
      button.textContent = 'of the page';
      button.addEventListener('click', () => heard.push('click'));
      document.body.style.blockSize = '5000px';
      document.body.append(button);
      await sendMouse({ type: 'click', position: [10, 10] });
      expect(heard).to.deep.equal(['click']);
      await sendKeys({ press: 'Escape' });
      expect(visitor.element.open).to.equal(true);
      scrollTo(0, 300);
      await frame();
      expect(scrollY).to.equal(300);
      expect(corner(box(visitor, 'panel'))[0]).to.equal('bottom right');
      button.remove();
    });

    it('is closed by a phone’s way back, which does not leave the page', async () => {
      const { matchMedia } = globalThis;
      const page = globalThis as unknown as { CloseWatcher: new () => { requestClose(): void } };
      const { CloseWatcher } = page;
      const watchers: InstanceType<typeof CloseWatcher>[] = [];
      globalThis.matchMedia = (query) => matchMedia(query === '(pointer: coarse)' ? 'all' : query);
      page.CloseWatcher = class extends CloseWatcher {
        constructor() {
          super();
          watchers.push(this);
        }
      };
      try {
        const visitor = await floating();
        expect(watchers).to.have.length(0);
        await open(visitor);
        watchers[0]!.requestClose();
        expect(visitor.element.open).to.equal(false);
        await open(visitor);
        await visitor.press('close-button');
        await visitor.element.updateComplete;
        // The next way back is the page's.
        watchers[1]!.requestClose();
        visitor.element.open = true;
        await visitor.element.updateComplete;
        visitor.element.remove();
        visitor.element.requestUpdate();
        await visitor.element.updateComplete;
        watchers[2]!.requestClose();
        expect(visitor.element.open).to.equal(true);
        expect(watchers).to.have.length(3);
        // What was opened last goes first.
        const other = await floating({ settings: '' });
        await open(other);
        (await other.appears('settings-button')).click();
        await other.appears('settings');
        watchers[4]!.requestClose();
        await other.element.updateComplete;
        expect(other.find('settings')).to.equal(null);
        expect(other.element.open).to.equal(true);
        watchers[3]!.requestClose();
        expect(other.element.open).to.equal(false);
      } finally {
        globalThis.matchMedia = matchMedia;
        page.CloseWatcher = CloseWatcher;
      }
    });

    it('is a sheet at the bottom of a phone, and moves up for the keys on screen', async () => {
      await setViewport({ width: 360, height: 640 });
      const visitor = await floating({ open: '', 'text-input': '', transcript: '' });
      for (const one of visitor.root.getAnimations()) one.finish();
      const sheet = () => box(visitor, 'panel');
      expect(sheet()).to.include({ left: 0, right: 360, bottom: 640 });
      Object.defineProperty(visualViewport, 'height', { configurable: true, value: 340 });
      visualViewport?.dispatchEvent(new Event('resize'));
      await frame();
      expect(sheet().bottom).to.equal(340);
      expect(sheet().top).to.be.at.least(0);
      delete (visualViewport as { height?: number }).height;
      visualViewport?.dispatchEvent(new Event('resize'));
      await frame();
      expect(sheet().bottom).to.equal(640);
    });

    it('keeps the buttons of a call in sight above the settings, which scroll', async () => {
      for (const [width, height] of [
        [360, 640],
        [1440, 900],
      ] as const) {
        await setViewport({ width, height });
        const visitor = await floating({
          open: '',
          settings: '',
          transcript: '',
          'text-input': '',
        });
        await visitor.talk();
        const button = await visitor.appears('settings-button');
        button.click();
        const settings = await visitor.appears('settings');
        for (const one of visitor.root.getAnimations()) one.finish();
        settings.querySelector<HTMLElement>('[type=checkbox]')?.focus();
        const end = visitor.root.querySelector('.controls .end')!;
        const parts = ['settings-button', 'mute-button', 'visualizer'];
        for (const one of [end, ...parts.map((part) => visitor.part(part))]) {
          const { top, bottom } = one.getBoundingClientRect();
          expect(top, `${one.className} at ${width} px`).to.be.at.least(box(visitor, 'panel').top);
          expect(bottom, `${one.className} at ${width} px`).to.be.at.most(height);
        }
        await visitor.leave();
      }
    });

    it('shows a call under way while it is closed, and a way to end it', async () => {
      const visitor = await floating();
      await open(visitor);
      await visitor.talk();
      await visitor.press('close-button');
      await visitor.element.updateComplete;
      expect(visitor.element.state.status).to.equal('live');
      const words = () => {
        const copy = visitor.part('launcher').cloneNode(true) as HTMLElement;
        for (const unseen of copy.querySelectorAll('.spoken-only')) unseen.remove();
        return copy.textContent.trim();
      };
      expect(words()).to.equal('Listening');
      await visitor.hears(...answered('resp_1', 'a1', 'Yes?', null).slice(0, 6));
      expect(words()).to.equal('Speaking');
      const ended = visitor.next('voice-end');
      const end = visitor.part('launcher').parentElement!.querySelector<HTMLElement>('.end')!;
      end.focus();
      await sendKeys({ press: 'Enter' });
      expect((await ended).reason).to.equal('user');
      await visitor.element.updateComplete;
      expect(visitor.root.activeElement).to.equal(visitor.part('launcher'));
      expect(visitor.find('launcher')!.getAttribute('aria-label')).to.equal('Voice assistant');
    });

    it('opens by itself when the visitor is asked something, or a call has failed', async () => {
      const visitor = await floating();
      visitor.element.tools = [pay];
      await visitor.element.start();
      expect(visitor.element.open).to.equal(false);
      visitor.service.send(...calls('pay', {}));
      await visitor.until(() => visitor.element.open);
      expect(isShown(visitor, 'approval')).to.equal(true);
      await visitor.leave();
      const other = await floating();
      other.element.tokenSource = () => Promise.reject(new Error('no'));
      other.element.start().catch(() => undefined);
      await other.until(() => other.element.open);
      expect(isShown(other, 'error')).to.equal(true);
    });

    it('opens for a question also where an error stands already, and the focus goes along', async () => {
      const visitor = await floating();
      visitor.element.tools = [pay];
      await visitor.element.start();
      await visitor.hears(errorEvent('invalid_value', undefined, 'Odd.'));
      await visitor.until(() => visitor.element.open);
      await visitor.press('close-button');
      visitor.part('launcher').focus();
      visitor.service.send(...calls('pay', {}));
      await visitor.until(() => visitor.element.open);
      expect(isShown(visitor, 'approval')).to.equal(true);
      const end = visitor.part('controls').querySelector('.end');
      await visitor.until(() => visitor.root.activeElement === end, 'The focus is lost.');
    });

    it('keeps the buttons of a call and the field in sight below a question, on a phone', async () => {
      await setViewport({ width: 360, height: 640 });
      const visitor = await floating({ transcript: '', 'text-input': '' });
      visitor.element.tools = [pay];
      await visitor.element.start();
      await visitor.hears(...answered('resp_1', 'a1', 'A long story. '.repeat(20), null));
      await visitor.appears('agent-message');
      visitor.service.send(...calls('pay', { amount: 7, currency: 'EUR' }));
      await visitor.appears('approval');
      await visitor.until(() => isShown(visitor, 'approval'));
      for (const one of visitor.root.getAnimations()) one.finish();
      expect(visitor.part('panel').scrollTop).to.equal(0);
      expect(box(visitor, 'controls').top).to.be.at.least(box(visitor, 'approval').bottom);
      for (const part of ['controls', 'input'])
        expect(box(visitor, part).bottom, part).to.be.at.most(640);
    });

    // What 1280 by 1024 pixels are at 400 %, a phone held sideways, and one with large text.
    for (const [width, height, text] of [
      [320, 256, 100],
      [640, 360, 100],
      [360, 640, 200],
    ] as const)
      it(`has what is asked in sight in ${width} × ${height}, text of ${text} %`, async () => {
        await setViewport({ width, height });
        document.documentElement.style.fontSize = `${text}%`;
        document.body.style.blockSize = '5000px';
        scrollTo(0, 300);
        const visitor = await floating({ transcript: '', 'text-input': '' });
        visitor.element.tools = [pay];
        await visitor.element.start();
        await visitor.hears(...answered('resp_1', 'a1', 'A long story. '.repeat(20), null));
        await visitor.appears('agent-message');
        visitor.service.send(...calls('pay', { amount: 7 }));
        const card = await visitor.appears('approval');
        const question = card.querySelector('p')!;
        const hit = () => {
          const { left, top } = question.getBoundingClientRect();
          return visitor.root.elementFromPoint(left + 5, top + 5);
        };
        await visitor.until(() => hit() === question, 'It is out of sight.');
        expect(question.getBoundingClientRect().bottom).to.be.at.most(height);
        expect(scrollY).to.equal(300);
      });
  });

  it('change in the middle of a call, which goes on', async () => {
    const visitor = await visit({ transcript: '' });
    await visitor.talk();
    await visitor.hears(...answered('r', 'a1', 'Good morning.', null));
    await visitor.appears('agent-message');
    const canvas = visitor.root.querySelector('canvas')!;
    // Before its first frame in a new layout it has no size.
    const drawn = () =>
      canvas.height > 0 &&
      canvas
        .getContext('2d')!
        .getImageData(0, 0, canvas.width, canvas.height)
        .data.some((value) => value > 0);
    const seen = visitor.seen.length;
    for (const layout of ['bar', 'floating', 'inline', 'floating', 'bar', 'inline'] as const) {
      visitor.element.layout = layout;
      visitor.element.open = layout === 'floating';
      await visitor.element.updateComplete;
      if (layout === 'floating') await visitor.appears('launcher');
      const panel = visitor.part('panel');
      await visitor.until(() => getComputedStyle(panel).visibility === 'visible');
      await visitor.element.updateComplete;
      expect(panel.matches(':popover-open'), layout).to.equal(layout === 'floating');
      await visitor.until(
        () => Boolean(visitor.find('agent-message')?.getClientRects().length),
        `What was said is not seen in ${layout}.`,
      );
      expect(visitor.root.querySelector('canvas')).to.equal(canvas);
      canvas.width = 100;
      await visitor.until(drawn, `Nothing is drawn in ${layout}.`);
    }
    expect(visitor.seen.slice(seen).map(({ name }) => name)).to.not.include('voice-end');
    expect(visitor.element.state.status).to.equal('live');
    await visitor.hangUp();
  });
});
