/**
 * What the page wants a visitor to agree to before a call: its words in the slot `consent`, and a button.
 * It remembers the answer and knows no call.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { asksConsent, type AroundHost } from './around-host.js';
import type { VoiceConsentDetail } from './dom-events.js';
import { keep, kept } from './kept.js';
import { mainButton } from './main-button.js';

/** In `localStorage`, followed by the page's `consent-key`. */
const CONSENT_KEY = 'voice-agent-consent:';

export class Consent {
  readonly #host: AroundHost;
  /** Without a key, it holds for this element. */
  #given = false;

  constructor(host: AroundHost) {
    this.#host = host;
  }

  get agreed(): boolean {
    const { consentKey } = this.#host;
    return consentKey ? kept(CONSENT_KEY + consentKey) !== undefined : this.#given;
  }

  /** Leads somebody who wants to start to the button. @throws {DOMException} `AbortError` */
  async ask(): Promise<never> {
    await this.#host.updateComplete;
    const root = this.#host.shadowRoot;
    // Not where the page tries it by itself, and the visitor is elsewhere.
    if (root?.activeElement) root.querySelector<HTMLElement>('.agree')?.focus();
    throw new DOMException('The visitor has not agreed yet.', 'AbortError');
  }

  view(agree: string): TemplateResult | typeof nothing {
    const { status } = this.#host.state;
    const isAsked = asksConsent(this.#host) && !this.agreed;
    if (!isAsked || (status !== 'idle' && status !== 'ended')) return nothing;
    // Written by the page, whatever language the panel speaks.
    const { direction } = getComputedStyle(this.#host);
    return html`<div class="consent" part="consent" id="consent">
      <slot name="consent" id="consent-words" dir=${direction}></slot>
      <button
        class="start agree"
        part="button agree-button"
        aria-describedby="consent-words"
        @click=${this.#agree}
        @keydown=${leaveHeldKey}
      >
        ${agree}
      </button>
    </div>`;
  }

  /** The main button says that it waits; Lit has no say in that attribute. */
  mark(): void {
    const root = this.#host.shadowRoot;
    const isAsked = root?.querySelector('.consent') !== null;
    const main = mainButton(root);
    if (isAsked) {
      main?.setAttribute('aria-disabled', 'true');
      main?.setAttribute('aria-describedby', 'consent');
    } else {
      main?.removeAttribute('aria-disabled');
      main?.removeAttribute('aria-describedby');
    }
  }

  readonly #agree = (): void => {
    const { consentKey } = this.#host;
    if (consentKey) keep(CONSENT_KEY + consentKey, new Date().toISOString());
    this.#given = true;
    // The button goes away, and this is next: to send what was written, else to start.
    const root = this.#host.shadowRoot;
    const written = root?.querySelector<HTMLTextAreaElement>('.composer textarea');
    (written?.value ? written : mainButton(root))?.focus();
    const detail: VoiceConsentDetail = consentKey ? { key: consentKey } : {};
    const options = { detail, bubbles: true, composed: true };
    this.#host.dispatchEvent(new CustomEvent('voice-consent', options));
    this.#host.requestUpdate();
  };
}

/** A key that is held down since the button which led here agrees to nothing. */
function leaveHeldKey(event: KeyboardEvent): void {
  if (event.repeat && event.key === 'Enter') event.preventDefault();
}
