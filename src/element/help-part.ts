/**
 * What helps where voice does not work: a number to call, and a report for whoever can mend it. It is
 * loaded where the page gives a number, and with the first error.
 */
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { VoiceErrorCode } from '../core/voice-error.js';
import { adopt } from './adopt.js';
import type { AroundHost } from './around-host.js';
import { helpStyles } from './help-styles.js';
import { icon } from './icons.js';
import { inGroups, isPhoneNumber } from './phone.js';
import { HELP_ENGLISH, type KnownStrings } from './strings.js';

/** How long the button says that it has copied. */
const SAID_MS = 4_000;

const handset = icon(
  svg`<path d="M6 4h3l1.500 4-2 1.500a11 11 0 0 0 6 6l1.500-2 4 1.500v3a2 2 0 0 1-2 2A16 16 0 0 1 4 6a2 2 0 0 1 2-2z"/>`,
);

const sheets = icon(
  svg`<rect x="9" y="9" width="11" height="11" rx="2.5"/><path d="M6 15h-.5A1.5 1.5 0 0 1 4 13.5v-8A1.5 1.5 0 0 1 5.5 4h8A1.5 1.5 0 0 1 15 5.5V6"/>`,
);
const tick = icon(svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`);

/** Those where the visitor has no use of another way, or needs none. */
const VOICE_WORKS: ReadonlySet<VoiceErrorCode> = new Set([
  'gesture-required',
  'busy',
  'playback-blocked',
  'session-expired',
  'tool-failed',
  'content-filtered',
]);

export class Help {
  readonly #host: AroundHost;
  #copied = false;
  /** The report, where the clipboard may not be had. */
  #written: string | undefined;
  #forget: ReturnType<typeof setTimeout> | undefined;

  constructor(host: AroundHost) {
    this.#host = host;
    adopt(host.shadowRoot, helpStyles);
  }

  /** Below an error that is on screen when nothing else goes on. */
  view(code: VoiceErrorCode | undefined, known: KnownStrings): unknown {
    if (!this.#helps(code)) {
      this.#written = undefined;
      this.#copied = false;
      return nothing;
    }
    const phone = VOICE_WORKS.has(code) ? nothing : this.phoneLink(known);
    if (phone === nothing && this.#written === undefined) return nothing;
    const strings = { ...HELP_ENGLISH, ...known };
    return html`<div class="help">
      ${phone}
      ${
        this.#written === undefined
          ? nothing
          : html`<textarea
              class="written"
              part="report"
              readonly
              dir="ltr"
              aria-label=${strings.report}
              .value=${this.#written}
            ></textarea>`
      }
    </div>`;
  }

  /** Beside the main button; an icon, since it is for few. */
  button(code: VoiceErrorCode | undefined, known: KnownStrings): unknown {
    if (!this.#helps(code)) return nothing;
    const { report, copied } = { ...HELP_ENGLISH, ...known };
    const label = this.#copied ? copied : report;
    return html`<button
        class=${this.#copied ? 'round report copied' : 'round report'}
        part="button report-button"
        title=${label}
        @click=${this.#copy}
      >
        ${this.#copied ? tick : html`<slot name="report-icon">${sheets}</slot>`}<span
          >${label}</span
        ></button
      ><span class="spoken-only" role="status">${this.#copied ? copied : ''}</span>`;
  }

  #helps(code: VoiceErrorCode | undefined): code is VoiceErrorCode {
    const { status } = this.#host.state;
    return code !== undefined && (status === 'ended' || status === 'idle');
  }

  /** The number reads from the left in any language. */
  phoneLink(known: KnownStrings): TemplateResult | typeof nothing {
    const { phone } = this.#host;
    if (!phone || !isPhoneNumber(phone)) return nothing;
    const { phone: label } = { ...HELP_ENGLISH, ...known };
    return html`<a class="phone" part="button phone-button" href="tel:${phone}"
      ><slot name="phone-icon">${handset}</slot><span>${label}</span>
      <bdi dir="ltr">${inGroups(phone)}</bdi></a
    >`;
  }

  readonly #copy = async (): Promise<void> => {
    let report: string | undefined;
    try {
      report = JSON.stringify(await this.#host.report(), undefined, 2);
      await navigator.clipboard.writeText(report);
      this.#copied = true;
      clearTimeout(this.#forget);
      this.#forget = setTimeout(() => {
        this.#copied = false;
        this.#host.requestUpdate();
      }, SAID_MS);
    } catch {
      // Where there is none, another press tries again.
      this.#written = report;
    }
    this.#host.requestUpdate();
    if (this.#written === undefined) return;
    await this.#host.updateComplete;
    this.#host.shadowRoot?.querySelector<HTMLTextAreaElement>('.written')?.select();
  };
}
