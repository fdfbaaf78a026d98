/** A microphone that is gone, silent or muted by the system, as the visitor sees it. */
import { expect } from '@open-wc/testing';
import { clear, visit, type Visitor } from './visitor.js';

const { mediaDevices } = navigator;
const { getUserMedia } = MediaDevices.prototype;

/** From now on, what the visitor speaks into is this. */
function silentMicrophone(): MediaStreamTrack {
  const [track] = new MediaStreamAudioDestinationNode(new AudioContext()).stream.getAudioTracks();
  mediaDevices.getUserMedia = () => Promise.resolve(new MediaStream([track!]));
  return track!;
}

const fails = (name: string) => () => Promise.reject(new DOMException('', name));

async function microphoneOf(visitor: Visitor): Promise<MediaStreamTrack> {
  const stream = await visitor.resources.microphones.at(-1)!;
  return stream.getAudioTracks()[0]!;
}

const sent = (visitor: Visitor) =>
  visitor.resources.peers
    .flatMap((peer) => peer.getSenders())
    .map(({ track }) => track)
    .find((track) => track?.kind === 'audio' && track.readyState === 'live');

/** As the browser ends it: nobody has called `stop`. */
function unplug(track: MediaStreamTrack): void {
  track.stop();
  track.dispatchEvent(new Event('ended'));
}

describe('a microphone', () => {
  afterEach(async () => {
    await clear();
    mediaDevices.getUserMedia = getUserMedia;
  });

  it('A8 that is unplugged in a call is replaced by another, which is named and muted as the call is', async () => {
    const visitor = await visit();
    await visitor.talk();
    await visitor.press('mute-button');
    unplug(await microphoneOf(visitor));
    const notice = await visitor.appears('notice');
    expect(notice.textContent).to.match(/^The microphone was changed: .+/);
    expect(visitor.part('status').textContent).to.contain('The microphone was changed:');
    const track = await microphoneOf(visitor);
    expect([track.readyState, track.enabled]).to.deep.equal(['live', false]);
    expect(visitor.resources.microphones).to.have.length(2);
    expect(visitor.details('voice-error')).to.deep.equal([]);
    await visitor.until(() => visitor.find('notice') === null, 'The notice stays.');
  });

  it('A8 that is unplugged, and has no other, is told of once; the call goes on, and with the next one it is heard again', async () => {
    const visitor = await visit();
    await visitor.talk();
    const lost = await microphoneOf(visitor);
    mediaDevices.getUserMedia = fails('NotFoundError');
    const told = visitor.next('voice-error');
    unplug(lost);
    const { error, fatal } = await told;
    expect([error.code, fatal]).to.deep.equal(['microphone-missing', false]);
    expect((await visitor.appears('notice')).textContent).to.contain('no microphone any more');
    expect(visitor.part('error').hidden).to.equal(true);
    expect(visitor.states().at(-1)).to.equal('live: listening');

    let asked = 0;
    mediaDevices.getUserMedia = () => {
      asked++;
      return fails('NotFoundError')();
    };
    mediaDevices.dispatchEvent(new Event('devicechange'));
    await visitor.until(() => asked === 1, 'It was not tried again.');
    mediaDevices.getUserMedia = getUserMedia;
    mediaDevices.dispatchEvent(new Event('devicechange'));
    await visitor.until(() => sent(visitor) !== undefined, 'No other microphone is sent.');
    await visitor.until(() => (visitor.find('notice')?.textContent ?? '').includes('was changed'));
    expect(visitor.details('voice-error')).to.have.length(1);
  });

  it('A12 that is forbidden in a call is told of with where to allow it, and the button tries again', async () => {
    const visitor = await visit();
    await visitor.talk();
    const lost = await microphoneOf(visitor);
    mediaDevices.getUserMedia = fails('NotAllowedError');
    const told = visitor.next('voice-error');
    unplug(lost);
    const { error, fatal } = await told;
    expect([error.code, fatal]).to.deep.equal(['microphone-denied', false]);
    expect((await visitor.appears('notice')).textContent).to.contain('address bar');
    mediaDevices.getUserMedia = getUserMedia;
    await visitor.press('mute-button');
    await visitor.press('mute-button');
    await visitor.until(() => sent(visitor)?.enabled === true, 'It is not tried again.');
  });

  it('A9 A18 that the system mutes, or another tab has taken, is told of until it is not, and the visitor’s own mute stays', async () => {
    const track = silentMicrophone();
    const visitor = await visit();
    await visitor.talk();
    Object.defineProperty(track, 'muted', { value: true, configurable: true });
    const notice = await visitor.appears('notice');
    expect(notice.textContent).to.equal('Your device has muted the microphone');
    // In the same place, of which it takes the words away.
    const both = [visitor.part('status'), notice];
    for (const fade of both.flatMap((one) => one.getAnimations())) fade.finish();
    expect(both.map((one) => getComputedStyle(one).opacity)).to.deep.equal(['0', '1']);
    await visitor.press('mute-button');
    await visitor.until(() => visitor.find('notice') === null, 'It is told of twice.');
    Object.defineProperty(track, 'muted', { value: false });
    expect([track.enabled, visitor.element.muted]).to.deep.equal([false, true]);
  });

  it('A11 is kept when the default one changes', async () => {
    const visitor = await visit();
    await visitor.talk();
    const track = await microphoneOf(visitor);
    mediaDevices.dispatchEvent(new Event('devicechange'));
    mediaDevices.dispatchEvent(new Event('devicechange'));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(visitor.resources.microphones).to.have.length(1);
    expect(sent(visitor)).to.equal(track);
    expect(visitor.find('notice')).to.equal(null);
  });

  it('A13 that hears nothing in 8 seconds of the visitor’s turn is asked about', async () => {
    silentMicrophone();
    const visitor = await visit();
    const from = performance.now();
    await visitor.talk();
    const notice = await visitor.appears('notice');
    expect(performance.now() - from).to.be.greaterThan(8_000);
    expect(notice.textContent).to.contain('Nothing can be heard');
    await visitor.press('mute-button');
    await visitor.until(() => visitor.find('notice') === null, 'A muted visitor is asked.');
  }).timeout(40_000);
});

describe('a call that is limited', () => {
  afterEach(clear);

  it('tells the visitor how long there is, and why it ended', async () => {
    const visitor = await visit({ 'max-duration': '3' });
    await visitor.talk();
    expect((await visitor.appears('notice')).textContent).to.match(/^This call ends in 2 s$/);
    const { reason, error } = await visitor.next('voice-end');
    expect([reason, error]).to.deep.equal(['max-duration', undefined]);
    await visitor.element.updateComplete;
    expect(visitor.text('status')).to.match(/^The time for this call is over · 0:\d\d$/);
    expect(visitor.label).to.equal('Talk again');
  });

  it('ends when nobody does anything, and not before', async () => {
    const visitor = await visit({ 'idle-timeout': '3' });
    await visitor.talk();
    await visitor.appears('notice');
    visitor.element.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
    await visitor.until(() => visitor.find('notice') === null, 'Typing does not count.');
    expect((await visitor.next('voice-end')).reason).to.equal('idle');
    await visitor.element.updateComplete;
    expect(visitor.text('status')).to.match(/^Ended: nobody spoke · 0:\d\d$/);
  });
});
