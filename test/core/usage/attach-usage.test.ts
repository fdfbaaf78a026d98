/** What a call has used: counted once, whatever the service repeats, forgets or gets wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachUsage } from '../../../src/core/usage/attach-usage.js';
import type { PriceList, Prices } from '../../../src/core/usage/prices.js';
import {
  OPENAI_PRICES,
  OPENAI_TRANSCRIPTION_PRICES,
  openaiPrices,
} from '../../../src/core/usage/prices/openai-2026-11.js';
import { NO_USAGE, sum } from '../../../src/core/usage/token-usage.js';
import type { VoiceUsageDetail } from '../../../src/core/usage/usage-events.js';
import { detailsOf, FakeCall } from '../../support/fake-call.js';
import { event } from '../../support/server-events.js';

const usage = {
  total_tokens: 310,
  input_tokens: 200,
  output_tokens: 110,
  input_token_details: {
    text_tokens: 120,
    audio_tokens: 50,
    image_tokens: 30,
    cached_tokens: 96,
    cached_tokens_details: { text_tokens: 64, audio_tokens: 32, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 30, audio_tokens: 80 },
};
const counted = {
  input: { text: 120, audio: 50, image: 30 },
  cached: { text: 64, audio: 32, image: 0 },
  output: { text: 30, audio: 80 },
  transcription: { input: 0, output: 0, seconds: 0 },
};

const done = (id: string, said: unknown, status = 'completed') =>
  event('response.done', { response: { id, status, usage: said } });
const transcribed = (id: string, said: unknown) =>
  event('conversation.item.input_audio_transcription.completed', {
    item_id: id,
    content_index: 0,
    transcript: 'Hello',
    usage: said,
  });

function setUp(prices?: Prices | PriceList) {
  const call = new FakeCall();
  const details = detailsOf<VoiceUsageDetail>(call, 'voice-usage');
  const counter = attachUsage(call, { prices });
  call.start();
  return { call, details, counter };
}

/** Every number in there, however deep. */
const numbersIn = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : Object.values(value as object).flatMap((inner) => numbersIn(inner));

describe('what a response has used', () => {
  it('is told by kind, with the sum so far', () => {
    const { call, details, counter } = setUp();
    call.receive(done('r1', usage), done('r2', usage));
    expect(details.map(({ turn }) => turn)).toEqual([counted, counted]);
    expect(details[0]?.total).toEqual(counted);
    expect(counter.total).toEqual({
      ...counted,
      input: { text: 240, audio: 100, image: 60 },
      cached: { text: 128, audio: 64, image: 0 },
      output: { text: 60, audio: 160 },
    });
  });

  it('counts once, however often the service says it', () => {
    const { call, details } = setUp();
    call.receive(done('r1', usage), done('r1', usage), done('r1', usage));
    expect(details).toHaveLength(1);
  });

  it('counts for answers that were cancelled, failed or filtered, too', () => {
    const { call, details } = setUp();
    for (const status of ['cancelled', 'failed', 'incomplete']) {
      call.receive(done(status, usage, status));
    }
    expect(details).toHaveLength(3);
  });

  it('is not told when the service does not say it', () => {
    const { call, details } = setUp();
    call.receive(done('r1', undefined), done('r2', null), done('r3', 7));
    call.receive(event('response.done', { response: null }), event('response.done'));
    call.receive(transcribed('i1', undefined));
    expect(details).toEqual([]);
    call.receive(done('r1', usage));
    expect(details).toHaveLength(1);
  });

  it.each([
    ['no details at all', { input_tokens: 9, output_tokens: 4 }, [9, 0, 0], [0, 0, 0], [4, 0]],
    [
      'no details of what is cached',
      { input_token_details: { text_tokens: 90, audio_tokens: 5, cached_tokens: 64 } },
      [90, 5, 0],
      [64, 0, 0],
      [0, 0],
    ],
    [
      'more cached than there was',
      { input_token_details: { text_tokens: 9, cached_tokens: 64 } },
      [9, 0, 0],
      [9, 0, 0],
      [0, 0],
    ],
    [
      'numbers that are none',
      {
        input_token_details: { text_tokens: NaN, audio_tokens: -5, image_tokens: '7' },
        output_token_details: { text_tokens: Infinity, audio_tokens: null },
      },
      [0, 0, 0],
      [0, 0, 0],
      [0, 0],
    ],
    ['nothing in it', {}, [0, 0, 0], [0, 0, 0], [0, 0]],
  ])('makes sense with %s', (_, said, input, cached, output) => {
    const { call, counter } = setUp();
    call.receive(done('r1', said));
    const { total } = counter;
    expect([total.input.text, total.input.audio, total.input.image]).toEqual(input);
    expect([total.cached.text, total.cached.audio, total.cached.image]).toEqual(cached);
    expect([total.output.text, total.output.audio]).toEqual(output);
  });
});

describe('what a transcription has used', () => {
  it('is counted apart, in tokens or in seconds', () => {
    const { call, details, counter } = setUp();
    call.receive(transcribed('i1', { type: 'tokens', input_tokens: 20, output_tokens: 6 }));
    call.receive(transcribed('i2', { type: 'duration', seconds: 2.5 }));
    call.receive(transcribed('i2', { type: 'duration', seconds: 2.5 }));
    expect(details).toHaveLength(2);
    const transcription = { input: 20, output: 6, seconds: 2.5 };
    expect(counter.total).toEqual({ ...NO_USAGE, transcription });
  });
});

