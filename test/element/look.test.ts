/** How it looks is the page's to decide: themes, custom properties, parts, slots and words. */
import { expect } from '@open-wc/testing';
import { emulateMedia } from '@web/test-runner-commands';
import { clear, customStates, visit, type Visitor } from './visitor.js';

function css(text: string): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  };
}

const styleOf = (visitor: Visitor, part: string) => getComputedStyle(visitor.part(part));

describe('the look', () => {
  let undo: () => void = () => undefined;

  afterEach(async () => {
    undo();
    undo = () => undefined;
    document.documentElement.style.colorScheme = '';
    await emulateMedia({ colorScheme: 'light' });
    await clear();
  });

  it('is light or dark as the attribute says, else as the page is', async () => {
    const visitor = await visit();
    const [light, dark] = ['rgb(255, 255, 255)', 'rgb(22, 22, 29)'];
    const background = () => styleOf(visitor, 'panel').backgroundColor;
    expect(background()).to.equal(light);
    visitor.element.setAttribute('theme', 'dark');
    expect(background()).to.equal(dark);
    document.documentElement.style.colorScheme = 'light dark';
    visitor.element.setAttribute('theme', 'auto');
    expect(background()).to.equal(light);
    await emulateMedia({ colorScheme: 'dark' });
    expect(background()).to.equal(dark);
    visitor.element.setAttribute('theme', 'light');
    expect(background()).to.equal(light);
  });

  it('takes every custom property of the page', async () => {
    navigator.permissions.query = () => Promise.resolve({ state: 'prompt' } as PermissionStatus);
    undo = css(`voice-agent {
      --voice-agent-accent: rgb(1, 1, 1);
      --voice-agent-on-accent: rgb(2, 2, 2);
      --voice-agent-background: rgb(3, 3, 3);
      --voice-agent-surface: rgb(4, 4, 4);
      --voice-agent-color: rgb(5, 5, 5);
      --voice-agent-muted-color: rgb(6, 6, 6);
      --voice-agent-border: rgb(7, 7, 7);
      --voice-agent-radius: 8px;
      --voice-agent-gap: 9px;
      --voice-agent-visualizer-height: 100px;
      --voice-agent-user-color: rgb(11, 11, 11);
      --voice-agent-agent-color: rgb(12, 12, 12);
    }`);
    const visitor = await visit({ 'text-input': '' });
    const canvas = visitor.root.querySelector('canvas')!;
    expect(styleOf(visitor, 'start-button')).to.include({
      backgroundColor: 'rgb(1, 1, 1)',
      color: 'rgb(2, 2, 2)',
    });
    expect(styleOf(visitor, 'panel')).to.include({
      backgroundColor: 'rgb(3, 3, 3)',
      color: 'rgb(5, 5, 5)',
      borderTopColor: 'rgb(7, 7, 7)',
      borderRadius: '8px',
      rowGap: '9px',
    });
    expect(styleOf(visitor, 'visualizer')).to.include({
      backgroundColor: 'rgb(4, 4, 4)',
      height: '100px',
    });
    const never = () => new Promise<never>(() => undefined);
    visitor.element.tokenSource = never;
    const { mediaDevices } = navigator;
    const { getUserMedia } = mediaDevices;
    mediaDevices.getUserMedia = never;
    try {
      await visitor.press('start-button');
      await visitor.appears('notice');
      // Their styles have come with the code for calls.
      // Its colours change within a millisecond, and not at once.
      await Promise.all(canvas.getAnimations().map(({ finished }) => finished));
      const { caretColor, color } = getComputedStyle(canvas);
      expect([caretColor, color]).to.deep.equal(['rgb(11, 11, 11)', 'rgb(12, 12, 12)']);
      expect(styleOf(visitor, 'notice').color).to.equal('rgb(6, 6, 6)');
      expect(styleOf(visitor, 'input').borderTopColor).to.equal('rgb(6, 6, 6)');
    } finally {
      mediaDevices.getUserMedia = getUserMedia;
      Reflect.deleteProperty(navigator.permissions, 'query');
    }
  });

  it('gives its parts and states to the page’s style sheet', async () => {
    undo = css(`
      voice-agent::part(start-button) { border-radius: 3px; }
      voice-agent:state(live)::part(panel) { border-top-width: 5px; }
      voice-agent:state(muted)::part(mute-button) { background: rgb(9, 8, 7); }
    `);
    const visitor = await visit();
    expect(styleOf(visitor, 'start-button').borderRadius).to.equal('3px');
    expect(styleOf(visitor, 'panel').borderTopWidth).to.equal('1px');
    await visitor.talk();
    expect(customStates(visitor.element)).to.include('live');
    expect(styleOf(visitor, 'panel').borderTopWidth).to.equal('5px');
    await visitor.press('mute-button');
    for (const one of visitor.root.getAnimations()) one.finish();
    expect(styleOf(visitor, 'mute-button').backgroundColor).to.equal('rgb(9, 8, 7)');
  });

  it('shows what the page puts into its slots, and the icons where it puts nothing', async () => {
    const visitor = await visit();
    const icon = () => visitor.main.querySelector('slot')!;
    expect(icon().assignedElements()).to.deep.equal([]);
    expect(icon().querySelector('svg')!.getBoundingClientRect().width).to.be.greaterThan(0);
    visitor.element.innerHTML = `<h2 slot="header">Ask us</h2><small slot="footer">Free</small>
      <i slot="start-icon">S</i><i slot="end-icon">E</i><i slot="mute-icon">M</i>`;
    const shown = () =>
      [...visitor.element.children]
        .filter((child) => child.getClientRects().length > 0)
        .map(({ textContent }) => textContent);
    expect(shown()).to.deep.equal(['Ask us', 'Free', 'S']);
    await visitor.talk();
    expect(shown()).to.deep.equal(['Ask us', 'Free', 'E', 'M']);
    visitor.element.innerHTML = ['attach', 'send', 'settings', 'close']
      .map((name) => `<i slot="${name}-icon">${name}</i>`)
      .join('');
    Object.assign(visitor.element, { textInput: true, settings: true, open: true });
    visitor.element.layout = 'floating';
    await visitor.until(() => shown().length === 4);
  });

  it('says the page’s words, and its own where the page has none', async () => {
    const visitor = await visit();
    visitor.element.strings = { start: 'Los geht’s', label: 'Sprachassistent' };
    await visitor.element.updateComplete;
    expect(visitor.label).to.equal('Los geht’s');
    expect(visitor.part('panel').getAttribute('aria-label')).to.equal('Sprachassistent');
    await visitor.talk();
    expect(visitor.label).to.equal('End');
  });

  it('is not there when it is hidden, and takes nothing of the page’s text styles', async () => {
    undo = css('body { text-transform: uppercase; letter-spacing: 9px; text-align: right; }');
    const visitor = await visit();
    expect(styleOf(visitor, 'status')).to.include({
      textTransform: 'none',
      letterSpacing: 'normal',
      textAlign: 'center',
    });
    visitor.element.hidden = true;
    expect(visitor.element.getClientRects()).to.have.length(0);
  });

  it('has no style attributes, which a strict policy would refuse', async () => {
    const visitor = await visit();
    await visitor.talk();
    expect(visitor.root.querySelectorAll('[style], style')).to.have.length(0);
  });
});
