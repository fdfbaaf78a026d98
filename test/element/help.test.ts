/** Where voice does not work, a visitor may call a number, and copy what a developer needs. */
import { expect, waitUntil } from '@open-wc/testing';
import type { CallReport } from '../../src/index.js';
import { clear, visit, type Visitor } from './visitor.js';

const PHONE = '+493012345678';

const { mediaDevices } = navigator;
const { getUserMedia } = mediaDevices;

/** Presses start, and is refused the microphone. */
async function refused(attributes: Record<string, string> = {}): Promise<Visitor> {
  mediaDevices.getUserMedia = () =>
    Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  const visitor = await visit(attributes);
  const ended = visitor.next('voice-end');
  await visitor.press('start-button');
  await ended;
  return visitor;
}

function withClipboard(writeText: (text: string) => Promise<void>): void {
  Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
}

afterEach(async () => {
  await clear();
  mediaDevices.getUserMedia = getUserMedia;
  Reflect.deleteProperty(navigator, 'clipboard');
});

describe('a number to call', () => {
  const { warn } = console;
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
    console.warn = (text: string) => warnings.push(text);
  });
  afterEach(() => {
    console.warn = warn;
  });

  it('is offered where the microphone is refused, readable and from the left', async () => {
    const visitor = await refused({ phone: PHONE, lang: 'ar' });
    const link = (await visitor.appears('phone-button')) as HTMLAnchorElement;
    expect(link.href).to.equal(`tel:${PHONE}`);
    const number = link.querySelector('bdi');
    expect(number?.textContent).to.equal('+49 301 234 5678');
    expect(number?.dir).to.equal('ltr');
    expect(link.part.contains('button')).to.equal(true);
    expect(link.getBoundingClientRect().height).to.be.at.least(44);
  });

  it('is not offered before, nor where talking works', async () => {
    const visitor = await visit({ phone: PHONE });
    await visitor.talk();
    expect(visitor.find('phone-button')).to.equal(null);
    await visitor.hangUp();
    expect(visitor.find('phone-button')).to.equal(null);
  });

  it('is in the settings, for whoever asks for it', async () => {
    const visitor = await visit({ phone: PHONE, settings: '' });
    await visitor.talk();
    (await visitor.appears('settings-button')).click();
    const settings = await visitor.appears('settings');
    expect(settings.querySelector('a')?.href).to.equal(`tel:${PHONE}`);
  });

  for (const bad of [
    '030 123456',
    '+49',
    'javascript:alert(1)',
    '+0301234567',
    '+1234567890123456',
  ])
    it(`that is none is left out, and the developer told once: ${bad}`, async () => {
      const visitor = await refused({ phone: bad });
      await visitor.appears('report-button');
      visitor.element.requestUpdate();
      await visitor.element.updateComplete;
      expect(visitor.find('phone-button')).to.equal(null);
      expect(warnings.filter((text) => text.includes(bad))).to.have.length(1);
    });
});

describe('a report', () => {
  // First of all: whoever has made one has its code.
  it('can be made without the network from the error on', async () => {
    const visitor = await refused();
    await visitor.appears('report-button');
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
    expect(loaded.some((name) => name.includes('/report-part.'))).to.equal(true);
  });

  it('that could not be made can be tried again', async () => {
    withClipboard(() => Promise.resolve());
    const unhandled: unknown[] = [];
    const onUnhandled = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      unhandled.push(event.reason);
    };
    addEventListener('unhandledrejection', onUnhandled);
    const visitor = await refused();
    await visitor.appears('report-button');
    visitor.element.report = () => Promise.reject(new TypeError('There is no network.'));
    await visitor.press('report-button');
    expect(visitor.find('report')).to.equal(null);
    Reflect.deleteProperty(visitor.element, 'report');
    await visitor.press('report-button');
    await visitor.until(() => visitor.text('report-button') === 'Copied');
    removeEventListener('unhandledrejection', onUnhandled);
    expect(unhandled).to.deep.equal([]);
  });

  it('is copied, says so, and has what a developer needs', async () => {
    let copied = '';
    withClipboard((text) => ((copied = text), Promise.resolve()));
    const visitor = await refused();
    const button = await visitor.appears('report-button');
    expect(visitor.text('report-button')).to.equal('Copy error report');
    button.click();
    await visitor.until(() => visitor.text('report-button') === 'Copied');
    const report = JSON.parse(copied) as CallReport;
    expect(report.error?.code).to.equal('microphone-denied');
    expect(report.error?.retryable).to.equal(true);
    expect(report.error?.hint).to.contain('refused the microphone');
    expect(report.error?.docs).to.match(/errors\.md#microphone-denied$/);
    expect(report.versions.browser).to.equal(navigator.userAgent);
    const states = report.timeline.flatMap(({ status }) => status ?? []);
    expect(states[0]).to.equal('connecting');
    expect(states.at(-1)).to.equal('ended');
  });

  it('can be copied by hand where the browser refuses the clipboard', async () => {
    withClipboard(() => Promise.reject(new DOMException('no', 'NotAllowedError')));
    const visitor = await refused();
    (await visitor.appears('report-button')).click();
    const area = (await visitor.appears('report')) as HTMLTextAreaElement;
    await visitor.until(() => area.selectionEnd > 0, 'It is not selected.');
    expect((JSON.parse(area.value) as CallReport).error?.code).to.equal('microphone-denied');
    // What is typed then is what is sent.
    visitor.element.textInput = true;
    const input = (await visitor.appears('input')) as HTMLTextAreaElement;
    input.value = 'Hello?';
    const sent = visitor.service.next('conversation.item.create');
    await visitor.press('send-button');
    expect(JSON.stringify(await sent)).to.contain('Hello?');
    await visitor.hangUp();
    mediaDevices.getUserMedia = getUserMedia;
    await visitor.talk();
    expect(visitor.find('report')).to.equal(null);
  });

  it('of a call that is over has the route and figures from before the end', async () => {
    const visitor = await visit();
    await visitor.talk();
    await waitUntil(
      async () => (await visitor.element.report()).statistics?.figures['outbound-rtp'],
      'The network was not looked at.',
      { timeout: 10_000 },
    );
    await visitor.hangUp();
    const report = await visitor.element.report();
    expect(report.error).to.equal(undefined);
    expect(report.statistics?.route?.local).to.include({ protocol: 'udp' });
    expect(report.statistics?.figures).to.have.property('outbound-rtp');
    expect(report.timeline.flatMap(({ step }) => step ?? [])).to.include.members(['token', 'ice']);
    expect(report.timeline.flatMap(({ reason }) => reason ?? [])).to.deep.equal(['user']);
  });

  it('has no secret, no whole address and nothing that was said', async () => {
    const visitor = await visit({ redact: '' });
    visitor.element.tokenSource = () =>
      Promise.reject(
        new Error(
          'No: Bearer ek_68af296e8e408191 of jane@example.com at https://a.test/t?key=abc, a=ice-pwd:hush',
        ),
      );
    const ended = visitor.next('voice-end');
    await visitor.press('start-button');
    await ended;
    const text = JSON.stringify(await visitor.element.report());
    expect(text).to.contain('token-unreachable').and.to.contain('https://a.test/t?…');
    for (const secret of ['ek_68af', 'jane@', 'key=abc', 'hush'])
      expect(text).not.to.contain(secret);
  });
});
