/**
 * Draws a picture small, where a strict policy refuses images of any address: on a canvas. It does not
 * know whose picture it is.
 */

/** @param url of the `data:` kind, from `pictureUrl` */
export function pictureCanvas(url: string, label: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.className = 'picture';
  canvas.setAttribute('part', 'picture');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  // What cannot be drawn any more keeps its name.
  import('./files-part.js')
    .then(({ drawPicture }) => drawPicture(canvas, url))
    .catch(() => undefined);
  return canvas;
}
