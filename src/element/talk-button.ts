/**
 * The button for push-to-talk: held with a pointer, or with Space or Enter, for as long as one speaks;
 * or tapped to begin and tapped again to end, for those who cannot hold. It knows no microphone.
 *
 * What is held is let go when the pointer is lost, the focus leaves or the page is hidden: nobody
 * sees then that the microphone is open. What was tapped may go on while the focus is elsewhere.
 */
import { html, type TemplateResult } from 'lit';
import type { PushToTalk } from '../core/turn-taking/attach-push-to-talk.js';
import { microphone } from './icons.js';
import type { Strings, TURN_ENGLISH } from './strings.js';

/** Whatever is shorter is a tap. */
const TAP_MS = 300;

export class TalkButton {
  readonly #turns: PushToTalk;
  readonly #changed: () => void;
  /** Looks, while it is held, for what lets it go. */
  #watching: AbortController | undefined;
  /** When a hold began that may still turn out to be a tap. */
  #since: number | undefined;

  /** @param changed draws the button again */
  constructor(turns: PushToTalk, changed: () => void) {
    this.#turns = turns;
    this.#changed = changed;
  }

  /** Nothing of the page is listened to any more, until it is held again. */
  rest(): void {
    this.#watching?.abort();
  }

  view(muted: boolean, words: Pick<Strings, keyof typeof TURN_ENGLISH>): TemplateResult {
    const { holdToTalk, releaseToSend, tapToSend } = words;
    const { isHeld } = this.#turns;
    const label = !isHeld ? holdToTalk : this.#since === undefined ? tapToSend : releaseToSend;
    return html`<button
      class="start talk"
      part="button talk-button"
      ?data-held=${isHeld}
      aria-disabled=${muted}
      @pointerdown=${this.#pointerDown}
      @pointerup=${this.#up}
      @pointercancel=${this.#lose}
      @lostpointercapture=${this.#lose}
      @blur=${this.#lose}
      @keydown=${this.#keyDown}
      @keyup=${this.#keyUp}
      @click=${this.#click}
      @contextmenu=${prevent}
    >
      <slot name="talk-icon">${microphone}</slot>${label}
    </button>`;
  }

  readonly #pointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !event.isPrimary) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.#down(event);
  };

  readonly #keyDown = (event: KeyboardEvent): void => {
    if (!isPressing(event)) return;
    // Else it would be a click, too, and scroll the page.
    event.preventDefault();
    if (!event.repeat) this.#down(event);
  };

  readonly #keyUp = (event: KeyboardEvent): void => {
    if (!isPressing(event)) return;
    event.preventDefault();
    this.#up(event);
  };

  /** Pointers and keys were dealt with; a screen reader clicks without either. */
  readonly #click = (event: MouseEvent): void => {
    if (event.detail > 0) return;
    this.#down(event);
    this.#since = undefined;
    this.#changed();
  };

  #down({ timeStamp }: Event): void {
    if (this.#turns.isHeld) {
      this.#end();
      return;
    }
    if (this.#turns.press()) {
      this.#since = timeStamp;
      this.#watch();
    }
    this.#changed();
  }

  #watch(): void {
    this.rest();
    const { signal } = (this.#watching = new AbortController());
    addEventListener('blur', this.#lose, { signal });
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.hidden) this.#end();
      },
      { signal },
    );
  }

  readonly #up = ({ timeStamp }: Event): void => {
    if (this.#since === undefined) return;
    const isTap = timeStamp - this.#since < TAP_MS;
    this.#since = undefined;
    if (isTap) this.#changed();
    else this.#end();
  };

  readonly #lose = (): void => {
    if (this.#since !== undefined) this.#end();
  };

  #end(): void {
    this.rest();
    this.#since = undefined;
    this.#turns.release();
    this.#changed();
  }
}

function isPressing({ key }: KeyboardEvent): boolean {
  return key === ' ' || key === 'Enter';
}

function prevent(event: Event): void {
  event.preventDefault();
}
