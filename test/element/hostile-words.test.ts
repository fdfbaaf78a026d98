/** Hostile words from everywhere: nothing of them runs, loads, or becomes more than words. */
import { expect } from '@open-wc/testing';
import { render } from 'lit';
import { approvalCards } from '../../src/element/approval-view.js';
import {
  CALL_ENGLISH,
  FIRST_ENGLISH,
  TOOL_ENGLISH,
  TRANSCRIPT_ENGLISH,
} from '../../src/element/strings.js';
import { PAYLOADS } from '../faults/security/payloads.js';
import { answered, errorEvent, spoken } from '../support/server-events.js';
import { clear, visit, type Visitor } from './visitor.js';

/** Whatever the element draws by itself, and small Markdown. */
const ELEMENTS = new Set(
  (
    'section slot div canvas p span ol li button textarea form svg path rect circle line dl dt dd ' +
    'blockquote br ul em strong s code pre a g polyline input'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  (
    'class part role hidden disabled aria-label aria-live aria-hidden aria-pressed aria-disabled ' +
    'aria-labelledby aria-describedby aria-atomic title tabindex dir name rows placeholder width ' +
    'height viewbox fill stroke stroke-width stroke-linecap stroke-linejoin d x y r cx cy rx ' +
    'href rel target start lang focusable points inert data-answers data-role data-id autocomplete ' +
    'enterkeyhint xmlns type accept multiple'
  ).split(' '),
);
const ADDRESSES = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** What is wrong with what is drawn below `root`. */
function harmIn(root: ParentNode): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const { localName } = element;
    const names = element.getAttributeNames().filter((name) => !ATTRIBUTES.has(name.toLowerCase()));
    const { protocol = 'https:' } = element as Partial<HTMLAnchorElement>;
    return [
      ...(ELEMENTS.has(localName) ? [] : [`<${localName}>`]),
      // Pictures are chosen with one, and with nothing else.
      ...(element.matches('input:not([type=file])') ? ['<input>'] : []),
      ...names.map((name) => `<${localName} ${name}>`),
      ...(element.hasAttribute('href') && !ADDRESSES.has(protocol) ? [protocol] : []),
    ];
  });
}

describe('D10 hostile words', () => {
  let ran: string[] = [];
  let scripts = 0;
  let undo: (() => void)[] = [];

  beforeEach(() => {
    ran = [];
    scripts = document.scripts.length;
    performance.clearResourceTimings();
    undo = (['alert', 'prompt', 'confirm', 'print'] as const).map((name) => {
      const own = window[name] as () => undefined;
      (window as unknown as Record<string, () => void>)[name] = () => {
        ran.push(name);
      };
      return () => ((window as unknown as Record<string, () => void>)[name] = own);
    });
  });

  afterEach(async () => {
    for (const one of undo) one();
    await clear();
    // Whatever was to run or load has had its time.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    expect(ran).to.deep.equal([]);
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
    expect(loaded.filter((name) => new URL(name).origin !== location.origin)).to.deep.equal([]);
    expect(document.scripts).to.have.length(scripts);
    expect(document.querySelector('base, body > img, body > style')).to.equal(null);
  });

  async function reading(): Promise<Visitor> {
    const visitor = await visit({ transcript: '', 'text-input': '' });
    await visitor.talk();
    await visitor.appears('transcript');
    return visitor;
  }

  it('D10 are at least three hundred, all different', () => {
    expect(PAYLOADS.length).to.be.at.least(300);
    expect(new Set(PAYLOADS).size).to.equal(PAYLOADS.length);
  });

  it('D10 of the agent are words and small Markdown, also while they come', async function () {
    this.timeout(120_000);
    // In several calls: so many events at once would be a flood.
    for (let first = 0; first < PAYLOADS.length; first += 100) {
      const visitor = await reading();
      let previous: string | null = null;
      for (const [index, text] of PAYLOADS.slice(first, first + 100).entries()) {
        const id = `item_${index}`;
        const events = answered(`resp_${index}`, id, text, previous);
        await visitor.hears(...events.slice(0, -3));
        expect(harmIn(visitor.root), text).to.deep.equal([]);
        await visitor.hears(...events.slice(-3));
        previous = id;
      }
      expect(harmIn(visitor.root)).to.deep.equal([]);
      await clear();
    }
  });

  it('D10 of the visitor are words', async function () {
    this.timeout(120_000);
    for (let first = 0; first < PAYLOADS.length; first += 100) {
      const visitor = await reading();
      let previous: string | null = null;
      for (const [index, text] of PAYLOADS.slice(first, first + 100).entries()) {
        const id = `item_${index}`;
        await visitor.hears(...spoken(id, text, previous));
        const row = [...visitor.root.querySelectorAll('.message')].at(-1);
        expect(harmIn(visitor.root), text).to.deep.equal([]);
        if (text.trim()) expect(row?.querySelector('a, strong, code')).to.equal(null);
        previous = id;
      }
      await clear();
    }
  });

  it('D11 in a tool’s name, its server’s and its arguments are words', () => {
    const host = document.createElement('div');
    document.body.append(host);
    for (const text of PAYLOADS) {
      const asked = { name: text, server: text, arguments: { [text]: text, more: [{ text }] } };
      const request = { ...asked, approve: () => undefined, deny: () => undefined };
      type Request = Parameters<typeof approvalCards>[0][number];
      render(approvalCards([request as unknown as Request], TOOL_ENGLISH), host);
      expect(harmIn(host), text).to.deep.equal([]);
      expect(host.querySelectorAll('button')).to.have.length(3);
    }
    host.remove();
  });

  it('D5 in an error of the service are not shown at all', async function () {
    this.timeout(60_000);
    const visitor = await reading();
    for (const text of PAYLOADS) {
      await visitor.hears(errorEvent('server_error', undefined, text));
      expect(harmIn(visitor.root), text).to.deep.equal([]);
      expect(visitor.text('error')).to.equal('The assistant has a problem. Please try again.');
    }
  });

  it('B5 in the problem of a token host are not shown at all', async function () {
    this.timeout(120_000);
    const { fetch } = window;
    const visitor = await visit();
    visitor.element.tokenSource = undefined;
    visitor.element.tokenUrl = '/token';
    try {
      for (const text of PAYLOADS) {
        const problem = { type: text, title: text, detail: text, code: text };
        const headers = { 'content-type': 'application/problem+json' };
        window.fetch = () => Promise.resolve(Response.json(problem, { status: 400, headers }));
        const ended = visitor.next('voice-end');
        visitor.element.start().catch(() => undefined);
        expect((await ended).error?.code).to.equal('token-invalid');
        await visitor.until(() => visitor.text('error').includes('not set up correctly'));
        expect(harmIn(visitor.root), text).to.deep.equal([]);
      }
    } finally {
      window.fetch = fetch;
    }
  });

  it('E8 in the page’s own strings, attributes and agent names are words', async function () {
    this.timeout(60_000);
    const visitor = await reading();
    const { element } = visitor;
    for (const text of PAYLOADS) {
      const english = { ...FIRST_ENGLISH, ...CALL_ENGLISH, ...TRANSCRIPT_ENGLISH };
      const keys = Object.keys(english);
      element.strings = Object.fromEntries(keys.map((key) => [key, text]));
      element.agent = text;
      for (const name of ['lang', 'theme', 'agent', 'visualizer']) element.setAttribute(name, text);
      await element.updateComplete;
      expect(harmIn(visitor.root), text).to.deep.equal([]);
    }
  });
});
