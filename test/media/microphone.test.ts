/** The microphone: opened once, muted for real, and never left on. */
import { expect } from '@open-wc/testing';
import {
  isMicrophoneDenied,
  mayUseMicrophone,
  openMicrophone,
} from '../../src/media/microphone.js';
import { watchResources, type OpenResources } from '../support/open-resources.js';

describe('the microphone', () => {
  let resources: OpenResources;
  beforeEach(() => {
    resources = watchResources();
  });
  afterEach(() => {
    resources.restore();
  });

  it('is opened with echo cancellation, and is on for as long as the signal lasts', async () => {
    const controller = new AbortController();
    const microphone = await openMicrophone(controller.signal);
    expect(microphone.kind).to.equal('audio');
    expect(microphone.getSettings().echoCancellation).to.equal(true);
    expect(resources.left()).to.deep.equal(['microphone']);
    controller.abort();
    expect(resources.left()).to.deep.equal([]);
  });

  it('is stopped when it comes too late', async () => {
    const controller = new AbortController();
    const opening = openMicrophone(controller.signal);
    controller.abort(new DOMException('ended', 'AbortError'));
    const reason: unknown = await opening.catch((error: unknown) => error);
    expect(reason).to.equal(controller.signal.reason);
    expect(resources.microphones).to.have.length(1);
    expect(resources.left()).to.deep.equal([]);
  });

  it('fails as the browser says', async () => {
    const refusal = new DOMException('no', 'NotFoundError');
    navigator.mediaDevices.getUserMedia = () => Promise.reject(refusal);
    const reason: unknown = await openMicrophone(new AbortController().signal).catch(
      (error: unknown) => error,
    );
    expect(reason).to.equal(refusal);
  });

  it('is missing when the stream has no audio', async () => {
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(new MediaStream());
    const reason: unknown = await openMicrophone(new AbortController().signal).catch(
      (error: unknown) => error,
    );
    expect((reason as DOMException).name).to.equal('NotFoundError');
  });

  it('may be used here, and the visitor has not refused it', async () => {
    expect(mayUseMicrophone()).to.equal(true);
    expect(await isMicrophoneDenied()).to.equal(false);
  });

  const silence = new Promise<never>(() => undefined);
  for (const [how, answer] of [
    ['cannot tell', () => Promise.reject(new TypeError('microphone?'))],
    ['does not answer', () => silence],
  ] as const) {
    it(`is assumed to be allowed where the browser ${how}`, async () => {
      const { query } = navigator.permissions;
      navigator.permissions.query = answer;
      try {
        expect(await isMicrophoneDenied()).to.equal(false);
      } finally {
        navigator.permissions.query = query;
      }
    });
  }
});
