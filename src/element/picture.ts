/**
 * Draws a picture small, where a strict policy refuses images of any address: on a canvas. It does not
 * know whose picture it is.
 */

/** Longest side on screen, in pixels of a dense one. */
const SIDE = 480;

/** @param url of the `data:` kind, from `pictureUrl` */
export function pictureCanvas(url: string, label: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.className = 'picture';
  canvas.setAttribute('part', 'picture');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  // What cannot be drawn any more keeps its name.
  draw(canvas, url).catch(() => undefined);
  return canvas;
}

async function draw(canvas: HTMLCanvasElement, url: string): Promise<void> {
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
