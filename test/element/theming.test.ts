/** Nothing of the page's styles leaks in, nothing of the element's leaks out, and the page decides. */
import { expect } from '@open-wc/testing';
import { setViewport } from '@web/test-runner-commands';
import { clear, visit, type Visitor } from './visitor.js';

/** What pages do to all their elements; the two frameworks as they are published. */
const PAGES: Readonly<Record<string, string | (() => Promise<string>)>> = {
  'all: initial': '.page { all: initial }',
  'all: unset for everything':
    '*, ::before, ::after { all: unset } style, script { display: none }',
  'a reset': `html, body, div, span, h1, p, a, ul, li, section, button { margin: 0; padding: 0;
      border: 0; font: inherit; vertical-align: baseline }
    ol, ul { list-style: none } body { line-height: 1 } * { box-sizing: content-box }
    button, textarea { appearance: none; background: none; color: inherit; min-height: 0 }`,
  'names as the element’s own': `.panel { padding: 99px } .end, .start { float: left }
    .error { color: lime !important } .status { display: none !important }`,
  Bootstrap: () => published('bootstrap/dist/css/bootstrap.min.css'),
  Tailwind: async () =>
    // Its compiler puts the theme's values there, which are these where a site has no others.
    (await published('tailwindcss/preflight.css')).replace(
      /--theme\(\s*[\w-]+,\s*([^;]*?)\s*\);/g,
      '$1;',
    ),
};

async function published(path: string): Promise<string> {
  const answer = await fetch(`/node_modules/${path}`);
  expect(answer.status, path).to.equal(200);
  return answer.text();
}

const LOOKED_AT = [
  'display',
  'color',
  'backgroundColor',
  'fontSize',
  'fontWeight',
  'lineHeight',
  'paddingTop',
  'borderTopWidth',
  'letterSpacing',
  'boxSizing',
  'width',
  'height',
] as const;

/** What is to be seen of elements, as the browser has worked it out. */
const looks = (elements: Iterable<Element>) =>
  [...elements].map((element) => {
    const style = getComputedStyle(element);
    return LOOKED_AT.map((name) => `${name}: ${style[name]}`).join('; ');
  });

const inside = (visitor: Visitor) => visitor.root.querySelectorAll('.panel, .panel *:not(slot)');

/** What anybody needs who wants to use it. */
function expectUsable(visitor: Visitor, what: string): void {
  const panel = visitor.part('panel').getBoundingClientRect();
  for (const one of inside(visitor)) {
    const { left, right, width } = one.getBoundingClientRect();
    if (width === 0 || one.closest('svg, .spoken-only')) continue;
    expect(left, `${what} ${one.outerHTML}`).to.be.at.least(panel.left - 0.5);
    expect(right, `${what} ${one.outerHTML}`).to.be.at.most(panel.right + 0.5);
  }
  for (const button of visitor.root.querySelectorAll('button')) {
    const { width, height } = button.getBoundingClientRect();
    expect(Math.min(width, height), what).to.be.at.least(44);
  }
  const text = parseFloat(getComputedStyle(visitor.part('status')).fontSize);
  expect(text, what).to.be.at.least(14);
}

