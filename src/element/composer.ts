/**
 * The row for typing, and for pictures that go along. It is code of its own, for pages that want it
 * (`text-input`), and asks for things as `view.ts` does; what becomes of them it does not know.
 */
import { html, nothing, type ReactiveElement, type TemplateResult } from 'lit';
import { composerStyles } from './composer-styles.js';
import { adopt } from './adopt.js';
import { attach, send } from './composer-icons.js';
import { close } from './close-icon.js';
import { pictureCanvas } from './picture.js';
import { COMPOSER_ENGLISH, type Strings } from './strings.js';
import type { Intents } from './view.js';

interface Picture {
  readonly url: string;
  readonly canvas: HTMLCanvasElement;
}

export class Composer {
  readonly #root: ShadowRoot;
  readonly #intents: Intents;
  #words = COMPOSER_ENGLISH as Pick<Strings, keyof typeof COMPOSER_ENGLISH>;
  /** What goes along with the next message. */
  #pictures: readonly Picture[] = [];
  #problem = '';
  /** Resolves when the latest picture is ready, or known to be none. */
  #adding = Promise.resolve();

  /** @param root what it is drawn in, and brings its styles to */
  constructor(root: ShadowRoot, intents: Intents) {
    this.#root = root;
    this.#intents = intents;
    adopt(root, composerStyles);
    // Also on the conversation: nobody aims.
    for (const type of ['dragover', 'dragleave', 'drop']) {
      root.addEventListener(type, (event) => {
        this.#drag(event as DragEvent);
      });
    }
  }

  /** @param disabled nothing can be sent */
  view(words: Partial<Strings>, disabled: boolean): TemplateResult {
    const { type, send: label, attach: add } = (this.#words = { ...COMPOSER_ENGLISH, ...words });
    return html`<form
      class="composer"
      part="composer"
      @submit=${this.#submit}
      @paste=${this.#paste}
    >
      ${
        this.#pictures.length > 0
          ? html`<ul class="pictures">
              ${this.#pictures.map((picture) => this.#staged(picture))}
            </ul>`
          : nothing
      }
      <p class="error" role="alert" ?hidden=${!this.#problem}>${this.#problem}</p>
      <input type="file" accept="image/*" multiple hidden @change=${this.#picked} />
      <button
        type="button"
        class="round"
        part="button attach-button"
        aria-label=${add}
        title=${add}
        ?disabled=${disabled}
        @click=${this.#pick}
      >
        <slot name="attach-icon">${attach}</slot>
      </button>
      <textarea
        part="input"
        rows="1"
        dir="auto"
        aria-label=${type}
        placeholder=${type}
        ?disabled=${disabled}
        @focus=${this.#intents.approach}
        @keydown=${submitOnEnter}
      ></textarea>
      <button
        class="round"
        part="button send-button"
        aria-label=${label}
        title=${label}
        ?disabled=${disabled}
      >
        <slot name="send-icon">${send}</slot>
      </button>
    </form>`;
  }

  #staged(picture: Picture): TemplateResult {
    const { removePicture } = this.#words;
    return html`<li>
      ${picture.canvas}<button
        type="button"
        part="button remove-button"
        aria-label=${removePicture}
        title=${removePicture}
        @click=${() => {
          this.#show(this.#pictures.filter((other) => other !== picture));
          this.#input?.focus();
        }}
      >
        ${close}
      </button>
    </li>`;
  }

  get #input(): HTMLTextAreaElement | null {
    return this.#root.querySelector('.composer textarea');
  }

  #show(pictures: readonly Picture[], problem = ''): void {
    this.#pictures = pictures;
    this.#problem = problem;
    (this.#root.host as Element & Pick<ReactiveElement, 'requestUpdate'>).requestUpdate();
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    void this.#send();
  };

  async #send(): Promise<void> {
    // A picture that is just being made small goes along.
    await this.#adding;
    const input = this.#input;
    const text = input?.value ?? '';
    const pictures = this.#pictures;
    if (!input || input.disabled || (!text.trim() && pictures.length === 0)) return;
    input.value = '';
    this.#show([]);
    try {
      await this.#intents.send(
        text.trim(),
        pictures.map(({ url }) => url),
      );
    } catch {
      // What could not be sent is not lost; why is on screen.
      input.value = [text, input.value].filter(Boolean).join('\n');
      this.#show([...pictures, ...this.#pictures]);
    }
  }

  /** One after the other, so that they stay in order. */
  #add(files: Iterable<File>): void {
    for (const file of files) this.#adding = this.#adding.then(() => this.#addOne(file));
  }

  async #addOne(file: File): Promise<void> {
    const { notPicture, tooLarge, picture } = this.#words;
    try {
      const { pictureUrl } = await import('./files-part.js');
      const url = await pictureUrl(file);
      this.#show([...this.#pictures, { url, canvas: pictureCanvas(url, picture) }]);
    } catch (error) {
      const words = error instanceof RangeError ? tooLarge : notPicture;
      this.#show(this.#pictures, `${file.name}: ${words}`);
    }
  }

  readonly #pick = (): void => {
    this.#root.querySelector<HTMLInputElement>('[type=file]')?.click();
  };

  readonly #picked = ({ target }: Event): void => {
    const input = target as HTMLInputElement;
    this.#add([...(input.files ?? [])]);
    // The same file may be chosen again.
    input.value = '';
    this.#input?.focus();
  };

  readonly #paste = (event: ClipboardEvent): void => {
    const { files, types } = event.clipboardData ?? {};
    // Office programs add a picture of the text that was copied.
    if (!files?.length || types?.includes('text/plain')) return;
    event.preventDefault();
    this.#add([...files]);
  };

  #drag(event: DragEvent): void {
    const form = this.#root.querySelector('.composer');
    const { dataTransfer, relatedTarget, type } = event;
    if (!form || this.#input?.disabled || !dataTransfer?.types.includes('Files')) return;
    // Else the browser would leave the page for the file.
    if (type !== 'dragleave') event.preventDefault();
    const leaves = type === 'dragleave' && !this.#root.contains(relatedTarget as Node | null);
    if (type === 'dragover') form.classList.add('over');
    if (leaves || type === 'drop') form.classList.remove('over');
    if (type === 'drop') this.#add([...dataTransfer.files]);
  }
}

/** Not while a word is being composed: there, Enter chooses it. */
function submitOnEnter(event: KeyboardEvent): void {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Safari says only so that it composes
  const composes = event.isComposing || event.keyCode === 229;
  if (event.key !== 'Enter' || event.shiftKey || composes) return;
  event.preventDefault();
  (event.target as HTMLTextAreaElement).form?.requestSubmit();
}
