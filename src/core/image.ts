/**
 * Makes a picture small enough for the agent: JPEG, below what a data channel carries safely. It sends
 * nothing.
 */

/** Of the event, in characters of base64. Larger ones close a channel without a word (openai-agents-js, issue 501). */
const MAX_LENGTH = 150_000;

/** Longest side in pixels, tried one after the other; the model sees no more detail than the first. */
const SIDES = [1_536, 1_024, 768, 512, 384];
const QUALITY = 0.8;

/**
 * A `data:` URL of the picture in `blob`.
 *
 * @throws {TypeError} for what no browser can draw
 * @throws {RangeError} for a picture that stays too large
 */
export async function pictureUrl(blob: Blob): Promise<string> {
  const picture = await createImageBitmap(blob).catch((cause: unknown) => {
    throw new TypeError(`This is no picture that can be sent: "${blob.type}".`, { cause });
  });
  try {
    for (const side of SIDES) {
      const url = await drawn(picture, side);
      if (url.length <= MAX_LENGTH) return url;
    }
  } finally {
    picture.close();
  }
  throw new RangeError('The picture cannot be made small enough to be sent.');
}

async function drawn(picture: ImageBitmap, side: number): Promise<string> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((length) =>
    Math.max(1, Math.round(length * scale)),
  ) as [number, number];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new TypeError('This browser cannot draw the picture.');
  // JPEG knows no transparency: what is seen through is white, as on most pages.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  return await dataUrl(jpeg);
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(reader.result as string);
    };
    reader.onerror = () => {
      reject(reader.error ?? new TypeError('The picture cannot be read.'));
    };
    reader.readAsDataURL(blob);
  });
}
