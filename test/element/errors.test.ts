/** Whatever goes wrong, the visitor reads what happened and has a way forward. */
import { expect } from '@open-wc/testing';
import { VoiceError, type VoiceErrorCode } from '../../src/index.js';
import { answered, errorEvent } from '../support/server-events.js';
import { clear, visit, type Visitor } from './visitor.js';

/** The compiler holds it against the closed list. */
const CODES: Record<VoiceErrorCode, true> = {
  unsupported: true,
  'insecure-context': true,
  'gesture-required': true,
  busy: true,
  'microphone-denied': true,
  'microphone-blocked-by-policy': true,
  'microphone-missing': true,
  'microphone-busy': true,
  'playback-blocked': true,
  'token-unreachable': true,
  'token-unauthorized': true,
  'token-rate-limited': true,
  'token-invalid': true,
  'negotiation-rejected': true,
  'network-blocked': true,
  'connection-lost': true,
  'session-expired': true,
  'quota-exceeded': true,
  'server-error': true,
  'tool-failed': true,
  'content-filtered': true,
};

async function fail(visitor: Visitor): Promise<void> {
  const ended = visitor.next('voice-end');
  await visitor.press('start-button');
  await ended;
  await visitor.element.updateComplete;
}

describe('an error', () => {
  const { play } = HTMLMediaElement.prototype;

  afterEach(async () => {
    HTMLMediaElement.prototype.play = play;
    await clear();
  });

  it('is a sentence of its own for each code, in an alert, with a way to try again', async () => {
    const sentences = new Set<string>();
    const visitor = await visit();
    for (const code of Object.keys(CODES) as VoiceErrorCode[]) {
      visitor.element.tokenSource = () => Promise.reject(new VoiceError(code, 'For developers.'));
      await fail(visitor);
      await visitor.until(() => visitor.text('error') !== '');
      const alert = visitor.part('error');
      const sentence = visitor.text('error');
      expect(alert.getAttribute('role')).to.equal('alert');
      expect(alert.hidden).to.equal(false);
      expect(sentence, code).to.match(/^[A-Z].{20,}\.$/);
      expect(sentence).to.not.contain('developers');
      expect(visitor.label, code).to.equal('Try again');
      expect(visitor.element.state).to.deep.include({ status: 'ended', reason: 'error' });
      sentences.add(sentence);
    }
    expect(sentences).to.have.length(Object.keys(CODES).length);
  });

  it('says what to do when nobody has said where the token host is', async () => {
    const visitor = await visit();
    visitor.element.tokenSource = undefined;
    await fail(visitor);
    const [error] = visitor.details('voice-error');
    expect(error?.error.code).to.equal('token-invalid');
    await visitor.until(() => visitor.text('error').includes('owner of this website'));
  });

  it('is gone when the next call begins', async () => {
    const visitor = await visit();
    const { tokenSource } = visitor.element;
    visitor.element.tokenSource = () => Promise.reject(new Error('no'));
    await fail(visitor);
    visitor.element.tokenSource = tokenSource;
    await visitor.press('start-button');
    await visitor.element.updateComplete;
    expect(visitor.part('error').hidden).to.equal(true);
    expect(visitor.text('error')).to.equal('');
  });

  it('that a call survives is shown while it goes on, and not after it', async () => {
    const visitor = await visit();
    await visitor.talk();
    await visitor.hears(errorEvent('invalid_value', undefined, 'Odd.'));
    expect(visitor.details('voice-error').map(({ fatal }) => fatal)).to.deep.equal([false]);
    expect(visitor.part('error').hidden).to.equal(false);
    expect(visitor.label).to.equal('End');
    await visitor.hangUp();
    expect(visitor.part('error').hidden).to.equal(true);
    expect(visitor.label).to.equal('Talk again');
  });

  it('of the service is over when the agent answers again', async () => {
    const visitor = await visit();
    await visitor.talk();
    await visitor.hears(errorEvent('invalid_value', undefined, 'Odd.'));
    expect(visitor.text('error')).to.equal('The assistant has a problem. Please try again.');
    await visitor.hears(...answered('r1', 'a1', 'Good morning.', null));
    expect(visitor.part('error').hidden).to.equal(true);
    await visitor.hears(errorEvent('invalid_value', undefined, 'Odd.'));
    expect(visitor.part('error').hidden).to.equal(false);
  });

  it('of the service in the middle of an answer stays when that answer ends', async () => {
    const visitor = await visit();
    await visitor.talk();
    const answer = answered('r1', 'a1', 'Good morning.', null);
    const half = answer.findIndex(({ type }) => type === 'response.output_audio_transcript.delta');
    await visitor.hears(...answer.slice(0, half + 1));
    await visitor.hears(errorEvent('invalid_value', undefined, 'Odd.'));
    await visitor.hears(...answer.slice(half + 1));
    expect(visitor.part('error').hidden).to.equal(false);
    await visitor.hears(...answered('r2', 'a2', 'How are you?', 'a1'));
    expect(visitor.part('error').hidden).to.equal(true);
  });

  it('of a busy host is not told of at the next start', async () => {
    const { fetch } = window;
    const visitor = await visit({ 'token-url': '/token' });
    visitor.element.tokenSource = undefined;
    try {
      const headers = { 'retry-after': '15' };
      window.fetch = () => Promise.resolve(new Response('{}', { status: 429, headers }));
      await visitor.press('start-button');
      await visitor.until(() => visitor.text('status').includes('Trying again in'));
      await visitor.hangUp();
      window.fetch = () => new Promise(() => undefined);
      await visitor.press('start-button');
      await visitor.until(() => visitor.text('status') === 'Connecting…');
    } finally {
      window.fetch = fetch;
    }
  });

  describe('of a browser that wants a tap first', () => {
    const block = () => Promise.reject(new DOMException('no gesture', 'NotAllowedError'));

    it('A14 is a button that lets the agent be heard', async () => {
      HTMLMediaElement.prototype.play = block;
      const visitor = await visit();
      await visitor.talk();
      expect(visitor.text('hear-button')).to.equal('Tap to hear');
      await visitor.until(() => visitor.text('error') === 'Your browser has muted this page.');

      // Still blocked, and meanwhile something else is wrong: the way to sound stays.
      const again = visitor.next('voice-error');
      await visitor.press('hear-button');
      await again;
      await visitor.hears(errorEvent('invalid_value', undefined, 'Odd.'));
      expect(visitor.text('hear-button')).to.equal('Tap to hear');

      const playing: HTMLMediaElement[] = [];
      const heard = new Promise<void>((resolve) => {
        HTMLMediaElement.prototype.play = async function () {
          await play.call(this);
          playing.push(this);
          resolve();
        };
      });
      await visitor.press('hear-button');
      await heard;
      while (visitor.find('hear-button')) await new Promise(requestAnimationFrame);
      expect(playing[0]?.paused).to.equal(false);
      expect(visitor.part('error').hidden).to.equal(true);
    });

    it('is over with the call', async () => {
      HTMLMediaElement.prototype.play = block;
      const visitor = await visit();
      await visitor.talk();
      await visitor.hangUp();
      expect(visitor.find('hear-button')).to.equal(null);
      expect(visitor.part('error').hidden).to.equal(true);
    });
  });
});