describe('the sum', () => {
  it('begins anew with each call, and stays readable after it', () => {
    const { call, counter } = setUp();
    call.receive(done('r1', usage));
    call.end();
    expect(counter.total).toEqual(counted);
    call.start();
    expect(counter.total).toEqual(NO_USAGE);
    // Another session may use the same ids.
    call.receive(done('r1', usage));
    expect(counter.total).toEqual(counted);
  });

  it('stops growing when nobody wants it any more', () => {
    const { call, details, counter } = setUp();
    counter.close();
    call.receive(done('r1', usage));
    expect(details).toEqual([]);
    expect(counter.total).toEqual(NO_USAGE);
  });

  const tokens = fc.nat({ max: 1_000_000 });
  const someUsage = fc.record({
    input_tokens: tokens,
    output_tokens: tokens,
    input_token_details: fc.record({
      text_tokens: tokens,
      audio_tokens: tokens,
      cached_tokens: tokens,
    }),
  });

  it('is that of all turns, whatever is repeated and in whatever order', () => {
    const repeated = fc
      .uniqueArray(fc.tuple(fc.string(), someUsage), { selector: ([id]) => id, maxLength: 8 })
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
        ),
      );
    fc.assert(
      fc.property(repeated, ([once, stream]) => {
        const { call, details, counter } = setUp();
        for (const [id, said] of stream) call.receive(done(id, said));
        expect(details).toHaveLength(once.length);
        expect(details.map(({ turn }) => turn).reduce(sum, NO_USAGE)).toEqual(counter.total);
        const straight = setUp();
        for (const [id, said] of once) straight.call.receive(done(id, said));
        expect(straight.counter.total).toEqual(counter.total);
      }),
    );
  });

  it('is made of finite numbers, whatever the service sends', () => {
    const strange = fc.oneof(fc.jsonValue(), fc.double(), fc.constant(undefined), someUsage);
    fc.assert(
      fc.property(fc.array(fc.tuple(strange, strange)), (pairs) => {
        const { call, counter } = setUp(OPENAI_PRICES['gpt-realtime-2.1']);
        for (const [id, said] of pairs) {
          call.receive(done(id as string, said), transcribed(id as string, said));
          call.receive(done('nested', { input_token_details: said, output_tokens: said }));
        }
        for (const value of numbersIn(counter.total)) {
          expect(Number.isFinite(value) && value >= 0).toBe(true);
        }
      }),
    );
  });
});

describe('what it costs', () => {
  it('is estimated per turn and in total, cached tokens at their own price', () => {
    const { call, details, counter } = setUp({
      ...OPENAI_PRICES['gpt-realtime-2.1'],
      transcription: OPENAI_TRANSCRIPTION_PRICES['gpt-realtime-whisper'],
    });
    call.receive(done('r1', usage), transcribed('i1', { type: 'duration', seconds: 30 }));
    const response = (56 * 4 + 64 * 0.4 + 18 * 32 + 32 * 0.4 + 30 * 5 + 30 * 24 + 80 * 64) / 1e6;
    expect(details.map(({ turn }) => turn.cost)).toEqual([
      expect.closeTo(response, 12),
      expect.closeTo(0.0085, 12),
    ]);
    expect(counter.total.cost).toBeCloseTo(response + 0.0085, 12);
  });

  const sessionWith = (model: unknown, transcription?: string, type = 'session.created') =>
    event(type, {
      session: {
        model,
        audio: { input: { transcription: transcription && { model: transcription } } },
      },
    });

  it('is found by the names of the models that the service says', () => {
    const { call, details } = setUp(openaiPrices);
    call.receive(sessionWith('gpt-realtime-2.1', 'gpt-realtime-whisper'), done('resp_1', usage));
    call.receive(transcribed('u1', { type: 'duration', seconds: 60 }));
    expect(details.map(({ turn }) => turn.cost)).toEqual([expect.closeTo(0.0068284, 9), 0.017]);
    expect(details.at(-1)?.total.cost).toBeCloseTo(0.0238284, 9);
    call.end();
    call.start(sessionWith('gpt-realtime-2.1-mini'));
    call.receive(done('resp_1', usage));
    expect(details.at(-1)?.total.cost).toBeLessThan(0.003);
  });

  it.each([
    ['unknown', sessionWith('a-model')],
    ['no name', sessionWith(5)],
    ['not told', event('session.created', { session: null })],
  ])('is not there where the model is %s', (_, session) => {
    const { call, details, counter } = setUp(openaiPrices);
    call.receive(session, done('resp_1', usage));
    expect(details[0]).toEqual({ turn: counted, total: counted });
    expect('cost' in counter.total).toBe(false);
  });

  it('is not there for the sum where one turn has none, nor where the prices cannot be found', () => {
    const { call, details } = setUp(({ model }) => {
      if (model === 'broken') throw new Error('No.');
      return openaiPrices({ model });
    });
    call.receive(sessionWith('broken'), done('resp_1', usage));
    call.receive(sessionWith('gpt-realtime', undefined, 'session.updated'), done('resp_2', usage));
    expect(details.map(({ turn, total }) => ['cost' in turn, 'cost' in total])).toEqual([
      [false, false],
      [true, false],
    ]);
  });

  it('is not there without prices', () => {
    const { call, counter } = setUp();
    call.receive(done('r1', usage));
    expect(counter.total).not.toHaveProperty('cost');
  });
});
