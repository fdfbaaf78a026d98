// Speech for fake microphones: makes it with the voices of the local service's synthesizer and writes
// it as WAV files. Use a voice other than slt, which is the agent's own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { concatSamples, resample, type Pcm } from '../../src/local/audio/pcm.js';
import { formatWav } from '../../src/local/audio/wav.js';
import { synthesize as speak, type Voice } from '../../src/local/speech/flite.js';

export type { Pcm, Voice };

const SAMPLE_RATE = 48_000;

/** Speaks `text`, 16 kHz mono. */
export function synthesize(text: string, { voice = 'rms' }: { voice?: Voice } = {}): Pcm {
  return speak(text, voice);
}

/** Writes a WAV file of 16 bit mono. */
export function writeWav(path: string, samples: Int16Array, sampleRate: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, formatWav({ samples, sampleRate }));
}

/** What is in a script: words to say, or milliseconds of silence. */
export type ScriptPart = string | number;

export interface ScriptedSpeech {
  readonly samples: Int16Array;
  readonly sampleRate: number;
  /** Where each text begins and ends, in milliseconds. */
  readonly marks: readonly {
    readonly text: string;
    readonly startMs: number;
    readonly endMs: number;
  }[];
}

/** Joins words and silence into one recording of 48 kHz, as browsers' fake microphones want it. */
export function scriptSpeech(parts: readonly ScriptPart[], voice: Voice = 'rms'): ScriptedSpeech {
  const sounds: Int16Array[] = [];
  const marks: { text: string; startMs: number; endMs: number }[] = [];
  let atMs = 0;
  for (const part of parts) {
    const samples =
      typeof part === 'number'
        ? new Int16Array(Math.round((part * SAMPLE_RATE) / 1000))
        : resample(synthesize(part, { voice }), SAMPLE_RATE).samples;
    const startMs = atMs;
    atMs += (samples.length / SAMPLE_RATE) * 1000;
    if (typeof part === 'string') marks.push({ text: part, startMs, endMs: atMs });
    sounds.push(samples);
  }
  return { samples: concatSamples(sounds), sampleRate: SAMPLE_RATE, marks };
}

/**
 * `samples` a quarter as loud, which is how loud people are at a microphone. A browser's gain control
 * begins with 15 dB or so, and distorts the first words of somebody who shouts.
 */
export function atMicrophone(samples: Int16Array): Int16Array {
  return samples.map((sample) => sample / 4);
}
