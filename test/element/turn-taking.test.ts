/** The visitor takes turns by hand, with a pointer, a key or a tap; or does not hear itself speak. */
import { expect } from '@open-wc/testing';
import { resetMouse, sendKeys, sendMouse } from '@web/test-runner-commands';
import type { ClientEvent, ServerEvent } from '../../src/index.js';
import type { FakeService } from '../support/fake-service.js';
import { answered, errorEvent, event } from '../support/server-events.js';
import { clear, customStates, visit, type Visitor } from './visitor.js';

const VAD = { type: 'server_vad', silence_duration_ms: 200 };

/** A service that does as asked. */
const obliging = {
  onEvent: (received: ClientEvent, service: FakeService) => {
    if (received.type === 'session.update') {
      service.send(event('session.updated', { session: received.session }));
    }
    if (received.type === 'input_audio_buffer.clear')
      service.send(event('input_audio_buffer.cleared'));
  },
};

const track = async ({ resources }: Visitor) => {
  const [stream] = await Promise.all(resources.microphones);
  return stream!.getAudioTracks()[0]!;
};

const MARKER = 'conversation.item.retrieve';

const sent = ({ service }: Visitor) =>
  service.received.map(({ type }) => type).filter((type) => type !== MARKER);

/** What comes of all that the service has sent has come back to it. */
async function delivered(visitor: Visitor): Promise<void> {
  await visitor.hears();
  const marker = visitor.service.next(MARKER);
  visitor.element.send({ type: MARKER, item_id: 'marker' });
  await marker;
}

const detection = ({ service }: Visitor) => {
  const update = service.received.findLast((one) => one.type === 'session.update');
  return (update?.session as { audio?: { input?: { turn_detection?: unknown } } }).audio?.input
    ?.turn_detection;
};

/** The middle of the talk button, in whole pixels. */
function middle(visitor: Visitor): [number, number] {
  const box = visitor.part('talk-button').getBoundingClientRect();
  return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
}

/** A call that is live and at rest. */
async function byHand(attributes: Record<string, string> = {}): Promise<Visitor> {
  const visitor = await visit({ 'turn-taking': 'push-to-talk', ...attributes }, obliging);
  await visitor.talk();
  await visitor.until(() => sent(visitor).includes('session.update'));
  await visitor.hears();
  visitor.service.received.length = 0;
  return visitor;
}

const TURN = ['input_audio_buffer.clear', 'input_audio_buffer.commit', 'response.create'];

/** Long enough not to be a tap. */
async function speaks(visitor: Visitor): Promise<void> {
  const until = performance.now() + 350;
  await visitor.until(() => performance.now() > until);
}

const answeredBy = (visitor: Visitor, count = 1) =>
  visitor.until(
    () => sent(visitor).filter((type) => type === 'response.create').length === count,
    'Nobody is asked for an answer.',
  );

