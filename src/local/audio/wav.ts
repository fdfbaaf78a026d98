// Reads and writes 16 bit mono WAV files in memory. It does not touch the disk.
import type { Pcm } from './pcm.js';

export function parseWav(bytes: Uint8Array): Pcm {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 44 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') {
    throw new Error('This is no WAV file.');
  }
  let sampleRate = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = tag(at);
    const size = view.getUint32(at + 4, true);
    if (name === 'fmt ') {
      const format = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
      if (format[0] !== 1 || format[1] !== 1 || view.getUint16(at + 22, true) !== 16) {
        throw new Error('Only 16 bit mono PCM is read.');
      }
      sampleRate = view.getUint32(at + 12, true);
    } else if (name === 'data') {
      const length = Math.min(size, bytes.length - at - 8) >> 1;
      const samples = new Int16Array(length);
      for (let index = 0; index < length; index++) {
        samples[index] = view.getInt16(at + 8 + index * 2, true);
      }
      return { samples, sampleRate };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('The WAV file has no sound in it.');
}

export function formatWav({ samples, sampleRate }: Pcm): Uint8Array {
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, name: string): void => {
    for (let index = 0; index < 4; index++) view.setUint8(at + index, name.charCodeAt(index));
  };
  tag(0, 'RIFF');
  view.setUint32(4, 36 + samples.length * 2, true);
  tag(8, 'WAVE');
  tag(12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  tag(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => view.setInt16(44 + index * 2, sample, true));
  return bytes;
}
