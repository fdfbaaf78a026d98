/**
 * What happens to a button under a visitor's hand while the view changes: the next press would be of
 * another button, and the focus would be gone with the one that had it.
 */
import type { ReactiveControllerHost } from 'lit';
import { mainButton } from './main-button.js';

/** All but those of which several come to stand in one place, and each is meant. */
const PRESSED_ONCE = 'button[part]:not([part~=remove-button])';

export function guardPresses(root: ShadowRoot): void {
  const stop = (event: Event) => {
    event.stopPropagation();
  };
  // Of a double click only the first one is meant, as is of a key that is held down.
  const once = (event: Event) => {
    const { detail, repeat, key } = event as MouseEvent & KeyboardEvent;
    const isAgain = detail > 1 || (repeat && key === 'Enter');
    const path = event.composedPath() as Partial<Element>[];
    if (!isAgain || !path.some((node) => node.matches?.(PRESSED_ONCE))) return;
    event.preventDefault();
    stop(event);
  };
  for (const type of ['click', 'keydown']) root.addEventListener(type, once, true);

  let focused: Element | null;
  (root.host as Element & ReactiveControllerHost).addController({
    hostUpdate: () => {
      focused = root.activeElement;
    },
    hostUpdated: () => {
      if (focused?.isConnected !== false || root.activeElement) return;
      // The visitor has shown no interest in another call, for which things would be got ready.
      root.addEventListener('focus', stop, true);
      mainButton(root)?.focus();
      root.removeEventListener('focus', stop, true);
      // In a closed panel nothing can have it.
      root.querySelector<HTMLElement>('.launcher')?.focus();
    },
  });
}