describe('push-to-talk', () => {
  afterEach(async () => {
    await resetMouse();
    await clear();
  });

  it('begins at rest, with the turns left to the visitor', async () => {
    const visitor = await visit({ 'turn-taking': 'push-to-talk' }, obliging);
    expect(visitor.find('talk-button')).to.equal(null);
    await visitor.talk();
    expect((await track(visitor)).enabled).to.equal(false);
    await visitor.until(() => sent(visitor).includes('session.update'));
    expect(detection(visitor)).to.equal(null);
    expect(visitor.text('talk-button')).to.equal('Hold to talk');
    expect(visitor.text('status')).to.equal('Hold the button while you speak');
    expect(visitor.states().at(-1)).to.equal('live: listening');
    expect(visitor.element.muted).to.equal(false);
  });

  it('hears the visitor while the button is held, and answers afterwards', async () => {
    const visitor = await byHand();
    const microphone = await track(visitor);
    await sendMouse({ type: 'move', position: middle(visitor) });
    await sendMouse({ type: 'down' });
    await visitor.element.updateComplete;
    expect(microphone.enabled).to.equal(true);
    expect(visitor.states().at(-1)).to.equal('live: hearing');
    expect(customStates(visitor.element)).to.deep.equal(['live', 'hearing']);
    expect(visitor.text('status')).to.equal('Hearing you');
    expect(visitor.text('talk-button')).to.equal('Release to send');
    await speaks(visitor);
    // The pointer may leave the button meanwhile.
    await sendMouse({ type: 'move', position: [0, 0] });
    expect(microphone.enabled).to.equal(true);
    await sendMouse({ type: 'up' });
    // The tail.
    expect(visitor.states().at(-1)).to.equal('live: hearing');
    await answeredBy(visitor);
    expect(microphone.enabled).to.equal(false);
    expect(sent(visitor)).to.deep.equal(TURN);
    expect(visitor.states().at(-1)).to.equal('live: thinking');
    expect(visitor.text('talk-button')).to.equal('Hold to talk');
  });

  it('stays on after a tap, for those who cannot hold, until the next one', async () => {
    const visitor = await byHand();
    const microphone = await track(visitor);
    const position = middle(visitor);
    await sendMouse({ type: 'click', position });
    await visitor.element.updateComplete;
    expect(microphone.enabled).to.equal(true);
    expect(visitor.text('talk-button')).to.equal('Tap to send');
    await speaks(visitor);
    await sendMouse({ type: 'move', position: [0, 0] });
    expect(microphone.enabled).to.equal(true);
    await sendMouse({ type: 'click', position });
    await answeredBy(visitor);
    expect(microphone.enabled).to.equal(false);
    expect(sent(visitor)).to.deep.equal(TURN);
  });

  for (const key of ['Space', 'Enter']) {
    it(`is held with ${key}, or switched with it`, async () => {
      const visitor = await byHand();
      const microphone = await track(visitor);
      visitor.part('talk-button').focus();
      await sendKeys({ down: key });
      expect(microphone.enabled).to.equal(true);
      await speaks(visitor);
      // As a keyboard repeats it.
      await sendKeys({ down: key });
      await sendKeys({ up: key });
      await answeredBy(visitor);
      expect(microphone.enabled).to.equal(false);
      expect(sent(visitor)).to.deep.equal(TURN);

      await sendKeys({ press: key });
      expect(microphone.enabled).to.equal(true);
      await visitor.element.updateComplete;
      expect(visitor.text('talk-button')).to.equal('Tap to send');
      await speaks(visitor);
      await sendKeys({ press: key });
      visitor.service.send(...answered('resp_1', 'a1', 'Yes.', null));
      await answeredBy(visitor, 2);
      expect(microphone.enabled).to.equal(false);
    });
  }

  it('is switched by a click that comes from no pointer and no key', async () => {
    const visitor = await byHand();
    await visitor.press('talk-button');
    expect(visitor.text('talk-button')).to.equal('Tap to send');
    await visitor.press('talk-button');
    await answeredBy(visitor);
    expect((await track(visitor)).enabled).to.equal(false);
  });

  for (const [what, lose] of [
    ['the focus', () => document.body.focus()],
    ['the window', () => dispatchEvent(new Event('blur'))],
    ['the pointer', (button: HTMLElement) => button.dispatchEvent(new Event('pointercancel'))],
  ] as const) {
    it(`lets go when ${what} is lost`, async () => {
      const visitor = await byHand();
      const button = visitor.part('talk-button');
      button.focus();
      await sendKeys({ down: 'Space' });
      expect((await track(visitor)).enabled).to.equal(true);
      if (what === 'the focus') button.blur();
      else lose(button);
      await answeredBy(visitor);
      expect((await track(visitor)).enabled).to.equal(false);
      await sendKeys({ up: 'Space' });
      expect(visitor.states().at(-1)).to.equal('live: thinking');
    });
  }

  it('lets go when the page is hidden, also after a tap', async () => {
    const visitor = await byHand();
    await visitor.press('talk-button');
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
    Reflect.deleteProperty(document, 'hidden');
    await answeredBy(visitor);
    expect((await track(visitor)).enabled).to.equal(false);
  });

  it('ends with the call, and the next one begins at rest', async () => {
    const visitor = await byHand();
    await visitor.press('talk-button');
    const microphone = await track(visitor);
    await visitor.hangUp();
    expect(microphone.readyState).to.equal('ended');
    expect(visitor.find('talk-button')).to.equal(null);
    await visitor.talk();
    const [, stream] = await Promise.all(visitor.resources.microphones);
    expect(stream!.getAudioTracks()[0]!.enabled).to.equal(false);
    expect(visitor.text('talk-button')).to.equal('Hold to talk');
  });

  it('listens to the page only while it is held', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const watch = (target: EventTarget) => {
      const { addEventListener } = target;
      target.addEventListener = (type, listener, options) => {
        if (/^(blur|visibilitychange)$/.test(type))
          signals.push((options as AddEventListenerOptions | undefined)?.signal);
        addEventListener.call(target, type, listener, options);
      };
    };
    const listened = () => signals.filter((signal) => !signal?.aborted).length;
    [window, document].forEach(watch);
    try {
      const visitor = await byHand();
      const before = listened();
      visitor.part('talk-button').focus();
      await sendKeys({ down: 'Space' });
      expect(listened()).to.equal(before + 2);
      await speaks(visitor);
      await sendKeys({ up: 'Space' });
      expect(listened()).to.equal(before);
      await answeredBy(visitor);
      signals.length = 0;
      await visitor.press('talk-button');
      expect(listened(), 'after a tap').to.equal(2);
      await visitor.hangUp();
      expect(listened(), 'after the call').to.equal(0);
    } finally {
      for (const target of [window, document]) Reflect.deleteProperty(target, 'addEventListener');
    }
  });

  it('stops the agent, and says nothing of a turn without sound', async () => {
    const visitor = await byHand();
    await visitor.hears(...answered('resp_1', 'a1', 'A long story.', null).slice(0, 6));
    expect(visitor.states().at(-1)).to.equal('live: speaking');
    await visitor.press('talk-button');
    expect(visitor.states().at(-1)).to.equal('live: hearing');
    await delivered(visitor);
    expect(sent(visitor)).to.deep.equal([
      'input_audio_buffer.clear',
      'response.cancel',
      'output_audio_buffer.clear',
    ]);
    await visitor.hears(
      event('response.done', { response: { id: 'resp_1', status: 'cancelled' } }),
      event('output_audio_buffer.cleared', { response_id: 'resp_1' }),
    );
    const commit = visitor.service.next('input_audio_buffer.commit');
    await visitor.press('talk-button');
    const { event_id } = await commit;
    await visitor.hears(errorEvent('input_audio_buffer_commit_empty', event_id));
    expect(visitor.details('voice-error')).to.deep.equal([]);
    expect(visitor.text('error')).to.equal('');
    // What it would have been answered with is stopped before it is heard.
    await visitor.hears(event('response.created', { response: { id: 'resp_2' } }));
    await visitor.hears();
    expect(sent(visitor).slice(-2)).to.deep.equal(['response.cancel', 'output_audio_buffer.clear']);
    await visitor.hears(
      event('response.done', { response: { id: 'resp_2', status: 'cancelled' } }),
    );
    expect(visitor.states().at(-1)).to.equal('live: listening');
  });

  it('is truly mute while muted', async () => {
    const visitor = await byHand();
    const microphone = await track(visitor);
    await visitor.press('talk-button');
    expect(microphone.enabled).to.equal(true);
    await visitor.press('mute-button');
    expect(microphone.enabled).to.equal(false);
    expect(visitor.states().at(-1)).to.equal('live: listening muted');
    expect(visitor.part('talk-button').getAttribute('aria-disabled')).to.equal('true');
    await visitor.press('talk-button');
    expect(microphone.enabled).to.equal(false);
    expect(visitor.text('status')).to.equal('You are muted');
    await visitor.press('mute-button');
    // Still by hand.
    expect(microphone.enabled).to.equal(false);
    await visitor.press('talk-button');
    expect(microphone.enabled).to.equal(true);
    await delivered(visitor);
    expect(sent(visitor)).not.to.include('input_audio_buffer.commit');
  });

  it('can be switched on and off in a call', async () => {
    const visitor = await visit({}, obliging);
    await visitor.talk();
    const microphone = await track(visitor);
    expect(microphone.enabled).to.equal(true);
    visitor.element.turnTaking = 'push-to-talk';
    await visitor.appears('talk-button');
    expect(microphone.enabled).to.equal(false);
    await delivered(visitor);
    expect(detection(visitor)).to.equal(null);
    await visitor.press('talk-button');
    visitor.element.setAttribute('turn-taking', 'auto');
    await visitor.until(() => visitor.find('talk-button') === null);
    expect(microphone.enabled).to.equal(true);
    expect(visitor.states().at(-1)).to.equal('live: listening');
    await delivered(visitor);
    expect(detection(visitor)).to.deep.equal(VAD);
  });

  it('has its words read by the page’s guardrails before they are answered', async () => {
    const visitor = await visit({ 'turn-taking': 'push-to-talk' }, obliging);
    const read: string[] = [];
    visitor.element.inputGuardrails = [
      (text) => {
        read.push(text);
        return false;
      },
    ];
    await visitor.talk();
    await visitor.until(() => sent(visitor).includes('session.update'));
    await visitor.hears();
    const transcription = { model: 'gpt-transcribe' };
    await visitor.hears(
      event('session.updated', {
        session: { type: 'realtime', audio: { input: { turn_detection: null, transcription } } },
      }),
    );
    const commit = visitor.service.next('input_audio_buffer.commit');
    await visitor.press('talk-button');
    await visitor.press('talk-button');
    await commit;
    await visitor.hears(event('input_audio_buffer.committed', { item_id: 'u1' }));
    await delivered(visitor);
    expect(sent(visitor)).not.to.include('response.create');
    await visitor.hears(
      event('conversation.item.input_audio_transcription.completed', {
        item_id: 'u1',
        content_index: 0,
        transcript: 'Hello',
      }),
    );
    await answeredBy(visitor);
    expect(read).to.deep.equal(['Hello']);
  });

  it('offers the visitor who types to go on by voice, and then to hold', async () => {
    const visitor = await visit({ 'turn-taking': 'push-to-talk', 'text-input': '' }, obliging);
    const typing: Promise<void> = visitor.element.sendText('Hello');
    await typing;
    await visitor.element.updateComplete;
    expect(visitor.part('talk-button').getAttribute('aria-label')).to.equal('Talk instead');
    await visitor.press('talk-button');
    await visitor.until(() => visitor.text('talk-button') === 'Hold to talk');
    expect((await track(visitor)).enabled).to.equal(false);
  });
});

