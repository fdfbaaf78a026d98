/**
 * The row for typing. It is code of its own, for pages that want it (`text-input`), and asks for things
 * as `view.ts` does; what becomes of them it does not know.
 */
import { html, type TemplateResult } from 'lit';
import { composerStyles } from './composer-styles.js';
import { send } from './icons.js';
import { COMPOSER_ENGLISH, type Strings } from './strings.js';
import type { Intents } from './view.js';

export class Composer {
  readonly #intents: Intents;

  /** @param root what it is drawn in, and brings its styles to */
  constructor(root: ShadowRoot, intents: Intents) {
    this.#intents = intents;
    const { styleSheet } = composerStyles;
    if (styleSheet) root.adoptedStyleSheets.push(styleSheet);
  }

  view(words: Partial<Strings>): TemplateResult {
    const { type, send: label } = { ...COMPOSER_ENGLISH, ...words };
    return html`<form class="composer" part="composer" @submit=${this.#submit}>
      <textarea
        part="input"
        rows="1"
        dir="auto"
        aria-label=${type}
        placeholder=${type}
        @focus=${this.#intents.approach}
        @keydown=${submitOnEnter}
      ></textarea>
      <button class="round" part="button send-button" aria-label=${label}>${send}</button>
    </form>`;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const [input] = event.target as HTMLFormElement as unknown as [HTMLTextAreaElement];
    const { value } = input;
    if (!value.trim()) return;
    input.value = '';
    // What could not be sent is not lost; why is on screen.
    this.#intents.sendText(value.trim()).catch(() => (input.value ||= value));
  };
}

/** Not while a word is being composed: there, Enter chooses it. */
function submitOnEnter(event: KeyboardEvent): void {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Safari says only so that it composes
  const composes = event.isComposing || event.keyCode === 229;
  if (event.key !== 'Enter' || event.shiftKey || composes) return;
  event.preventDefault();
  (event.target as HTMLTextAreaElement).form?.requestSubmit();
}
