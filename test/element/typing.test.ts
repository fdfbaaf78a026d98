/** A visitor types instead of speaking: before, during and without a call. */
import { expect } from '@open-wc/testing';
import { answered, event, typed, written } from '../support/server-events.js';
import type { ClientEvent } from '../../src/index.js';
import { clear, visit, type Visitor } from './visitor.js';

describe('a visitor who types', () => {
  afterEach(clear);

  const input = (visitor: Visitor) => visitor.part('input') as HTMLTextAreaElement;

  /** Types and presses Enter, as a keyboard would have it. */
  function type(visitor: Visitor, text: string, key: KeyboardEventInit = {}): KeyboardEvent {
    input(visitor).focus();
    input(visitor).value = text;
    const pressed = new KeyboardEvent('keydown', { key: 'Enter', cancelable: true, ...key });
    input(visitor).dispatchEvent(pressed);
    return pressed;
  }

  const typesOf = (visitor: Visitor) => visitor.service.received.map(({ type: name }) => name);

  it('has a conversation without ever being asked for the microphone', async () => {
    const visitor = await visit({ 'text-input': '', transcript: '' });
    const live = visitor.next('voice-state-change', ({ state }) => state.status === 'live');
    const asked = visitor.service.next('response.create');
    type(visitor, 'What are your prices?');
    await live;
    await asked;
    expect(visitor.resources.microphones).to.have.length(0);
    expect(visitor.element.state).to.include({ status: 'live', voice: false });
    expect(visitor.element.matches(':state(text)')).to.equal(true);
    expect(visitor.text('status')).to.equal('Thinking…');
    const [session, said] = visitor.service.received;
    expect(session).to.deep.include({
      type: 'session.update',
      session: { type: 'realtime', output_modalities: ['text'] },
    });
    expect(contentOf(said)).to.deep.equal([{ type: 'input_text', text: 'What are your prices?' }]);
    expect(input(visitor).value).to.equal('');
  });

  it('sees the answers, and a screen reader reads each once, when it is whole', async () => {
    const visitor = await visit({ 'text-input': '' });
    await visitor.element.sendText('Hello');
    const read: string[] = [];
    const region = visitor.root.querySelector('[data-answers]');
    const watching = new MutationObserver(() => read.push(region?.textContent ?? ''));
    watching.observe(region!, { childList: true, characterData: true, subtree: true });
    const answer = written('a1', '**Good** day to [you](https://shop.test/you).', null);
    for (const one of answer) await visitor.hears(one);
    await visitor.hears(...answer);
    await visitor.appears('agent-message');
    await visitor.until(() => visitor.text('agent-message').includes('Good day to you.'));
    expect(read).to.deep.equal(['Good day to you.']);
    expect(region?.getAttribute('role')).to.equal('log');
    watching.disconnect();
  });

  it('goes on by voice, and keeps what was said', async () => {
    const visitor = await visit({ 'text-input': '' });
    await visitor.element.sendText('Hello');
    await visitor.press('talk-button');
    await visitor.until(() =>
      visitor.service.received.some(
        (one) =>
          one.type === 'session.update' &&
          JSON.stringify(one.session) === '{"type":"realtime","output_modalities":["audio"]}',
      ),
    );
    await visitor.element.updateComplete;
    expect(visitor.resources.microphones).to.have.length(1);
    expect(visitor.element.state).to.include({ status: 'live', voice: true });
    expect(visitor.find('mute-button')).not.to.equal(null);
    expect(visitor.service.secrets).to.have.length(1);
    await visitor.hangUp();
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });

  it('stays in the conversation by text when the microphone is refused', async () => {
    const visitor = await visit({ 'text-input': '' });
    await visitor.element.sendText('Hello');
    const { mediaDevices } = navigator;
    const { getUserMedia } = mediaDevices;
    mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException('Denied.', 'NotAllowedError'));
    try {
      const failed = visitor.next('voice-error');
      await visitor.press('talk-button');
      expect(await failed).to.include({ fatal: false });
      expect((await failed).error.code).to.equal('microphone-denied');
    } finally {
      mediaDevices.getUserMedia = getUserMedia;
    }
    expect(visitor.element.state).to.include({ status: 'live', voice: false });
    await visitor.press('talk-button');
    await visitor.next('voice-state-change', ({ state }) => state.status === 'live' && state.voice);
  });

  it('in a call by voice, interrupts the agent', async () => {
    const visitor = await visit({ 'text-input': '' });
    await visitor.talk();
    await visitor.hears(...answered('resp_1', 'a1', 'A long story.', null).slice(0, 6));
    const asked = visitor.service.next('conversation.item.create');
    type(visitor, 'Stop. What about delivery?');
    await asked;
    expect(typesOf(visitor).slice(-3)).to.deep.equal([
      'response.cancel',
      'output_audio_buffer.clear',
      'conversation.item.create',
    ]);
    const next = visitor.service.next('response.create');
    await visitor.hears(...answered('resp_1', 'a1', 'A long story.', null).slice(-3));
    await next;
  });

  it('breaks a line with Shift, and chooses a word of an input method, without sending', async () => {
    const visitor = await visit({ 'text-input': '' });
    for (const key of [{ shiftKey: true }, { isComposing: true }, { keyCode: 229 }, { key: 'a' }]) {
      expect(type(visitor, 'こんにち', key).defaultPrevented, JSON.stringify(key)).to.equal(false);
    }
    expect(visitor.element.state.status).to.equal('idle');
    expect(input(visitor).value).to.equal('こんにち');
  });

  it('writes from where their language begins', async () => {
    const visitor = await visit({ 'text-input': '', lang: 'ar' });
    await visitor.until(() => /[\u0600-\u06ff]/.test(input(visitor).placeholder));
    expect(getComputedStyle(input(visitor)).direction).to.equal('rtl');
    input(visitor).value = 'Hello';
    expect(getComputedStyle(input(visitor)).direction).to.equal('ltr');
  });

  it('sends nothing when there is nothing', async () => {
    const visitor = await visit({ 'text-input': '' });
    expect(type(visitor, ' \n ').defaultPrevented).to.equal(true);
    await visitor.press('send-button');
    expect(visitor.element.state.status).to.equal('idle');
  });

  it('loses nothing when it cannot be sent', async () => {
    const visitor = await visit({ 'text-input': '' });
    visitor.element.tokenSource = () => Promise.reject(new Error('down'));
    const ended = visitor.next('voice-end');
    type(visitor, 'My order is late.');
    await ended;
    await visitor.until(() => input(visitor).value === 'My order is late.');
    expect(visitor.text('error')).to.contain('cannot be reached');
  });

  it('keeps what cannot be sent before what was begun meanwhile', async () => {
    const visitor = await visit({ 'text-input': '' });
    const { promise, reject } = Promise.withResolvers<never>();
    visitor.element.tokenSource = () => promise;
    type(visitor, 'My order is late.');
    await visitor.until(() => input(visitor).value === '');
    input(visitor).value = 'It is number 7';
    reject(new Error('down'));
    await visitor.until(() => input(visitor).value === 'My order is late.\nIt is number 7');
  });

  it('shows the agent a picture, made small enough', async () => {
    const visitor = await visit();
    const canvas = new OffscreenCanvas(3_000, 2_000);
    const context = canvas.getContext('2d');
    // Noise packs badly: as a PNG it has megabytes.
    for (let n = 0; context && n < 20_000; n++) {
      context.fillStyle = `hsl(${(n * 47) % 360} 80% 50%)`;
      context.fillRect((n * 131) % 3_000, (n * 71) % 2_000, 40, 40);
    }
    const png = await canvas.convertToBlob();
    const shown = visitor.service.next('conversation.item.create');
    const asked = visitor.service.next('response.create');
    await visitor.element.sendImage(png);
    const [part] = contentOf(await shown) as [{ type: string; image_url: string }];
    expect(part.type).to.equal('input_image');
    expect(part.image_url).to.match(/^data:image\/jpeg;base64,/);
    expect(part.image_url.length).to.be.lessThan(150_001);
    const seen = await createImageBitmap(await (await fetch(part.image_url)).blob());
    expect(seen.width / seen.height).to.be.closeTo(1.5, 0.01);
    await asked;
  });

  it('is told that something is no picture, and the conversation goes on', async () => {
    const visitor = await visit();
    const sent = visitor.element.sendImage(new Blob(['hello'], { type: 'text/plain' }));
    const error = await sent.catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(TypeError).with.property('message').that.contains('text/plain');
    expect(visitor.element.state.status).to.equal('live');
  });

  /** A small picture as it comes from a clipboard, a folder or a camera. */
  async function pictureFile(name: string): Promise<File> {
    const canvas = new OffscreenCanvas(40, 20);
    canvas.getContext('2d')?.fillRect(0, 0, 20, 20);
    return new File([await canvas.convertToBlob()], name, { type: 'image/png' });
  }

  function holding(...files: File[]): DataTransfer {
    const data = new DataTransfer();
    for (const file of files) data.items.add(file);
    return data;
  }

  const paste = (visitor: Visitor, ...files: File[]) =>
    input(visitor).dispatchEvent(
      new ClipboardEvent('paste', {
        clipboardData: holding(...files),
        bubbles: true,
        cancelable: true,
      }),
    );

  const staged = (visitor: Visitor) => visitor.root.querySelectorAll('.composer [part~="picture"]');

  it('pastes pictures, and sends them with the text as one question', async () => {
    const visitor = await visit({ 'text-input': '' });
    paste(visitor, await pictureFile('one.png'), await pictureFile('two.png'));
    await visitor.until(() => staged(visitor).length === 2);
    const asked = visitor.service.next('response.create');
    type(visitor, 'Which is better?');
    await asked;
    const said = visitor.service.received.filter((one) => one.type === 'conversation.item.create');
    const kinds = said.map((one) =>
      (contentOf(one) as { type: string }[]).map((part) => part.type),
    );
    expect(kinds).to.deep.equal([['input_image'], ['input_image', 'input_text']]);
    expect(typesOf(visitor).filter((name) => name === 'response.create')).to.have.length(1);
    expect(staged(visitor)).to.have.length(0);
    expect(visitor.resources.microphones).to.have.length(0);
    // As the service says it back.
    for (const one of said) {
      const item = { ...(one as unknown as { item: object }).item, status: 'completed' };
      await visitor.hears(event('conversation.item.added', { item }));
    }
    await visitor.until(() => visitor.root.querySelectorAll('.message .picture').length === 2);
    const shown = visitor.root.querySelector<HTMLCanvasElement>('.message .picture');
    expect(shown?.getAttribute('aria-label')).to.equal('Picture');
    await visitor.until(() => shown?.width === 40 && shown.height === 20);
    expect(visitor.text('transcript')).to.equal('Which is better? ↓');
    expect(visitor.element.items.map(({ text }) => text)).to.deep.equal([
      '(picture) ',
      '(picture) Which is better?',
    ]);
  });

  it('drops a picture on the conversation, and takes it back', async () => {
    const visitor = await visit({ 'text-input': '' });
    const over = { dataTransfer: holding(await pictureFile('leaf.png')), bubbles: true };
    const panel = visitor.part('panel');
    const passes = panel.dispatchEvent(new DragEvent('dragover', { ...over, cancelable: true }));
    expect(passes, 'the browser would open the file').to.equal(false);
    expect(visitor.part('composer').matches('.over')).to.equal(true);
    panel.dispatchEvent(new DragEvent('drop', { ...over, cancelable: true }));
    expect(visitor.part('composer').matches('.over')).to.equal(false);
    await visitor.until(() => staged(visitor).length === 1);
    await visitor.press('remove-button');
    await visitor.until(() => staged(visitor).length === 0);
    await visitor.press('send-button');
    expect(visitor.element.state.status).to.equal('idle');
  });

  it('chooses a picture and sends it without a word', async () => {
    const visitor = await visit({ 'text-input': '' });
    const chooser = visitor.root.querySelector<HTMLInputElement>('[type=file]');
    if (!chooser) throw new Error('Nothing to choose with.');
    let opened = 0;
    chooser.addEventListener('click', (click) => {
      click.preventDefault();
      opened++;
    });
    await visitor.press('attach-button');
    expect(opened).to.equal(1);
    chooser.files = holding(await pictureFile('leaf.png')).files;
    chooser.dispatchEvent(new Event('change'));
    await visitor.until(() => staged(visitor).length === 1);
    const shown = visitor.service.next('conversation.item.create');
    await visitor.press('send-button');
    expect(contentOf(await shown)).to.have.length(1);
  });

  it('is told which file is no picture, and keeps what was typed', async () => {
    const visitor = await visit({ 'text-input': '' });
    input(visitor).value = 'Look at this';
    paste(visitor, new File(['hello'], 'notes.txt', { type: 'text/plain' }));
    const problem = () => visitor.root.querySelector('.composer .error')?.textContent;
    await visitor.until(() => problem() !== '');
    expect(problem()).to.equal('notes.txt: This is not a picture that can be sent.');
    expect(input(visitor).value).to.equal('Look at this');
    paste(visitor, await pictureFile('leaf.png'));
    await visitor.until(() => staged(visitor).length === 1);
    expect(problem()).to.equal('');
  });

  it('starts nothing where the page has disabled that, and goes on with what was started', async () => {
    const visitor = await visit({ 'text-input': '', disabled: '' });
    const row = ['attach-button', 'input', 'send-button'] as const;
    for (const part of row) expect(visitor.part(part).matches(':disabled'), part).to.equal(true);
    type(visitor, 'Hello');
    await new Promise(requestAnimationFrame);
    expect(input(visitor).value).to.equal('Hello');
    expect(visitor.seen).to.deep.equal([]);
    const begun = visitor.service.next('conversation.item.create');
    await visitor.element.sendText('Hello');
    await begun;
    await visitor.element.updateComplete;
    for (const part of row) expect(visitor.part(part).matches(':disabled'), part).to.equal(false);
    const sent = visitor.service.next('conversation.item.create');
    type(visitor, 'More');
    expect(contentOf(await sent)).to.deep.equal([{ type: 'input_text', text: 'More' }]);
  });

  it('keeps the conversation as a file', async () => {
    const visitor = await visit();
    await visitor.element.sendText('Hello?');
    await visitor.hears(...typed('u1', 'Hello?', null), ...written('a1', 'Good day.', 'u1'));
    const text = await visitor.element.exportTranscript('text');
    expect(await text.text()).to.equal('You: Hello?\nAssistant: Good day.\n');
    const json = JSON.parse(await (await visitor.element.exportTranscript('json')).text()) as {
      items: { at: number }[];
    };
    expect(json.items).to.have.length(2);
    for (const { at } of json.items) expect(at).to.be.within(0, 20_000);
    const odd = visitor.element
      .exportTranscript('pdf' as 'text')
      .catch((thrown: unknown) => thrown);
    expect(await odd).to.be.instanceOf(TypeError);
  });

  it('can be told by the page what the agent should know', async () => {
    const visitor = await visit();
    await visitor.talk();
    const told = visitor.service.next('conversation.item.create');
    visitor.element.sendContext('The visitor is on the pricing page.');
    expect(await told).to.deep.include({
      item: {
        type: 'message',
        role: 'system',
        content: [{ type: 'input_text', text: 'The visitor is on the pricing page.' }],
      },
    });
    expect(typesOf(visitor)).not.to.include('response.create');
  });
});

function contentOf(event: ClientEvent | undefined): unknown {
  return event?.type === 'conversation.item.create' && 'content' in event.item
    ? event.item.content
    : undefined;
}
