// What is heard is what was said: different visitors ask, and the agent's voice as it arrives in the
// page is compared with the voice that was sent, and read by a recognizer that knows neither.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopAgent } from '../../src/local/agents/shop.js';
import { splitAnswer } from '../../src/local/agents/understanding.js';
import { parseWav } from '../../src/local/audio/wav.js';
import { concatSamples, loudness, resample } from '../../src/local/audio/pcm.js';
import { recognize, similarity, wordsInCommon, wordsOf } from '../support/sound.js';
import { synthesize, type Voice } from '../support/speech.js';
import { answerTo, Stage } from '../support/stage.js';

/** Time to connect before the first word, and to listen to an answer, in ms. */
const CONNECT = 3_000;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

interface Question {
  readonly words: string;
  readonly transcript: string;
  readonly intent: string;
  /** How long the visitor listens to the answer, ms. */
  readonly listens: number;
}

const question = (words: string, intent: string, listens: number): Question => ({
  words,
  transcript: words[0]!.toUpperCase() + words.slice(1),
  intent,
  listens,
});

const VISITORS: readonly (readonly [Voice, readonly Question[]])[] = [
  [
    'rms',
    [question('good morning', 'hello', 5_500), question('when are you open', 'hours', 9_500)],
  ],
  [
    'awb',
    [
      question('tell me about delivery', 'delivery', 9_500),
      question('where is my order', 'order-status', 7_000),
    ],
  ],
  [
    'kal16',
    [
      question('what are your prices', 'price', 9_500),
      question('thank you very much', 'thanks', 4_000),
    ],
  ],
];

describe('Visitors with different voices', () => {
  it.each(VISITORS)('%s is understood and answered', async (voice, questions) => {
    const script = questions.flatMap(({ words, listens }) => [words, listens]);
    const visit = await stage.visit({ microphone: stage.recording([CONNECT, ...script], voice) });
    await visit.page.$eval('voice-agent', (element) => element.removeAttribute('greeting'));
    await visit.press('start-button');
    for (const { transcript, intent } of questions) {
      const asked = await visit.said('user', transcript);
      const from = visit.events.indexOf(asked);
      const { at } = await visit.state('live speaking', { from });
      const answer = await visit.said('agent', answerTo(intent), { from });
      expect(answer.detail.interrupted).toBe(false);
      await visit.state('live listening', { from: visit.events.indexOf(answer) });
      const recorded = await visit.recording('agent', at - 500);
      for (const part of splitAnswer(answerTo(intent))) {
        expect(similarity(recorded, synthesize(part, { voice: 'slt' }))).toBeGreaterThan(0.65);
      }
      const other = answerTo(intent === 'hours' ? 'returns' : 'hours');
      expect(similarity(recorded, synthesize(other, { voice: 'slt' }))).toBeLessThan(0.5);
      if (intent === 'hours' || intent === 'delivery') {
        const heard = await recognize(recorded);
        expect(wordsInCommon(heard, wordsOf(answerTo(intent)))).toBeGreaterThan(0.7);
      }
    }
    await visit.press('end-button');
    await visit.event('voice-end');
    expect(visit.complaints).toEqual([]);
  });
});

/** Recordings of people, as Debian's pocketsphinx-testdata has them. */
const PEOPLE = '/usr/share/pocketsphinx/test/data';
const CARDS = `${PEOPLE}/cards/005.wav`;
const NOVEL = `${PEOPLE}/librivox/sense_and_sensibility_01_austen_64kb-0880.wav`;

/** A person speaks once, after the call has connected. */
function person(file: string): { microphone: string; said: ReturnType<typeof parseWav> } {
  const said = parseWav(readFileSync(file));
  const { samples } = resample(said, 48_000);
  const silence = (ms: number): Int16Array => new Int16Array(48 * ms);
  const parts = [silence(CONNECT), samples, silence(2_000)];
  return { microphone: stage.file(concatSamples(parts), 48_000), said };
}

describe('People whose voices were recorded', () => {
  it.each([
    ['a person who names cards', CARDS],
    ['a person who reads a novel', NOVEL],
  ])('%s gets an honest answer', async (_, file) => {
    const visit = await stage.visit({ microphone: person(file).microphone });
    await visit.page.$eval('voice-agent', (element) => element.removeAttribute('greeting'));
    await visit.press('start-button');
    await visit.serverEvent('input_audio_buffer.speech_started');
    const answer = await visit.said('agent', /I heard you/);
    expect(answer.detail.text).toBe(shopAgent.notUnderstood);
    // It does not pretend to have understood.
    const visitors = visit.named('voice-transcript').filter(({ detail }) => detail.role === 'user');
    expect(visitors.at(-1)?.detail).toMatchObject({ text: '', final: true });
    await visit.press('end-button');
    await visit.event('voice-end');
  });

  it('a person hears their own voice from the echo agent', async () => {
    const { microphone, said } = person(NOVEL);
    const visit = await stage.visit({ microphone });
    await visit.page.$eval('voice-agent', (element) => element.removeAttribute('greeting'));
    await visit.set({ 'token-url': '/token?agent=echo' });
    await visit.press('start-button');
    const { at } = await visit.state('live speaking');
    await visit.serverEvent('output_audio_buffer.stopped');
    const echo = await visit.recording('agent', at - 500);
    expect(loudness(echo.samples)).toBeGreaterThan(0.01);
    // Twice through the browser's noise suppression and gain control it is not the same wave any more.
    const alike = similarity(echo, said);
    expect(alike).toBeGreaterThan(0.4);
    expect(alike).toBeGreaterThan(similarity(echo, person(CARDS).said));
    await visit.press('end-button');
    await visit.event('voice-end');
  });
});
