/** A page wants a yes before the first call: nothing begins without it, and it is asked for once. */
import { expect } from '@open-wc/testing';
import { executeServerCommand, findAccessibilityNode, sendKeys } from '@web/test-runner-commands';
import type { VoiceConsentDetail } from '../../src/index.js';
import { clear, visit, type Visitor } from './visitor.js';

const STORED = 'voice-agent-consent:privacy-2';

/** The page's words are put in before anybody looks. */
async function visitWithWords(attributes: Record<string, string> = {}): Promise<Visitor> {
  const visitor = await visit(attributes);
  const words = document.createElement('p');
  words.slot = 'consent';
  words.innerHTML = 'We record calls. <a href="#privacy">More</a>';
  visitor.element.append(words);
  visitor.element.requestUpdate();
  await visitor.appears('consent');
  return visitor;
}

interface Spoken {
  readonly name: string;
  readonly description?: string;
}

/** What a screen reader adds to the name of a control. */
async function heardAt(name: string): Promise<string | undefined> {
  const page = await executeServerCommand<Spoken & { children: Spoken[] }, object>(
    'a11y-snapshot',
    {},
  );
  return findAccessibilityNode(page, (one) => one.name === name)?.description;
}

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as DOMException,
  );

describe('a page that wants a yes', () => {
  afterEach(async () => {
    await clear();
    localStorage.removeItem(STORED);
  });

  it('starts nothing before', async () => {
    const visitor = await visitWithWords();
    expect(visitor.main.ariaDisabled).to.equal('true');
    expect(visitor.main.disabled, 'it can be reached by keyboard').to.equal(false);
    const said = visitor.root.getElementById(visitor.main.getAttribute('aria-describedby') ?? '');
    expect(said).to.equal(visitor.part('consent'));
    visitor.main.focus();
    await visitor.press('start-button');
    await visitor.until(() => visitor.root.activeElement === visitor.part('agree-button'));
    expect(await heardAt('I agree')).to.equal('We record calls. More');
    expect((await rejection(visitor.element.start()))?.name).to.equal('AbortError');
    expect((await rejection(visitor.element.sendText('Hi')))?.name).to.equal('AbortError');
    expect(visitor.seen).to.deep.equal([]);
    expect(visitor.service.secrets).to.have.length(0);
    expect(visitor.resources.microphones).to.have.length(0);
  });

  it('has its words in the page’s direction, in a panel that reads from the right', async () => {
    const visitor = await visitWithWords({ lang: 'ar' });
    await visitor.until(() => getComputedStyle(visitor.part('panel')).direction === 'rtl');
    const words = visitor.element.querySelector('p')!;
    expect(getComputedStyle(words).direction).to.equal('ltr');
    visitor.element.parentElement!.dir = 'rtl';
    visitor.element.requestUpdate();
    await visitor.element.updateComplete;
    expect(getComputedStyle(words).direction).to.equal('rtl');
    visitor.element.parentElement!.dir = '';
  });

  it('does not even get ready', async () => {
    const visitor = await visitWithWords();
    visitor.main.dispatchEvent(new PointerEvent('pointerenter'));
    expect((await rejection(visitor.element.start()))?.name).to.equal('AbortError');
    expect(visitor.service.secrets).to.have.length(0);
  });

  it('tells of the yes, and then a call is one press away', async () => {
    const visitor = await visitWithWords();
    const told: VoiceConsentDetail[] = [];
    document.addEventListener('voice-consent', ({ detail }) => told.push(detail), { once: true });
    await visitor.press('agree-button');
    expect(told).to.deep.equal([{}]);
    expect(visitor.find('consent')).to.equal(null);
    expect(visitor.root.activeElement).to.equal(visitor.main);
    expect(visitor.main.ariaDisabled).to.equal(null);
    expect(visitor.main.hasAttribute('aria-describedby')).to.equal(false);
    await visitor.talk();
    await visitor.hangUp();
    expect(visitor.find('consent'), 'asked once').to.equal(null);
    expect(localStorage.getItem(STORED)).to.equal(null);
  });

  it('keeps what is typed until then', async () => {
    const visitor = await visitWithWords({ 'text-input': '' });
    const input = visitor.part('input') as HTMLTextAreaElement;
    input.value = 'Hello';
    await visitor.press('send-button');
    await visitor.until(() => input.value === 'Hello');
    expect(visitor.seen).to.deep.equal([]);
    await visitor.press('agree-button');
    expect(visitor.root.activeElement).to.equal(input);
    const sent = visitor.service.next('conversation.item.create');
    await sendKeys({ press: 'Enter' });
    await sent;
  });

  it('is asked for once per key, also in the next visit', async () => {
    const first = await visitWithWords({ 'consent-key': 'privacy-2' });
    await first.press('agree-button');
    expect(localStorage.getItem(STORED)).to.match(/^\d{4}-\d\d-\d\dT/);
    await clear();
    const next = await visit({ 'consent-key': 'privacy-2' });
    const words = document.createElement('p');
    words.slot = 'consent';
    next.element.append(words);
    // Before the code for it is there: it is waited for.
    await next.element.start();
    expect(next.find('consent')).to.equal(null);
    await next.hangUp();
    next.element.consentKey = 'privacy-3';
    await next.appears('consent');
    expect(next.main.ariaDisabled).to.equal('true');
  });
});
