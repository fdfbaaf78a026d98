/**
 * The layout `floating`: a launcher in a corner of the window and the panel that it opens, both in the
 * browser's top layer. It knows what a call looks like from outside, and nothing of how it works.
 */
import { html, nothing, svg, type ReactiveController, type ReactiveControllerHost } from 'lit';
import { hangUp } from './call-icons.js';
import { icon } from './icons.js';
import { mainButton } from './main-button.js';
import type { FirstStrings } from './strings.js';
import type { CallParts, Frame, Intents, ViewModel } from './view.js';
import { onWayBack } from './way-back.js';

const chat = icon(svg`<path d="M4 5.5h16v11H11L6.5 20v-3.5H4zM9 10v2M12 9v4M15 10v2"/>`);
const down = icon(svg`<path d="m6 9.5 6 6 6-6"/>`);

export { styles } from './floating-styles.js';

export type FloatingHost = HTMLElement &
  ReactiveControllerHost & { readonly layout: string; open: boolean };

/** What a visitor must not miss while the panel is closed. */
const URGENT = '.approval, .hear, .error:not([hidden])';

/** Acts only while the host's layout is `floating`. */
export class Floating implements ReactiveController, Frame {
  readonly #host: FloatingHost;
  readonly #viewport = new CSSStyleSheet();
  #isOpen = false;
  #urgent: readonly Element[] = [];
  /** The visitor has opened it: the focus goes along. */
  #takesFocus = false;
  #forgetBack: (() => void) | undefined;

  constructor(host: FloatingHost) {
    this.#host = host;
    host.shadowRoot?.adoptedStyleSheets.push(this.#viewport);
    host.addEventListener('keydown', (event) => {
      const { key, isComposing, defaultPrevented } = event;
      if (key !== 'Escape' || isComposing || defaultPrevented || !this.#isFloating) return;
      if (!host.open) return;
      event.preventDefault();
      host.open = false;
    });
    host.addController(this);
  }

  launcher(
    { state: { status }, strings, language }: ViewModel,
    { end }: Intents,
    shown: CallParts['status'],
    endLabel = strings.cancel,
  ): unknown {
    const calls = status !== 'idle' && status !== 'ended';
    return html`<div
      class="dock ${calls ? 'calling' : ''}"
      part="dock"
      lang=${language.tag}
      dir=${language.dir}
    >
      <button
        id="launcher"
        class="start launcher"
        part="button launcher"
        aria-haspopup="dialog"
        aria-label=${strings.label}
        aria-labelledby=${calls ? 'launcher shown' : nothing}
        @click=${() => {
          this.#takesFocus = this.#host.open = true;
        }}
      >
        <slot name="launcher">${calls ? html`<span class="lamp"></span>` : chat}</slot>
        ${calls ? html`<span id="shown">${shown}</span>` : nothing}
      </button>
      ${
        calls
          ? html`<button
              class="round end"
              part="button end-button"
              aria-label=${endLabel}
              title=${endLabel}
              @click=${(press: UIEvent) => {
                end(press);
                // It goes away, and the focus does not go with it.
                ((press.currentTarget as Element).previousElementSibling as HTMLElement).focus();
              }}
            >
              ${hangUp}
            </button>`
          : nothing
      }
      <span role="status">${status === 'idle' ? nothing : shown}</span>
    </div>`;
  }

  header({ label, close }: FirstStrings): unknown {
    return html`<div class="header" part="header">
      <slot name="header"><strong>${label}</strong></slot>
      <button
        class="round"
        part="button close-button"
        aria-label=${close}
        title=${close}
        @click=${() => (this.#host.open = false)}
      >
        <slot name="close-icon">${down}</slot>
      </button>
    </div>`;
  }

  hostConnected(): void {
    // Whatever was in the top layer has left it when it left the document.
    this.#host.requestUpdate();
    visualViewport?.addEventListener('resize', this.#measure);
    visualViewport?.addEventListener('scroll', this.#measure);
  }

  hostDisconnected(): void {
    visualViewport?.removeEventListener('resize', this.#measure);
    visualViewport?.removeEventListener('scroll', this.#measure);
    this.#watchBack(false);
  }

  hostUpdated(): void {
    const { open, shadowRoot } = this.#host;
    const panel = shadowRoot?.querySelector<HTMLElement>('.panel');
    if (!panel) return;
    this.#watchBack(open && this.#isFloating && this.#host.isConnected);
    if (!this.#isFloating) {
      panel.popover = panel.role = null;
      this.#isOpen = false;
      return;
    }
    const dock = shadowRoot?.querySelector<HTMLElement>('.dock');
    const hadFocus = panel.matches(':focus-within');
    // Nor is it left on the launcher, which goes away.
    const takesFocus = this.#takesFocus || dock?.matches(':focus-within');
    panel.role = 'dialog';
    setTopmost(panel, open);
    if (dock) setTopmost(dock, !open);
    if (open !== this.#isOpen) {
      this.#isOpen = open;
      if (open && takesFocus) mainButton(panel)?.focus();
      if (!open && hadFocus) dock?.querySelector('button')?.focus();
      this.#takesFocus = false;
    }
    const urgent = [...panel.querySelectorAll(URGENT)];
    const news = urgent.find((one) => !this.#urgent.includes(one));
    this.#urgent = urgent;
    if (!news) return;
    this.#host.open = true;
    // The panel may have room for little of what is in it.
    void this.#host.updateComplete.then(() => {
      news.scrollIntoView({ block: 'nearest' });
    });
  }

  get #isFloating(): boolean {
    return this.#host.layout === 'floating';
  }

  #watchBack(isOpen: boolean): void {
    if (isOpen) {
      this.#forgetBack ??= onWayBack(() => {
        this.#forgetBack = undefined;
        this.#host.open = false;
      });
    } else {
      this.#forgetBack?.();
      this.#forgetBack = undefined;
    }
  }

  /** How much of the window's lower end the keys on screen cover. Zoomed in, nobody can tell. */
  readonly #measure = (): void => {
    const { height = innerHeight, offsetTop = 0, scale = 1 } = visualViewport ?? {};
    const covered = scale > 1 ? 0 : Math.max(0, Math.round(innerHeight - height - offsetTop));
    this.#viewport.replaceSync(`:host { --_covered: ${covered}px }`);
  };
}

/** In the top layer, or not on screen at all. Where browsers have none, the style sheet does what it can. */
function setTopmost(element: HTMLElement, isShown: boolean): void {
  element.popover = 'manual';
  if (!('showPopover' in element) || !element.isConnected) return;
  element.togglePopover(isShown);
}
