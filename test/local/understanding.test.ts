// From sound to meaning without a call: where speech begins and ends, what was said, what it means.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { shopAgent } from '../../src/local/agents/shop.js';
import { speakable } from '../../src/local/agents/spoken-results.js';
import { splitAnswer, Understanding } from '../../src/local/agents/understanding.js';
import { OpusCodec } from '../../src/local/audio/opus.js';
import { concatSamples, FRAME_SAMPLES } from '../../src/local/audio/pcm.js';
import { Vad, type VadEvent } from '../../src/local/audio/vad.js';
import { buildJsgf, expandPhrase, normalize } from '../../src/local/speech/grammar.js';
import { Recognizer } from '../../src/local/speech/recognizer.js';
import { Listener, type Turn } from '../../src/local/session/listener.js';
import { synthesize, type Voice } from '../support/speech.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

describe('a phrase', () => {
  it('stands for every sentence it describes', () => {
    expect(expandPhrase('(hi|hello) [there]').sort()).toEqual([
      'hello',
      'hello there',
      'hi',
      'hi there',
    ]);
    expect(expandPhrase("What's [on [the]] up?")).toEqual([
      "what's up",
      "what's on up",
      "what's on the up",
    ]);
    for (const bad of ['(a', 'a)', '[a', 'a]', '(a]']) {
      expect(() => expandPhrase(bad)).toThrow(/not well formed/);
    }
    expect(() => expandPhrase('(a|b|c|d|e|f) '.repeat(6))).toThrow(/more than 500/);
    expect(() => buildJsgf([], '1')).toThrow(/at least one/);
    expect(normalize('  Héllo,   “WORLD”! ')).toBe('hello world');
  });
});

describe('the shop agent', () => {
  const shop = new Understanding(shopAgent);

  it.each([
    ['Opening hours?', 'hours'],
    ['hey, when are you open', 'hours'],
    ['do you ship?', 'delivery'],
    ['I would like a refund', 'returns'],
    ['How much is a fern?', 'price'],
    ['my orchid looks sad', 'care-orchid'],
    ['ok thanks!', 'thanks'],
    ['tell me a STORY', 'story'],
  ])('knows what the typed "%s" means', (text, intent) => {
    expect(shop.intentOf(text)?.name).toBe(intent);
  });

  it('does not pretend to know the rest', () => {
    for (const text of ['the quick brown fox', 'zzz', '', 'capital of France']) {
      expect(shop.intentOf(text)).toBeUndefined();
    }
  });

  it('has a story long enough to be interrupted', () => {
    const story = shopAgent.intents.find(({ name }) => name === 'story')?.answer ?? '';
    const seconds = splitAnswer(story).reduce((sum, part) => {
      const { samples, sampleRate } = synthesize(part, { voice: 'slt' });
      return sum + samples.length / sampleRate;
    }, 0);
    expect(seconds).toBeGreaterThan(15);
  });

  it('speaks long answers in parts that are the whole answer', () => {
    for (const { answer } of shopAgent.intents) {
      expect(splitAnswer(answer).join(' ')).toBe(answer);
    }
    expect(splitAnswer('Yes, one two three four, five.')[0]).toBe('Yes, one two three four, five.');
  });

  it('speaks a sentence that does not end in parts, too', () => {
    const words = 'fern '.repeat(5_000).trim();
    expect(splitAnswer(words).join(' ')).toBe(words);
    const word = 'x'.repeat(5_000) + '!'.repeat(5_000);
    expect(splitAnswer(word).join('')).toBe(word);
    for (const part of [...splitAnswer(words), ...splitAnswer(word)]) {
      expect(part.length).toBeLessThanOrEqual(200);
    }
  });

  it('reads out what a tool returned', () => {
    expect(speakable('{"temperature":21,"sky_now":"clear"}')).toBe(
      'temperature: 21, sky now: clear',
    );
    expect(speakable('{"message":"Done and dusted."}')).toBe('Done and dusted.');
    expect(speakable('["a",2,null]')).toBe('a, 2');
    expect(speakable('plain words')).toBe('plain words');
    expect(speakable('')).toBe('Done.');
  });
});

describe('the recognizer', () => {
  let recognizer: Recognizer;
  const shop = new Understanding(shopAgent);

  beforeAll(async () => {
    recognizer = await Recognizer.load();
    recognizer.listenFor({
      sentences: [...shop.sentences.keys()],
      words: shopAgent.pronunciations,
    });
  });
  afterAll(() => recognizer.close());

  function hear(text: string, voice: Voice): string | undefined {
    recognizer.hear(synthesize(text, { voice }).samples);
    return recognizer.finish();
  }

  it.each(['rms', 'awb', 'kal16'] as const)(
    'understands one phrase of each intent by %s',
    (voice) => {
      const missed = shopAgent.intents.flatMap((intent) => {
        const sentences = [...shop.sentences].flatMap(([text, meant]) =>
          meant === intent ? [text] : [],
        );
        const said = sentences.reduce((a, b) => (b.length > a.length ? b : a));
        const heard = hear(said, voice);
        return heard !== undefined && shop.intentOf(heard) === intent ? [] : [`${said} → ${heard}`];
      });
      expect(missed).toEqual([]);
    },
  );

  it('takes other speech for none of its sentences', () => {
    const others = [
      'the quick brown fox jumps over the lazy dog',
      'my sister plays the piano every evening',
      'the stock market fell by two percent',
      'nine plus seven is sixteen',
      'please call me back later tonight',
      'i like pizza with mushrooms',
    ];
    expect(others.map((text) => hear(text, 'rms')).filter(Boolean)).toEqual([]);
  });

  it('says which word it cannot pronounce', () => {
    expect(() => recognizer.listenFor({ sentences: ['hello xyzzy'], words: {} })).toThrow(/xyzzy/);
  });
});

