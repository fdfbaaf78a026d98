/** Everybody can use it: axe finds nothing in any state, in either theme and direction. */
import { expect } from '@open-wc/testing';
import 'axe-core';
import { setViewport } from '@web/test-runner-commands';
import { answered } from '../support/server-events.js';
import { leaveScenes, SCENES } from './scenes.js';
import { clear, visit, type Visitor } from './visitor.js';

/** It comes as a script that leaves a global behind. */
const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };

/** What axe finds wrong or cannot tell, and nothing about the page around. */
async function violations(
  element: Element,
  looked = ['button-name', 'color-contrast'],
): Promise<string[]> {
  const { violations, passes, incomplete } = await axe.run(element, {
    // 7:1, where AA asks for 4.5.
    rules: { 'color-contrast-enhanced': { enabled: true } },
  });
  // It has looked into the shadow root.
  expect(passes.map(({ id }) => id)).to.include.members(looked);
  // What it cannot tell is no better here than what is wrong.
  return [...violations, ...incomplete].flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

/** In a layout, with nothing half-faded. */
async function arrange(visitor: Visitor, layout: 'inline' | 'bar' | 'floating'): Promise<void> {
  const { element } = visitor;
  element.layout = layout;
  element.open = true;
  await element.updateComplete;
  if (layout === 'floating') await visitor.appears('launcher');
  await visitor.until(() => getComputedStyle(visitor.part('panel')).visibility === 'visible');
  settle(visitor);
}

/** Half-faded colours would be measured. */
function settle({ root }: Visitor): void {
  for (const one of root.getAnimations()) {
    if (one.effect?.getComputedTiming().iterations !== Infinity) one.finish();
  }
}

/** Of all buttons that are there to be pressed. */
const sizes = (visitor: Visitor) =>
  [...visitor.root.querySelectorAll('button')]
    .filter((button) => !button.hidden)
    .map((button) => button.getBoundingClientRect());

/** What sticks out of the panel to either side. */
function overflow(visitor: Visitor): string[] {
  const panel = visitor.part('panel').getBoundingClientRect();
  return [...visitor.root.querySelectorAll<HTMLElement>('.panel :not(.spoken-only)')]
    .filter((inner) => {
      const { left, right, width } = inner.getBoundingClientRect();
      return width > 0 && (left < panel.left - 0.5 || right > panel.right + 0.5);
    })
    .map((inner) => inner.outerHTML);
}

/** What can be pressed, set or written into. */
function controls(visitor: Visitor): HTMLElement[] {
  return [
    ...visitor.root.querySelectorAll<HTMLElement>(
      'button, select, textarea, input:not([type=file])',
    ),
  ].filter((one) => one.getClientRects().length > 0);
}

describe('accessibility', () => {
  const background = document.body.style;

  afterEach(async () => {
    await clear();
    leaveScenes();
    document.dir = '';
    background.cssText = '';
    document.documentElement.style.fontSize = '';
    await setViewport({ width: 800, height: 600 });
  });

  for (const [name, enter] of Object.entries(SCENES)) {
    it(`is complete: ${name}`, async function () {
      this.timeout(20_000);
      const visitor = await visit();
      await enter(visitor);
      await visitor.element.updateComplete;
      for (const layout of ['inline', 'bar', 'floating'] as const) {
        await arrange(visitor, layout);
        for (const theme of ['light', 'dark'] as const) {
          visitor.element.theme = theme;
          background.background = theme === 'dark' ? '#000' : '#fff';
          for (const dir of ['ltr', 'rtl']) {
            document.dir = dir;
            await visitor.element.updateComplete;
            settle(visitor);
            const found = await violations(visitor.element);
            expect(found, `${layout} ${theme} ${dir}`).to.deep.equal([]);
          }
        }
      }
      // Its launcher alone.
      visitor.element.open = false;
      await visitor.element.updateComplete;
      await visitor.until(() => visitor.find('launcher')!.getClientRects().length > 0);
      expect(await violations(visitor.element, ['button-name']), 'launcher').to.deep.equal([]);
    });

    it(`fits 320 and 240 px, and text from half to three times its size, with targets of 44 px: ${name}`, async () => {
      const visitor = await visit();
      const box = document.createElement('div');
      visitor.element.before(box);
      box.append(visitor.element);
      await enter(visitor);
      await visitor.element.updateComplete;
      for (const [width, text] of [
        [700, '100%'],
        [320, '100%'],
        [240, '100%'],
        [320, '200%'],
        [240, '300%'],
        [240, '50%'],
      ] as const) {
        box.style.inlineSize = `${width}px`;
        document.documentElement.style.fontSize = text;
        const what = `${width} px, ${text}`;
        expect(visitor.element.getBoundingClientRect().width, what).to.be.at.most(width);
        expect(overflow(visitor), what).to.deep.equal([]);
        for (const { width: wide, height } of sizes(visitor)) {
          expect(Math.min(wide, height), what).to.be.at.least(44);
        }
      }
      box.remove();
    });

    // What 1280 by 1024 pixels are at 400 %, and a phone with text twice its size.
    for (const [width, height, text] of [
      [320, 256, 100],
      [360, 640, 200],
    ] as const)
      it(`has every control within reach in ${width} × ${height}, text of ${text} %: ${name}`, async () => {
        await setViewport({ width, height });
        document.documentElement.style.fontSize = `${text}%`;
        const visitor = await visit();
        await enter(visitor);
        for (const layout of ['inline', 'bar', 'floating'] as const) {
          await arrange(visitor, layout);
          for (const dir of ['ltr', 'rtl']) {
            document.dir = dir;
            await visitor.element.updateComplete;
            settle(visitor);
            const panel = visitor.part('panel');
            // A finger or the wheel gets there as well.
            if (panel.scrollHeight > panel.clientHeight + 1) {
              expect(getComputedStyle(panel).overflowY, layout).to.equal('auto');
            }
            expect(controls(visitor)).not.to.deep.equal([]);
            for (const control of controls(visitor)) {
              control.scrollIntoView({ block: 'nearest', behavior: 'instant' });
              const box = control.getBoundingClientRect();
              const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
              const what = `${layout} ${dir} ${control.outerHTML}`;
              const hit = visitor.root.elementFromPoint(x, y);
              expect(hit && (control.contains(hit) || hit.contains(control)), what).to.equal(true);
              expect(box.left, what).to.be.at.least(0);
              expect(box.right, what).to.be.at.most(width);
            }
          }
        }
      });
  }

  it('reads out what happens, and not whose turn it is', async () => {
    const visitor = await visit();
    const status = visitor.part('status');
    expect(status.getAttribute('role')).to.equal('status');
    const spokenText = () => withoutHidden(status);
    await visitor.talk();
    expect(spokenText()).to.equal('Connected. You can speak now.');
    await visitor.hears(...answered('resp_1', 'a1', 'Yes?', null).slice(0, 6));
    expect(spokenText()).to.equal('Connected. You can speak now.');
    expect(visitor.part('status')).to.equal(status);
    await visitor.press('mute-button');
    expect(spokenText()).to.equal('You are muted');
    await visitor.hangUp();
    expect(spokenText()).to.match(/^Call ended/);
    expect(visitor.part('panel').getAttribute('aria-label')).to.equal('Voice assistant');
  });

  it('reads the same out in a corner of the window, where the panel is closed, and nothing twice', async () => {
    const visitor = await visit({ layout: 'floating', lang: 'ar' });
    const launcher = await visitor.appears('launcher');
    const dock = launcher.parentElement!;
    await visitor.until(() => dock.lang === 'ar');
    expect(dock.dir).to.equal('rtl');
    const heard = () =>
      [...visitor.root.querySelectorAll('[role=status]')]
        .filter((region) => region.checkVisibility())
        .map((region) => withoutHidden(region));
    const name = () =>
      (launcher.getAttribute('aria-labelledby') ?? '')
        .split(' ')
        .map((id) => visitor.root.getElementById(id))
        .map((part) => (part === launcher ? launcher.ariaLabel : withoutHidden(part!)))
        .join(' ');
    visitor.element.lang = 'en';
    await visitor.until(() => launcher.ariaLabel === 'Voice assistant');
    expect(heard()).to.deep.equal(['']);
    await visitor.talk();
    const [connected] = heard();
    expect(heard()).to.deep.equal(['Connected. You can speak now.']);
    expect(name()).to.equal(`Voice assistant ${connected}`);
    visitor.element.open = true;
    await visitor.element.updateComplete;
    expect(heard()).to.deep.equal([connected]);
    visitor.element.open = false;
    await visitor.hangUp();
    expect(heard()).to.have.length(1);
    expect(heard()[0]).to.match(/^Call ended/);
    expect(launcher.hasAttribute('aria-labelledby')).to.equal(false);
  });
});

function withoutHidden(element: Element): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const silent of copy.querySelectorAll('[aria-hidden]')) silent.remove();
  return copy.textContent.trim();
}