describe('the page around', () => {
  const sheet = new CSSStyleSheet();
  const page = document.createElement('div');
  page.className = 'page';
  page.innerHTML = `<h1>Of the page</h1><p class="status panel">Text <a href="#a">link</a></p>
    <ul><li class="message user">One</li></ul><button class="start round">Button</button>
    <textarea></textarea><section class="panel error">Section</section>`;

  beforeEach(() => {
    document.adoptedStyleSheets.push(sheet);
    document.body.append(page);
  });

  afterEach(async () => {
    await clear();
    page.remove();
    sheet.replaceSync('');
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    document.documentElement.style.cssText = '';
    document.dir = '';
    await setViewport({ width: 800, height: 600 });
  });

  for (const [name, rules] of Object.entries(PAGES)) {
    it(`does not change it: ${name}`, async () => {
      const visitor = await visit();
      const place = document.createElement('div');
      page.append(place);
      place.append(visitor.element);
      place.style.cssText = 'display: block; inline-size: 400px';
      await visitor.talk();
      const before = looks(inside(visitor));
      sheet.replaceSync(typeof rules === 'string' ? rules : await rules());
      // Where a page unsets the element itself, its typeface and size are the page's; no more than that.
      if (!name.startsWith('all: unset')) {
        expect(looks(inside(visitor))).to.deep.equal(before);
      }
      expectUsable(visitor, name);
      place.remove();
    });

    it(`is not changed by it: ${name}`, async () => {
      sheet.replaceSync(typeof rules === 'string' ? rules : await rules());
      const own = () => looks(page.querySelectorAll('*'));
      const before = own();
      const visitor = await visit({ transcript: '', 'text-input': '' });
      await visitor.talk();
      expect(own()).to.deep.equal(before);
      for (const layout of ['bar', 'floating'] as const) {
        visitor.element.layout = layout;
        await visitor.element.updateComplete;
        if (layout === 'floating') await visitor.appears('launcher');
        expect(own(), layout).to.deep.equal(before);
      }
    });
  }

  it('may have a root font of any size', async () => {
    const visitor = await visit();
    const place = document.createElement('div');
    page.append(place);
    place.append(visitor.element);
    await visitor.talk();
    const sizes: number[] = [];
    for (const rootSize of ['4px', '10px', '16px', '32px', '48px']) {
      document.documentElement.style.fontSize = rootSize;
      for (const width of [240, 320]) {
        place.style.inlineSize = `${width}px`;
        expectUsable(visitor, `${rootSize} ${width}`);
      }
      sizes.push(parseFloat(getComputedStyle(visitor.part('status')).fontSize));
    }
    // Twice the usual size wherever WCAG asks for that, and no more than there is room for.
    expect(sizes).to.deep.equal([14, 14, 16, 32, 35.2]);
    place.remove();
  });

  it('may be zoomed to 400 %, in both directions of text', async () => {
    // What 1280 by 1024 pixels are then.
    await setViewport({ width: 320, height: 256 });
    for (const dir of ['ltr', 'rtl']) {
      document.dir = dir;
      for (const layout of ['inline', 'bar', 'floating']) {
        const visitor = await visit({ layout, open: '' });
        if (layout === 'floating') await visitor.appears('launcher');
        await visitor.until(() => getComputedStyle(visitor.part('panel')).visibility === 'visible');
        await visitor.element.start();
        await visitor.element.updateComplete;
        for (const one of visitor.root.getAnimations()) one.finish();
        const what = `${dir} ${layout}`;
        const panel = visitor.part('panel');
        const { left, right, top, bottom } = panel.getBoundingClientRect();
        expect(left, what).to.be.at.least(0);
        expect(right, what).to.be.at.most(320);
        expect(panel.scrollWidth, what).to.be.at.most(panel.clientWidth);
        expect(document.documentElement.scrollWidth, what).to.be.at.most(320);
        if (layout === 'floating') {
          expect(top, what).to.be.at.least(0);
          expect(bottom, what).to.be.at.most(256);
          visitor.main.scrollIntoView();
          expect(visitor.main.getBoundingClientRect().bottom, what).to.be.at.most(256);
        }
        await visitor.leave();
      }
    }
  });

  it('wins with its weakest rules', async () => {
    sheet.replaceSync(`
      :where(voice-agent) { display: inline-grid; max-inline-size: 300px; font-family: monospace;
        font-size: 21px; --voice-agent-surface: rgb(1, 2, 3) }
      :where(voice-agent[theme='dark']) { color-scheme: light }
      :where(:root) { --voice-agent-background: rgb(4, 5, 6) }
      :where(voice-agent)::part(status) { font-weight: 900; font-size: 2em }
      :where(voice-agent)::part(button) { border-radius: 1px }`);
    const visitor = await visit({ theme: 'dark' });
    const style = (part: string) => getComputedStyle(visitor.part(part));
    const { display, colorScheme } = getComputedStyle(visitor.element);
    expect({ display, colorScheme }).to.deep.equal({
      display: 'inline-grid',
      colorScheme: 'light',
    });
    expect(style('panel')).to.include({ fontFamily: 'monospace', fontSize: '21px' });
    expect(style('panel').backgroundColor).to.equal('rgb(4, 5, 6)');
    expect(style('visualizer').backgroundColor).to.equal('rgb(1, 2, 3)');
    expect(style('status')).to.include({ fontWeight: '900', fontSize: '42px' });
    expect(style('start-button').borderRadius).to.equal('1px');
  });

  it('sees its theme, layout and placement in attributes, and only those that are not usual', async () => {
    const { element } = await visit();
    expect(element.getAttributeNames().filter((name) => !name.startsWith('allow'))).to.deep.equal(
      [],
    );
    Object.assign(element, { theme: 'dark', layout: 'bar', placement: 'top-start', open: true });
    await element.updateComplete;
    const written = ['theme', 'layout', 'placement', 'open'].map((name) =>
      element.getAttribute(name),
    );
    expect(written).to.deep.equal(['dark', 'bar', 'top-start', '']);
    expect(getComputedStyle(element).colorScheme).to.equal('dark');
  });
});
