/** Who may start a call, how often, and what stops one that has hardly begun. */
import { expect } from '@open-wc/testing';
import { VoiceError } from '../../src/index.js';
import { reasonOf } from '../core/call-stories.js';
import { clear, visit, type Visitor } from './visitor.js';

/** Lets a test decide when the browser gives the microphone. */
function holdMicrophone(): () => void {
  const { mediaDevices } = navigator;
  const { getUserMedia } = mediaDevices;
  let open: () => void = () => undefined;
  const prompt = new Promise<void>((resolve) => {
    open = resolve;
  });
  mediaDevices.getUserMedia = async (constraints) => {
    await prompt;
    return getUserMedia.call(mediaDevices, constraints);
  };
  return open;
}

describe('start()', () => {
  afterEach(clear);

  // First of all: a real click in any other test would count for seconds.
  it('E19 needs a gesture of the visitor', async () => {
    const visitor = await visit();
    visitor.element.allowProgrammaticStart = false;
    const error = await reasonOf(visitor.element.start());
    expect(error).to.be.instanceOf(VoiceError);
    expect(error.code).to.equal('gesture-required');
    expect(error.message).to.contain('allow-programmatic-start');
    expect(visitor.seen).to.deep.equal([]);
    expect(visitor.service.minted).to.equal(0);
    expect(visitor.resources.microphones).to.have.length(0);
  });

  it('needs no gesture where the page says so, or for a call that is there', async () => {
    const visitor = await visit({ 'allow-programmatic-start': '' });
    const started = visitor.element.start();
    visitor.element.allowProgrammaticStart = false;
    expect(visitor.element.start()).to.equal(started);
    await started;
    expect(visitor.element.state.status).to.equal('live');
    expect(visitor.element.start()).to.equal(started);
    expect(visitor.details('voice-start')).to.have.length(1);
    expect(visitor.service.minted).to.equal(1);
  });

  it('does nothing when the page cancels voice-start', async () => {
    const visitor = await visit();
    const { element } = visitor;
    element.addEventListener(
      'voice-start',
      (event) => {
        expect(element.state.status).to.equal('idle');
        event.preventDefault();
      },
      { once: true },
    );
    const error = await reasonOf(element.start());
    expect(error.name).to.equal('AbortError');
    expect(visitor.seen.map(({ name }) => name)).to.deep.equal(['voice-start']);
    expect(element.state.status).to.equal('idle');
    expect(visitor.service.minted).to.equal(0);
    expect(visitor.resources.microphones).to.have.length(0);
    expect(visitor.label).to.equal('Start talking');
    await visitor.talk();
    expect(element.state.status).to.equal('live');
  });

  it('does nothing when the page ends the call in voice-start', async () => {
    const visitor = await visit();
    const { element } = visitor;
    element.addEventListener('voice-start', () => void element.end(), { once: true });
    expect((await reasonOf(element.start())).name).to.equal('AbortError');
    expect(visitor.seen.map(({ name }) => name)).to.deep.equal(['voice-start']);
    expect(element.state.status).to.equal('idle');
    await element.start();
    expect(element.state.status).to.equal('live');
  });

  it('uses what the page sets in voice-start', async () => {
    const visitor = await visit();
    const { element } = visitor;
    await visitor.talk();
    await visitor.hangUp();
    const asked: string[] = [];
    const { tokenSource } = element;
    element.addEventListener('voice-start', () => {
      element.tokenSource = (signal) => {
        asked.push('the new one');
        return tokenSource!(signal);
      };
    });
    await visitor.talk();
    expect(asked).to.deep.equal(['the new one']);
  });

  it('E8 leaves a call under way as it is when the page changes; the next one is new', async () => {
    const visitor = await visit({ greeting: '' });
    const { element, service } = visitor;
    await visitor.talk();
    const other: string[] = [];
    element.negotiate = (offer, { value }) => {
      other.push(value);
      return service.answer(offer, value);
    };
    element.session = { instructions: 'Be kind.' };
    element.removeAttribute('greeting');
    await element.updateComplete;
    expect(element.state.status).to.equal('live');
    expect(service.secrets).to.deep.equal(['ek_1']);
    await visitor.hangUp();
    const update = service.next('session.update');
    await visitor.talk();
    expect(await update).to.deep.include({
      session: { type: 'realtime', instructions: 'Be kind.' },
    });
    expect(other).to.deep.equal(['ek_2']);
    expect(service.received.map(({ type }) => type)).to.not.include('response.create');
  });

  it('waits for an end that is under way', async () => {
    const visitor = await visit();
    const { element } = visitor;
    await visitor.talk();
    const ending = element.end();
    const again = element.start();
    await ending;
    expect(visitor.details('voice-end')).to.have.length(1);
    await again;
    expect(element.state.status).to.equal('live');
    expect(visitor.details('voice-start')).to.have.length(2);
  });

  it('starts anew when a listener of the end asks for it, whichever event tells of it', async () => {
    for (const name of ['voice-error', 'voice-state-change', 'voice-end'] as const) {
      const visitor = await visit();
      const { element, service } = visitor;
      await visitor.talk();
      let again: Promise<void> | undefined;
      const restart = () => void (again = element.start());
      element.addEventListener(name, restart, { once: true });
      const ended = visitor.next('voice-end');
      service.closeChannel();
      await ended;
      await again;
      expect(element.state.status, name).to.equal('live');
      const states = visitor.states().map((state) => state.split(':')[0]);
      expect(states.filter((state) => state === 'ended')).to.have.length(1);
      expect(visitor.details('voice-start')).to.have.length(2);
      expect(visitor.details('voice-end')).to.have.length(1);
      // Only one call goes on in a page.
      await visitor.leave();
    }
  });

  it('does not come about when it was ended while it waited', async () => {
    const visitor = await visit();
    const { element } = visitor;
    await visitor.talk();
    void element.end();
    const again = reasonOf(element.start());
    await element.end();
    expect((await again).name).to.equal('AbortError');
    expect(element.state.status).to.equal('ended');
    expect(visitor.details('voice-start')).to.have.length(1);
    await element.start();
    expect(element.state.status).to.equal('live');
  });

  it('asks for the microphone only as long as somebody waits', async () => {
    navigator.permissions.query = () => Promise.resolve({ state: 'prompt' } as PermissionStatus);
    const visitor: Visitor = await visit();
    Reflect.deleteProperty(navigator.permissions, 'query');
    const open = holdMicrophone();
    const token = visitor.next('voice-state-change', ({ state }) =>
      state.status === 'connecting' ? !state.waitingFor.has('token') : false,
    );
    const started = reasonOf(visitor.element.start());
    await token;
    await visitor.element.updateComplete;
    expect(visitor.text('notice')).to.contain('Please allow it.');
    await visitor.hangUp();
    expect((await started).name).to.equal('AbortError');
    open();
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });
});
