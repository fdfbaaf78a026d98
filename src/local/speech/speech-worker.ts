// The worker thread that understands and speaks for one call process: both block for tens of
// milliseconds, which the 20 ms rhythm of the media thread could not bear. It knows no call.
import { parentPort } from 'node:worker_threads';
import { CALL_RATE, resample, trimSilence } from '../audio/pcm.js';
import { loadSynthesizer, synthesize } from './flite.js';
import { Recognizer, type Vocabulary } from './recognizer.js';
import type { FromWorker, ToWorker } from './speech-messages.js';

const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread.');

const reply = (message: FromWorker, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

/** The same answers are given again and again; 4 MB of them are kept. */
const cache = new Map<string, Int16Array>();
const CACHE_SAMPLES = 2_000_000;
let cached = 0;

function speak(text: string, speed: number): Int16Array {
  const key = `${speed} ${text}`;
  const known = cache.get(key);
  if (known) return known;
  const pcm = trimSilence(resample(synthesize(text, 'slt', speed), CALL_RATE));
  const samples = pcm.samples.slice();
  cache.set(key, samples);
  cached += samples.length;
  for (const [oldest, old] of cache) {
    if (cached <= CACHE_SAMPLES) break;
    cache.delete(oldest);
    cached -= old.length;
  }
  return samples;
}

loadSynthesizer();
const recognizer = await Recognizer.load();

/** A grammar takes tens of milliseconds to make: of many in a row only the last is. */
let vocabulary: Vocabulary | undefined;
function useVocabulary(): void {
  if (vocabulary) recognizer.listenFor(vocabulary);
  vocabulary = undefined;
}

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'listen':
      recognizer.cancel();
      if (!vocabulary) setImmediate(useVocabulary);
      vocabulary = message.vocabulary;
      return;
    case 'hear':
      useVocabulary();
      recognizer.hear(message.samples);
      return;
    case 'cancel':
      recognizer.cancel();
      return;
    case 'finish':
      reply({ type: 'heard', id: message.id, text: recognizer.finish() });
      return;
    case 'speak':
      try {
        const samples = speak(message.text, message.speed).slice();
        reply({ type: 'spoken', id: message.id, samples }, [samples.buffer]);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        reply({ type: 'failed', id: message.id, message: why });
      }
  }
});

reply({ type: 'ready' });
