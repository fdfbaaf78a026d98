/** The agent's voice is played at once, or as soon as the visitor has tapped. */
import { expect } from '@open-wc/testing';
import { Speaker } from '../../src/media/speaker.js';

describe('the speaker', () => {
  const contexts: AudioContext[] = [];
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });

  function track(): MediaStreamTrack {
    const context = new AudioContext();
    contexts.push(context);
    const output = new MediaStreamAudioDestinationNode(context);
    const [one] = output.stream.getAudioTracks();
    if (!one) throw new Error('No track.');
    return one;
  }

  /** An element that the browser lets play, or does not. */
  function element(failure?: string) {
    const audio = new Audio();
    let attempts = 0;
    audio.play = () => {
      attempts++;
      return failure === undefined
        ? Promise.resolve()
        : Promise.reject(new DOMException('no', failure));
    };
    return {
      audio,
      attempts: () => attempts,
      allow: () => {
        failure = undefined;
      },
    };
  }

  /** After the promises that are already on their way. */
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it('plays what it is given, beside the page and without controls of its own', () => {
    const { audio, attempts } = element();
    const speaker = new Speaker(() => undefined, audio);
    expect(attempts()).to.equal(0);
    const voice = track();
    speaker.play(voice);
    expect(attempts()).to.equal(1);
    expect((audio.srcObject as MediaStream).getTracks()).to.deep.equal([voice]);
    expect(audio.hasAttribute('playsinline')).to.equal(true);
    expect(audio.autoplay).to.equal(true);
    expect(audio.isConnected).to.equal(false);
  });

  it('says once that the browser blocks it, and plays after a tap', async () => {
    const { audio, allow } = element('NotAllowedError');
    let blocked = 0;
    const speaker = new Speaker(() => blocked++, audio);
    speaker.play(track());
    await settled();
    expect(blocked).to.equal(1);
    allow();
    expect(await speaker.resume()).to.equal(true);
    expect(blocked).to.equal(1);
  });

  it('is not blocked when the call only ended while it was starting', async () => {
    const { audio } = element('AbortError');
    let blocked = 0;
    const speaker = new Speaker(() => blocked++, audio);
    speaker.play(track());
    speaker.close();
    await settled();
    expect(blocked).to.equal(0);
    expect(await speaker.resume()).to.equal(false);
  });

  it('lets go of the voice, which goes on without it', () => {
    const { audio } = element();
    const speaker = new Speaker(() => undefined, audio);
    const voice = track();
    speaker.play(voice);
    speaker.close();
    expect(audio.srcObject).to.equal(null);
    expect(audio.paused).to.equal(true);
    expect(voice.readyState).to.equal('live');
  });
});
