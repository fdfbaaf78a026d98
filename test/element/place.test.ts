/** The element as a piece of a document: however it comes in, moves, and goes. */
import { expect } from '@open-wc/testing';
import { VoiceAgentElement } from '../../src/index.js';
import { clear, visit } from './visitor.js';

type Movable = Element & { moveBefore?: (node: Node, child: Node | null) => void };

describe('an element in a page', () => {
  afterEach(clear);

  it('E5 ends its call when it is removed, and releases everything', async () => {
    const visitor = await visit();
    await visitor.talk();
    const ended = visitor.next('voice-end');
    visitor.element.remove();
    expect((await ended).reason).to.equal('removed');
    expect(await visitor.leftOpen()).to.deep.equal([]);
    document.body.append(visitor.element);
    await visitor.talk();
    expect(visitor.text('status')).to.equal('Listening');
  });

  it('ends a start when it is removed, and forgets what was warmed up', async () => {
    const visitor = await visit();
    const { element } = visitor;
    const started = element.start().catch((error: unknown) => error);
    const ended = visitor.next('voice-end');
    element.remove();
    expect((await ended).reason).to.equal('removed');
    expect(await started).to.have.property('name', 'AbortError');
    document.body.append(element);
    visitor.main.dispatchEvent(new PointerEvent('pointerenter'));
    while (visitor.service.minted < 1) await new Promise(requestAnimationFrame);
    element.remove();
    await new Promise(requestAnimationFrame);
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });

  it('E6 keeps its call when it is moved', async () => {
    const visitor = await visit();
    const { element } = visitor;
    await visitor.talk();
    const before = visitor.seen.length;
    const elsewhere: Movable = document.createElement('div');
    document.body.append(elsewhere);
    elsewhere.append(element);
    await new Promise(requestAnimationFrame);
    expect(element.state.status).to.equal('live');
    document.body.append(element);
    elsewhere.moveBefore(element, null);
    await new Promise(requestAnimationFrame);
    expect(element.parentElement).to.equal(elsewhere);
    expect(element.state.status).to.equal('live');
    expect(visitor.seen.slice(before).map(({ name }) => name)).to.not.include('voice-end');
    await visitor.hangUp();
    elsewhere.remove();
  });

  it('E7 waits for the end of another’s call', async () => {
    const [one, other] = [await visit(), await visit()];
    await one.talk();
    const refused = other.next('voice-end');
    await other.press('start-button');
    expect((await refused).error?.code).to.equal('busy');
    expect(other.resources.microphones).to.have.length(1);
    expect(one.element.state.status).to.equal('live');
    await one.hangUp();
    await other.talk();
  });

  it('E7 does not care for another where it is concurrent: two hold two calls', async () => {
    const [one, other] = [await visit(), await visit({ concurrent: '' })];
    await one.talk();
    expect(other.element.state.status).to.equal('idle');
    await other.talk();
    await one.press('mute-button');
    await one.hangUp();
    expect(other.element.state).to.include({ status: 'live', muted: false });
    expect(other.details('voice-end')).to.deep.equal([]);
  });

  it('E10 can be made in every way that a document knows', async () => {
    const host = document.createElement('div');
    document.body.append(host);
    host.innerHTML = '<voice-agent token-url="/token" muted theme="dark"></voice-agent>';
    const parsed = host.firstElementChild as VoiceAgentElement;
    host.append(parsed.cloneNode(true), new VoiceAgentElement());
    const cloned = host.children[1] as VoiceAgentElement;
    expect(document.createElement('voice-agent').attributes).to.have.length(0);
    for (const element of [parsed, cloned]) {
      expect(element).to.be.instanceOf(VoiceAgentElement);
      expect(element).to.include({ tokenUrl: '/token', muted: true, theme: 'dark' });
      await element.updateComplete;
      expect(element.shadowRoot!.querySelector('button')).to.not.equal(null);
    }
    host.remove();
  });

  it('E10 may be in the page, with properties, long before its script', async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const { contentDocument: page, contentWindow: scope } = frame;
    page!.body.innerHTML = '<voice-agent theme="light"></voice-agent>';
    const early = page!.querySelector('voice-agent')!;
    const tokenSource = () => Promise.resolve('ek');
    Object.assign(early, { tokenSource, muted: true });
    const script = page!.createElement('script');
    script.type = 'module';
    script.src = new URL('../../src/define.ts', import.meta.url).href;
    page!.body.append(script);
    await (scope as unknown as typeof globalThis).customElements.whenDefined('voice-agent');
    await early.updateComplete;
    expect(early.tokenSource).to.equal(tokenSource);
    expect(early.muted).to.equal(true);
    expect(early.hasAttribute('muted')).to.equal(true);
    expect(early.theme).to.equal('light');
    expect(early.shadowRoot!.querySelector('button')!.textContent).to.contain('Start talking');
    frame.remove();
  });

  it('E9 is defined once, however often the script runs', async () => {
    const before = customElements.get('voice-agent');
    const again = new URL('../../src/define.ts?again', import.meta.url).href;
    await import(again);
    expect(customElements.get('voice-agent')).to.equal(before);
  });

  it('tells every ancestor, also outside of another shadow root', async () => {
    const visitor = await visit();
    const host = document.createElement('div');
    const heard: [string, boolean][] = [];
    document.body.append(host);
    host.attachShadow({ mode: 'open' }).append(visitor.element);
    const done = new AbortController();
    const { signal } = done;
    for (const name of ['voice-start', 'voice-state-change', 'voice-metrics', 'voice-end'] as const)
      document.addEventListener(name, ({ cancelable }) => heard.push([name, cancelable]), {
        signal,
      });
    await visitor.talk();
    await visitor.hangUp();
    done.abort();
    host.remove();
    expect(new Set(heard.map(([name]) => name))).to.have.length(4);
    expect(heard.filter(([, cancelable]) => cancelable)).to.deep.equal([['voice-start', true]]);
  });
});