describe('half-duplex', () => {
  afterEach(clear);
  const started: ServerEvent = event('output_audio_buffer.started', { response_id: 'resp_1' });
  const cleared: ServerEvent = event('output_audio_buffer.cleared', { response_id: 'resp_1' });

  it('lets the microphone rest while the agent speaks, unmuted', async () => {
    const visitor = await visit({ 'half-duplex': '' });
    await visitor.talk();
    const microphone = await track(visitor);
    expect(microphone.enabled).to.equal(true);
    await visitor.hears(started);
    expect(microphone.enabled).to.equal(false);
    expect(visitor.states().at(-1)).to.equal('live: speaking');
    expect(visitor.element.muted).to.equal(false);
    expect(visitor.part('mute-button').ariaPressed).to.equal('false');

    const stop = visitor.service.next('output_audio_buffer.clear');
    await visitor.press('interrupt-button');
    await stop;
    await visitor.hears(cleared);
    // The room still rings.
    expect(microphone.enabled).to.equal(false);
    await visitor.until(() => microphone.enabled);
  });

  it('leaves a muted visitor muted, and can be switched off in the middle of an answer', async () => {
    const visitor = await visit({ 'half-duplex': '' });
    await visitor.talk();
    const microphone = await track(visitor);
    await visitor.hears(started);
    await visitor.press('mute-button');
    visitor.element.halfDuplex = false;
    await visitor.element.updateComplete;
    await visitor.hears();
    expect(microphone.enabled).to.equal(false);
    await visitor.press('mute-button');
    await visitor.until(() => microphone.enabled);
    visitor.element.halfDuplex = true;
    await visitor.until(() => !microphone.enabled);
  });
});
