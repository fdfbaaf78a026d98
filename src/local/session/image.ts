// Reads type and size in pixels from the head of a picture in a data URL. It decodes no picture.
import { ProtocolError } from './protocol-error.js';

export interface ImageInfo {
  readonly type: 'png' | 'jpeg' | 'webp' | 'gif';
  readonly width: number;
  readonly height: number;
}

type Size = readonly [width: number, height: number];

const EXAMPLE = 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=';

/** Throws a ProtocolError that names `path` for what is no picture. */
export function readImage(url: string, path = 'image_url'): ImageInfo {
  const [, type, data] = /^data:([\w/+.-]+);base64,([\w+/]+={0,2})$/.exec(url) ?? [];
  if (type === undefined || data === undefined) {
    throw refusal(
      path,
      `Expected a base64-encoded data URL with an image MIME type (e.g. '${EXAMPLE}'), but got ${
        url.startsWith('data:') ? 'a data URL without base64-encoded data' : 'a value without it'
      }.`,
    );
  }
  const name = type.replace('image/', '').replace('jpg', 'jpeg');
  const read = Object.hasOwn(READERS, name) ? READERS[name as ImageInfo['type']] : undefined;
  if (!type.startsWith('image/') || !read) {
    throw refusal(
      path,
      `Expected a base64-encoded data URL with an image MIME type (e.g. '${EXAMPLE}'), but got unsupported MIME type '${type}'.`,
    );
  }
  const [width, height] = sizeIn(Buffer.from(data, 'base64'), read) ?? [0, 0];
  if (width === 0 || height === 0) {
    throw refusal(path, 'The image data you provided does not represent a valid image.');
  }
  return { type: name as ImageInfo['type'], width, height };
}

const refusal = (path: string, why: string): ProtocolError =>
  new ProtocolError('invalid_value', `Invalid '${path}'. ${why}`, path);

function sizeIn(bytes: Buffer, read: (bytes: Buffer) => Size | undefined): Size | undefined {
  try {
    return read(bytes);
  } catch {
    // It ends within its head.
    return undefined;
  }
}

const ascii = (bytes: Buffer, from: number, to: number): string =>
  bytes.toString('latin1', from, to);

const READERS: Readonly<Record<ImageInfo['type'], (bytes: Buffer) => Size | undefined>> = {
  png: (bytes) =>
    ascii(bytes, 1, 4) === 'PNG' && ascii(bytes, 12, 16) === 'IHDR'
      ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
      : undefined,
  gif: (bytes) =>
    ascii(bytes, 0, 4) === 'GIF8' ? [bytes.readUInt16LE(6), bytes.readUInt16LE(8)] : undefined,
  jpeg(bytes) {
    if (bytes.readUInt16BE(0) !== 0xffd8) return undefined;
    for (let at = 2; at < bytes.length;) {
      const marker = bytes.readUInt16BE(at);
      if (marker === 0xffff) {
        at++;
        continue;
      }
      if (marker < 0xffc0 || marker === 0xffd9) return undefined;
      // The frame headers are C0 to CF, but for three tables among them.
      const frame = marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
      if (frame) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
      at += 2 + bytes.readUInt16BE(at + 2);
    }
    return undefined;
  },
  webp(bytes) {
    if (ascii(bytes, 0, 4) !== 'RIFF' || ascii(bytes, 8, 12) !== 'WEBP') return undefined;
    const chunk = ascii(bytes, 12, 16);
    if (chunk === 'VP8X') return [1 + bytes.readUIntLE(24, 3), 1 + bytes.readUIntLE(27, 3)];
    if (chunk === 'VP8L' && bytes[20] === 0x2f) {
      const bits = bytes.readUInt32LE(21);
      return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
    }
    if (chunk !== 'VP8 ' || bytes.readUIntBE(23, 3) !== 0x9d012a) return undefined;
    return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  },
};

const TILE = 512;

/** As documented for pictures: a base, and a share for each tile of 512 pixels; `low` is the base. */
export function imageTokens(
  { width, height }: ImageInfo,
  detail: 'auto' | 'low' | 'high' = 'auto',
): number {
  if (detail === 'low') return 85;
  const fit = Math.min(1, 2_048 / Math.max(width, height));
  const shrink = Math.min(1, 768 / (Math.min(width, height) * fit));
  const tiles = (side: number): number => Math.ceil((side * fit * shrink) / TILE);
  return 85 + 170 * tiles(width) * tiles(height);
}
