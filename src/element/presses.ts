/**
 * What happens to a button under a visitor's hand while the view changes: the next press would be of
 * another button, and the focus would be gone with the one that had it.
 */
import type { ReactiveControllerHost } from 'lit';
import { mainButton } from './main-button.js';

export function guardPresses(root: ShadowRoot): void {
  // Of a double click only the first one is meant, as is of a key that is held down.
  const once = (event: Event) => {
    const { detail, repeat, key } = event as MouseEvent & KeyboardEvent;
    const isAgain = detail > 1 || (repeat && key === 'Enter');
    const path = event.composedPath() as Partial<Element>[];
    if (!isAgain || !path.some((node) => node.matches?.('button[part]'))) return;
    event.preventDefault();
    event.stopPropagation();
  };
  for (const type of ['click', 'keydown']) root.addEventListener(type, once, true);

  let focused: Element | null;
  (root.host as Element & ReactiveControllerHost).addController({
    hostUpdate: () => {
      focused = root.activeElement;
    },
    hostUpdated: () => {
      if (focused?.isConnected === false && !root.activeElement) mainButton(root)?.focus();
    },
  });
}
