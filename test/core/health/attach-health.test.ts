/** What is done about a service that falls silent, or runs wild, and about an answer without sound. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attachHealth } from '../../../src/core/health/attach-health.js';
import type { ClientEvent, ServerEvent, VoiceError } from '../../../src/core/index.js';
import { detailsOf, FakeCall } from '../../support/fake-call.js';
import { event } from '../../support/server-events.js';

/** A call over a connection whose statistics the test makes up. */
function setUp({ session = 'session.created' } = {}) {
  const sent: ClientEvent[] = [];
  const givenUp: string[] = [];
  const ends: unknown[][] = [];
  const voice = { type: 'inbound-rtp', kind: 'audio', packetsReceived: 0, totalAudioEnergy: 0 };
  const route = {
    type: 'candidate-pair',
    nominated: true,
    state: 'succeeded',
    responsesReceived: 0,
  };
  const audio = { paused: false };
  const page = { isFree: Promise.resolve(), hears: true };
  const line = {
    session: event(session) as ServerEvent | undefined,
    send: (one: ClientEvent) => sent.push(one),
    connection: {
      stats: async () => {
        if (page.hears) route.responsesReceived++;
        const report = new Map(Object.entries({ voice: { ...voice }, route: { ...route } }));
        await page.isFree;
        return report;
      },
      giveUp: (how: string) => givenUp.push(how),
    },
  };
  const call = new FakeCall();
  const end = call.end.bind(call);
  const over = new AbortController();
  Object.assign(call, {
    attempt: { line, speaker: { audio }, signal: over.signal },
    end: (...args: unknown[]) => {
      ends.push(args);
      over.abort();
      end();
    },
  });
  const silences: (VoiceError | undefined)[] = [];
  attachHealth(call as never, (error) => silences.push(error));
  const errors = detailsOf<{ error: VoiceError; fatal: boolean }>(call, 'voice-error');
  call.start();
  return { call, sent, givenUp, ends, voice, audio, page, silences, errors };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

beforeEach(() => {
  vi.useFakeTimers();
  // A page goes offline; Node does not.
  vi.stubGlobal('addEventListener', () => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a service that says nothing', () => {
  it('C12 for half a minute of an answer is asked, and given up when it does not answer', async () => {
    const { call, sent, givenUp } = setUp();
    call.change({ turn: 'thinking' });
    await seconds(30);
    expect(sent).toEqual([]);
    await seconds(0.6);
    expect(sent).toEqual([{ type: 'session.update', session: { type: 'realtime' } }]);
    await seconds(5);
    expect(givenUp).toEqual([]);
    await seconds(0.6);
    expect(givenUp).toEqual(['the service does not answer any more']);
    expect(sent).toHaveLength(1);
  });

  it('C12 but answers when it is asked, is asked again half a minute later', async () => {
    const { call, sent, givenUp } = setUp();
    call.change({ turn: 'speaking' });
    await seconds(31);
    call.receive(event('session.updated'));
    await seconds(29);
    expect(sent).toHaveLength(1);
    await seconds(2);
    expect(sent).toHaveLength(2);
    expect(givenUp).toEqual([]);
  });

  it('C12 while nobody waits for an answer, is left in peace', async () => {
    const { call, sent } = setUp();
    await seconds(120);
    call.change({ turn: 'hearing' });
    await seconds(120);
    call.change({ turn: 'thinking' });
    await seconds(29);
    expect(sent).toEqual([]);
  });

  it('C12 whose session events a filter keeps back, is not asked', async () => {
    const { call, sent } = setUp({ session: 'output_audio_buffer.started' });
    call.change({ turn: 'speaking' });
    await seconds(120);
    expect(sent).toEqual([]);
  });
});

describe('a service that says too much', () => {
  const some = (count: number) => Array.from({ length: count }, () => event('flood.drop'));

  it('D3 may say 2,000 things at once, and 500 a second for ever', async () => {
    const { call, ends } = setUp();
    call.receive(...some(2_400));
    for (let second = 0; second < 30; second++) {
      await seconds(1);
      call.receive(...some(500));
    }
    expect(ends).toEqual([]);
  });

  it('D3 for longer ends the call in words', async () => {
    const { call, ends } = setUp();
    for (let time = 0; time < 10 && ends.length === 0; time++) {
      call.receive(...some(500));
      await seconds(0.1);
    }
    expect(ends).toMatchObject([
      [
        'error',
        { code: 'server-error', message: expect.stringContaining('500 events a second') as string },
      ],
    ]);
  });
});

describe('a network', () => {
  const qualityOf = (call: FakeCall): string[] => {
    const seen: string[] = [];
    call.addEventListener('voice-state-change', ({ detail: { state } }) => {
      if (state.status === 'live' && state.quality !== seen.at(-1)) seen.push(state.quality);
    });
    return seen;
  };

  it('over which nothing comes for 4 s is called unstable, until something comes', async () => {
    const { call, page } = setUp();
    await seconds(1);
    const seen = qualityOf(call);
    page.hears = false;
    await seconds(3.8);
    expect(seen).not.toContain('poor');
    await seconds(1);
    expect(seen.at(-1)).toBe('poor');
    page.hears = true;
    await seconds(1);
    expect(seen.at(-1)).toBe('good');
  });

  it('of which a busy page is told late is not called so', async () => {
    const { call, page } = setUp();
    await seconds(1);
    const seen = qualityOf(call);
    let free = (): void => undefined;
    page.isFree = new Promise((resolve) => (free = resolve));
    page.hears = false;
    await seconds(0.6);
    page.hears = true;
    await seconds(5);
    free();
    await seconds(1);
    expect(seen).not.toContain('poor');
  });
});

describe('an answer', () => {
  const started = event('output_audio_buffer.started', { response_id: 'r1' });
  const stopped = event('output_audio_buffer.stopped', { response_id: 'r1' });

  it('C14 of which nothing is heard for 3 s is told once, and no more when sound comes', async () => {
    const { call, voice, silences, errors } = setUp();
    await seconds(2);
    call.receive(started);
    await seconds(2.9);
    expect(errors).toEqual([]);
    voice.packetsReceived = 145;
    await seconds(6);
    expect(errors).toMatchObject([{ error: { code: 'server-error' }, fatal: false }]);
    expect(errors[0]?.error.message).toContain('145 packets');
    expect(silences).toEqual([errors[0]?.error]);
    call.receive(stopped);
    call.receive(started);
    voice.totalAudioEnergy += 0.01;
    await seconds(1);
    expect(silences).toEqual([errors[0]?.error, undefined]);
    await seconds(10);
    expect(errors).toHaveLength(1);
  });

  it('C14 that is heard, and then pauses, is none of them', async () => {
    const { call, voice, errors } = setUp();
    call.receive(started);
    await seconds(1);
    voice.totalAudioEnergy += 0.01;
    await seconds(30);
    expect(errors).toEqual([]);
  });

  it('C14 that is heard at once, and not again, is none either', async () => {
    const { call, voice, errors } = setUp();
    call.receive(started);
    voice.totalAudioEnergy += 0.01;
    await seconds(30);
    expect(errors).toEqual([]);
  });

  it('C14 of whose sound a busy page is told late is none either', async () => {
    const { call, voice, page, errors } = setUp();
    let free = (): void => undefined;
    page.isFree = new Promise((resolve) => (free = resolve));
    call.receive(started);
    await seconds(0.9);
    voice.totalAudioEnergy += 0.01;
    await seconds(3);
    free();
    await seconds(1);
    expect(errors).toEqual([]);
  });

  it('C14 that is stopped before, or that the browser does not play, is none either', async () => {
    const { call, audio, errors } = setUp();
    call.receive(started);
    await seconds(2);
    call.receive(stopped);
    await seconds(5);
    audio.paused = true;
    call.receive(started);
    await seconds(10);
    expect(errors).toEqual([]);
  });

  it('C14 whose call ends is not spoken of any more', async () => {
    const { call, silences } = setUp();
    call.receive(started);
    await seconds(4);
    call.end();
    expect(silences).toEqual([expect.anything(), undefined]);
  });
});
