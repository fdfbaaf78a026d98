/** Draws the picture of a `data:` URL on a canvas. It is loaded with the first picture. */

/** Longest side on screen, in pixels of a dense one. */
const SIDE = 480;

export async function drawPicture(canvas: HTMLCanvasElement, url: string): Promise<void> {
  const picture = await createImageBitmap(jpegOf(url));
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
}

/** Without `fetch`, which the policy may refuse, too. */
function jpegOf(url: string): Blob {
  const bytes = atob(url.slice(url.indexOf(',') + 1));
  return new Blob([Uint8Array.from(bytes, (sign) => sign.charCodeAt(0))], { type: 'image/jpeg' });
}
