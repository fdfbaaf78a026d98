/** The level meter hears what is there, costs nothing unread, and is closed for good. */
import { expect } from '@open-wc/testing';
import { onFirstSound } from '../../src/media/first-sound.js';
import { LevelMeter } from '../../src/media/level-meter.js';
import { watchResources, type OpenResources } from '../support/open-resources.js';

const frame = () => new Promise(requestAnimationFrame);

describe('the level meter', () => {
  let resources: OpenResources;
  let microphone: MediaStreamTrack;
  let silence: MediaStreamTrack;
  let context: AudioContext;
  let gain: GainNode;
  let meter: LevelMeter;

  beforeEach(async () => {
    // Chromium's fake microphone beeps once a second.
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    [microphone] = stream.getAudioTracks() as [MediaStreamTrack];
    context = new AudioContext();
    gain = new GainNode(context, { gain: 0 });
    const tone = new OscillatorNode(context, { frequency: 440 });
    const output = new MediaStreamAudioDestinationNode(context);
    tone.connect(gain).connect(output);
    tone.start();
    [silence] = output.stream.getAudioTracks() as [MediaStreamTrack];
    resources = watchResources();
    meter = new LevelMeter(microphone, silence);
  });

  afterEach(async () => {
    resources.restore();
    await meter.close();
    microphone.stop();
    await context.close();
  });

  const read = (side: number) => Math.max(...meter.read(side));

  it('opens nothing before it is read', async () => {
    await frame();
    expect(resources.contexts).to.have.length(0);
    read(0);
    read(1);
    expect(resources.contexts).to.have.length(1);
  });

  it('hears a beep on one side and silence on the other', async () => {
    let loudest = 0;
    while (loudest < 150) {
      loudest = Math.max(loudest, read(0));
      expect(read(1)).to.equal(0);
      await frame();
    }
  });

  it('tells low from high', async () => {
    gain.gain.value = 0.5;
    while (read(1) < 200) await frame();
    const levels = [...meter.read(1)];
    // 440 Hz is the third part, from 375 to 562 Hz.
    expect(levels.indexOf(Math.max(...levels))).to.be.within(2, 3);
    expect(levels.at(-1)).to.be.lessThan(Math.max(...levels));
  });

  it('knows no third side', () => {
    expect(read(2)).to.equal(0);
  });

  it('is silent after it was closed, and never opens again', async () => {
    gain.gain.value = 1;
    while (read(1) < 200) await frame();
    await Promise.all([meter.close(), meter.close()]);
    expect(resources.left()).to.deep.equal([]);
    expect(read(1)).to.equal(0);
    expect(resources.contexts).to.have.length(1);
    expect(microphone.readyState).to.equal('live');
  });

  it('stays closed when it was never read', async () => {
    await meter.close();
    expect(read(0)).to.equal(0);
    expect(resources.contexts).to.have.length(0);
  });

  describe('waiting for the first sound', () => {
    it('tells of it once, with its time', async () => {
      const heard: number[] = [];
      const { signal } = new AbortController();
      onFirstSound(meter, 1, signal, (time) => heard.push(time));
      for (let frames = 0; frames < 5; frames++) await frame();
      expect(heard).to.deep.equal([]);
      const before = performance.now();
      gain.gain.value = 0.5;
      while (heard.length === 0) await frame();
      expect(heard[0]).to.be.within(before, performance.now());
      for (let frames = 0; frames < 5; frames++) await frame();
      expect(heard).to.have.length(1);
    });

    it('tells nothing once nobody wants to know', async () => {
      gain.gain.value = 1;
      while (read(1) < 200) await frame();
      const controller = new AbortController();
      const heard: number[] = [];
      onFirstSound(meter, 1, controller.signal, (time) => heard.push(time));
      controller.abort();
      for (let frames = 0; frames < 10; frames++) await frame();
      expect(heard).to.deep.equal([]);
    });
  });
});
