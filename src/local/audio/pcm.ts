// Sound as numbers, and the few things done with it. It knows no codec and no file format.

/** Mono sound: signed 16 bit samples. */
export interface Pcm {
  readonly samples: Int16Array;
  readonly sampleRate: number;
}

/** The rate of everything inside a call: what the recognizer wants and the voice has. */
export const CALL_RATE = 16_000;
/** One Opus frame: 20 ms. */
export const FRAME_MS = 20;
export const FRAME_SAMPLES = (CALL_RATE * FRAME_MS) / 1000;

/** Root mean square in 0…1. */
export function loudness(samples: Int16Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length) / 32_768;
}

/** Cuts silence at both ends, leaving `marginMs` of it: a voice that starts late feels slow. */
export function trimSilence(pcm: Pcm, marginMs = 20, threshold = 200): Pcm {
  const { samples, sampleRate } = pcm;
  const margin = Math.round((marginMs * sampleRate) / 1000);
  let start = 0;
  while (start < samples.length && Math.abs(samples[start] as number) < threshold) start++;
  let end = samples.length;
  while (end > start && Math.abs(samples[end - 1] as number) < threshold) end--;
  if (start === end) return { samples: new Int16Array(0), sampleRate };
  return {
    samples: samples.subarray(Math.max(0, start - margin), Math.min(samples.length, end + margin)),
    sampleRate,
  };
}

/** Linear interpolation: good enough for speech between 8, 16, 24 and 48 kHz. */
export function resample(pcm: Pcm, sampleRate: number): Pcm {
  if (pcm.sampleRate === sampleRate) return pcm;
  const ratio = pcm.sampleRate / sampleRate;
  const samples = new Int16Array(Math.floor(pcm.samples.length / ratio));
  for (let index = 0; index < samples.length; index++) {
    const at = index * ratio;
    const left = Math.floor(at);
    const a = pcm.samples[left] as number;
    const b = pcm.samples[left + 1] ?? a;
    samples[index] = a + (b - a) * (at - left);
  }
  return { samples, sampleRate };
}

export function concatSamples(parts: readonly Int16Array[]): Int16Array {
  const joined = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