describe('voice activity', () => {
  let vad: Vad;
  beforeAll(async () => {
    vad = await Vad.load();
  });
  afterAll(() => vad.close());

  const silence = (ms: number): Int16Array => new Int16Array(ms * 16);
  /** Noise from a fixed seed, so that every run hears the same. */
  function noise(ms: number, amplitude: number): Int16Array {
    let seed = 1;
    return Int16Array.from({ length: ms * 16 }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return (seed / 1_073_741_824 - 1) * amplitude;
    });
  }
  function listen(samples: Int16Array, silenceMs = 500): VadEvent[] {
    vad.reset();
    const events: VadEvent[] = [];
    for (let at = 0; at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES) {
      const event = vad.hear(samples.subarray(at, at + FRAME_SAMPLES), {
        threshold: 0.5,
        silenceMs,
      });
      if (event) events.push(event);
    }
    return events;
  }

  it.each(['rms', 'awb', 'kal16'] as const)(
    'finds the start and the end of what %s says',
    (voice) => {
      const speech = synthesize('what are your hours', { voice }).samples;
      const speechMs = speech.length / 16;
      const events = listen(concatSamples([silence(1_000), speech, silence(1_500)]));
      expect(events.map(({ type }) => type)).toEqual(['started', 'stopped']);
      const [started, stopped] = events.map(({ atMs }) => atMs) as [number, number];
      // The synthesizer's own silence at both ends is up to 300 ms.
      expect(started).toBeGreaterThan(900);
      expect(started).toBeLessThan(1_500);
      expect(stopped).toBeGreaterThan(1_000 + speechMs - 500 + 500);
      expect(stopped).toBeLessThan(1_000 + speechMs + 500 + 100);
    },
  );

  it('hears speech in a noisy room, and nothing in the noise alone', () => {
    expect(listen(noise(5_000, 300))).toEqual([]);
    const speech = synthesize('tell me about delivery', { voice: 'rms' }).samples;
    const room = noise(1_500 + speech.length / 16 + 2_000, 300);
    speech.forEach((sample, at) => {
      room[at + 24_000] = Math.max(-32_768, Math.min(32_767, (room[at + 24_000] ?? 0) + sample));
    });
    expect(listen(room).map(({ type }) => type)).toEqual(['started', 'stopped']);
  });

  it('ignores a click and a tone that is not a voice', () => {
    const click = silence(2_000);
    click.fill(20_000, 16_000, 16_400);
    expect(listen(click)).toEqual([]);
  });

  it('ends a turn only after the silence that was asked for', () => {
    const word = synthesize('hello', { voice: 'rms' }).samples;
    const pausing = concatSamples([silence(600), word, silence(700), word, silence(2_500)]);
    expect(listen(pausing, 400).filter(({ type }) => type === 'stopped')).toHaveLength(2);
    expect(listen(pausing, 1_500).filter(({ type }) => type === 'stopped')).toHaveLength(1);
  });
});

describe('who speaks as soon as the call begins', () => {
  it.each([0, 1, 2, 3, 10])('after %d frames of silence, is understood', async (lead) => {
    const [recognizer, vad] = await Promise.all([Recognizer.load(), Vad.load()]);
    recognizer.listenFor({
      sentences: [...new Understanding(shopAgent).sentences.keys()],
      optional: ['add two and three'],
      words: shopAgent.pronunciations,
    });
    const codec = new OpusCodec();
    let turn: Turn | undefined;
    const listener = new Listener(
      vad,
      {
        hear: (samples) => recognizer.hear(samples),
        cancel: () => recognizer.cancel(),
        finish: () => Promise.resolve(recognizer.finish()),
      },
      { onStarted: () => undefined, onStopped: (it) => (turn = it), newItemId: () => 'item_1' },
      { type: 'server_vad' },
    );
    const say = (frame: Int16Array) => {
      listener.hear(codec.decode(Buffer.from(codec.encode(frame))) as Int16Array);
    };
    const quiet = new Int16Array(FRAME_SAMPLES);
    const { samples } = synthesize('add two and three', { voice: 'rms' });
    for (let frame = 0; frame < lead; frame++) listener.hear(quiet);
    for (let at = 0; at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES) {
      say(samples.subarray(at, at + FRAME_SAMPLES));
    }
    for (let frame = 0; frame < 40; frame++) listener.hear(quiet);
    expect(await turn?.heard).toBe('add two and three');
    codec.close();
    recognizer.close();
    vad.close();
  });
});
