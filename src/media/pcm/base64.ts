/** 16 bits a sample, low byte first, as text: the form that sound has in events. */

export function toBase64(samples: Int16Array): string {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  samples.forEach((sample, index) => {
    view.setInt16(index * 2, sample, true);
  });
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** What is no base64 is silence of no length; half a sample at the end is left out. */
export function fromBase64(base64: unknown): Int16Array {
  let text: string;
  try {
    text = typeof base64 === 'string' ? atob(base64) : '';
  } catch {
    text = '';
  }
  return Int16Array.from(
    { length: text.length >> 1 },
    (_, index) =>
      ((text.charCodeAt(index * 2) | (text.charCodeAt(index * 2 + 1) << 8)) << 16) >> 16,
  );
}
