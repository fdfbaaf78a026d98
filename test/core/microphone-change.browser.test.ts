/** Another microphone in a call: what is sent, what is stopped, what stays as it was. */
import { expect } from '@open-wc/testing';
import { Call } from '../../src/core/index.js';
import { preferMicrophone } from '../../src/core/microphone/prefer-microphone.js';
import { FakeService } from '../support/fake-service.js';
import { watchResources, type OpenResources } from '../support/open-resources.js';
import { reasonOf } from './call-stories.js';

describe('another microphone in a call', () => {
  let resources: OpenResources;
  let service: FakeService;
  let call: Call;
  const { getUserMedia } = MediaDevices.prototype;

  beforeEach(() => {
    resources = watchResources();
    service = new FakeService();
    call = new Call(service.callOptions);
  });

  afterEach(async () => {
    await call.end();
    service.close();
    resources.restore();
    navigator.mediaDevices.getUserMedia = getUserMedia;
  });

  const inputs = async () =>
    (await navigator.mediaDevices.enumerateDevices()).filter(
      ({ kind, deviceId }) => kind === 'audioinput' && deviceId !== 'default',
    );

  it('A10 is sent and drawn, muted as the call is, and the one before is off', async () => {
    await call.start();
    call.mute();
    const [before, meter] = [call.attempt!.microphone!, call.meter];
    const stopped = new Promise<void>((resolve) => {
      const { stop } = before;
      before.stop = () => {
        stop.call(before);
        resolve();
      };
    });
    const other = (await inputs()).find(
      ({ deviceId }) => deviceId !== before.getSettings().deviceId,
    )!;
    await call.attempt!.openMicrophone(other.deviceId);
    await stopped;
    const after = call.attempt!.microphone!;
    expect(after.getSettings().deviceId).to.equal(other.deviceId);
    expect(after.enabled).to.equal(false);
    const [peer] = resources.peers;
    expect(peer!.getSenders().map(({ track }) => track)).to.deep.equal([after]);
    expect([before.readyState, after.readyState]).to.deep.equal(['ended', 'live']);
    expect(call.meter).not.to.equal(meter);
    call.unmute();
    expect(after.enabled).to.equal(true);
  });

  it('A10 leaves no gap of more than 300 ms', async () => {
    const context = new AudioContext();
    // Devices that open at once: what is measured is the change.
    navigator.mediaDevices.getUserMedia = () => {
      const output = new MediaStreamAudioDestinationNode(context);
      const tone = new OscillatorNode(context);
      tone.connect(output);
      tone.start();
      return Promise.resolve(output.stream);
    };
    const frame = () => new Promise(requestAnimationFrame);
    const isHeard = () => service.heardLevel() > 0.05;
    await call.start();
    const before = call.attempt!.microphone!;
    while (!isHeard()) await frame();
    let [last, gap] = [performance.now(), 0];
    const changed = call.attempt!.openMicrophone('another');
    for (const end = last + 1_500; last < end;) {
      await frame();
      const now = performance.now();
      gap = Math.max(gap, now - last);
      if (isHeard()) last = now;
      if (gap > 300) break;
    }
    await changed;
    expect(before.readyState).to.equal('ended');
    expect(gap).to.be.lessThan(300);
    await context.close();
  });

  it('A10 that cannot be had leaves the one before on', async () => {
    await call.start();
    const before = call.attempt!.microphone!;
    const failed = await reasonOf(call.attempt!.openMicrophone('unplugged'));
    expect(failed.code).to.equal('microphone-missing');
    expect(call.attempt!.microphone).to.equal(before);
    expect(before.readyState).to.equal('live');
    const [peer] = resources.peers;
    expect(peer!.getSenders().map(({ track }) => track)).to.deep.equal([before]);
  });

  it('A7 that was preferred before the call, and is gone, is replaced by the usual one', async () => {
    preferMicrophone(call, 'unplugged');
    await call.start();
    expect(call.attempt!.microphone!.readyState).to.equal('live');
    expect(resources.microphones).to.have.length(2);
  });

  it('that was preferred before the call is the one that is opened', async () => {
    await call.start();
    const usual = call.attempt!.microphone!.getSettings().deviceId;
    await call.end();
    const other = (await inputs()).find(({ deviceId }) => deviceId !== usual)!;
    preferMicrophone(call, other.deviceId);
    await call.start();
    expect(call.attempt!.microphone!.getSettings().deviceId).to.equal(other.deviceId);
  });
});
