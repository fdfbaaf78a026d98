/**
 * Keeps the end of a growing list in sight, unless the reader has gone back to what was before; then a
 * button leads to the end. It does not know what the list is of.
 */

/** This near to the end, a reader wants to see what comes next. */
const AT_END_PX = 40;

export class StayAtEnd {
  readonly #box: HTMLElement;
  readonly #button = document.createElement('button');
  readonly #observer = new ResizeObserver(() => {
    this.#grown();
  });
  #follows = true;
  /** Where the box was scrolled to. */
  #top = 0;

  /** @param list in a box that scrolls */
  constructor(list: HTMLElement) {
    this.#box = list.parentElement ?? list;
    const button = this.#button;
    button.className = 'latest';
    button.setAttribute('part', 'button latest-button');
    button.textContent = '↓';
    button.hidden = true;
    button.addEventListener('click', () => {
      this.#follows = true;
      this.#grown();
      // The button goes; the keyboard stays with the conversation.
      this.#box.focus();
    });
    this.#box.append(button);
    this.#box.addEventListener('scroll', () => {
      const { scrollTop } = this.#box;
      // What came since this scroll began is no reason to stop: only who goes back wants to stay there.
      if (this.#isAtEnd) this.#follows = button.hidden = true;
      else if (scrollTop < this.#top) this.#follows = false;
      this.#top = scrollTop;
    });
    this.watch(list);
  }

  /** What the button is called. */
  set label(label: string) {
    this.#button.ariaLabel = this.#button.title = label;
  }

  /** Another part of the list may grow. */
  watch(list: Element): void {
    this.#observer.observe(list);
  }

  get #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    return scrollHeight - scrollTop - clientHeight < AT_END_PX;
  }

  /** A row has its height only when it was once in sight, so the end moves after it was reached. */
  #grown(): void {
    if (this.#follows) {
      this.#box.scrollTop = this.#box.scrollHeight;
      this.#top = this.#box.scrollTop;
    }
    this.#button.hidden = this.#follows || this.#isAtEnd;
  }
}
