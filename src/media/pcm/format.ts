/** PCM as realtime services take it over a WebSocket: 24,000 samples a second, 16 bits each, one channel. */

/** In Hz. */
export const PCM_RATE = 24_000;

/** Samples of −1 to 1 as 16 bits; what is louder is cut. */
export function toInt16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) =>
    Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))),
  );
}

export function toFloat32(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32_768);
}
