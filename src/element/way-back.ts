/** HTML's close requests, of which TypeScript's own library does not know. */
declare class CloseWatcher {
  onclose: (() => void) | null;
  destroy(): void;
}

/**
 * Where there is no mouse, the way back closes what was opened last and does not leave the page. Elsewhere
 * the same request comes from a key, which is the page's own as long as the focus is not in the panel.
 * @returns gives the way back to the page again
 */
export function onWayBack(close: () => void): () => void {
  if (!('CloseWatcher' in globalThis && matchMedia('(pointer: coarse)').matches)) {
    return () => undefined;
  }
  const watcher = new CloseWatcher();
  watcher.onclose = close;
  return () => {
    watcher.destroy();
  };
}
