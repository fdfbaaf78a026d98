/**
 * Which language an element speaks: the one that the visitor has chosen, else its own `lang`, else that
 * of the nearest ancestor which has one, else the browser's. It knows English; `languages.ts` knows the
 * others, and is loaded for those who need them.
 */
import type { LitElement, ReactiveController } from 'lit';
import type { Language } from './dictionary.js';

/** Follows the page: its attributes at once, the browser's setting with the next thing that is drawn. */
export class LanguageController implements ReactiveController {
  current: Language = { tag: '' };
  /** What the page says it is in, or the visitor has chosen. */
  said: string | undefined;
  /** By the visitor; empty: as the page says. */
  chosen = '';
  /** What `current` was chosen for; if empty, it is chosen anew. */
  wanted: string | undefined;
  readonly #host: LitElement;
  readonly #observer = new MutationObserver(() => {
    this.hostConnected();
  });

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }

  hostUpdate(): void {
    this.said = this.chosen;
    for (let at: Element | undefined = this.#host; at;) {
      this.said ||= at.closest<HTMLElement>('[lang]')?.lang;
      const root = at.getRootNode();
      // Once more for the same place changes nothing.
      this.#observer.observe(root, { attributeFilter: ['lang'], subtree: true });
      at = root instanceof ShadowRoot ? root.host : undefined;
    }
    const wanted = this.said || navigator.languages.join();
    if (wanted !== this.wanted) void this.#load((this.wanted = wanted));
  }

  /** Until a dictionary is there, the words before it stay. */
  async #load(wanted: string): Promise<void> {
    // English that only the browser asks for keeps the direction of the page.
    let language: Language = { tag: 'en', dir: this.said && 'ltr' };
    try {
      if (!/^en\b/i.test(wanted)) {
        language = await (await import('./languages.js')).languageFor(wanted);
      }
    } catch {
      // English, until the element asks again.
    }
    if (wanted !== this.wanted) return;
    this.current = language;
    this.hostConnected();
  }
}
