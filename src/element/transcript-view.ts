/**
 * The conversation as a list of messages. It is given all items each time and changes only what is
 * new; rows out of sight cost nothing (`content-visibility`). It knows no call.
 */
import type { TranscriptItem } from '../core/transcript.js';
import type { Markdown } from './markdown.js';
import type { CallStrings } from './strings.js';

/** What is shown of a conversation: what was said, and where another agent has taken over. */
export type Line = Omit<TranscriptItem, 'role'> & {
  readonly role: TranscriptItem['role'] | 'seam';
};

type Words = Pick<CallStrings, 'you' | 'agent' | 'interrupted'>;

/** What may be Markdown, whose parser is loaded with the first such answer: voices speak none. */
const MARKED = /[*_`[\n]|https?:/;

type MarkdownPart = typeof import('./markdown.js');

let markdown: MarkdownPart | undefined;

/** This near to the end, a reader wants to see what comes next. */
const AT_END_PX = 40;

export class TranscriptView {
  readonly #list: HTMLElement;
  #rows = new Map<string, Row>();
  #loads = false;

  /** @param list an empty `<ol>` in a box that scrolls */
  constructor(list: HTMLElement) {
    this.#list = list;
    stayAtEnd(list);
  }

  show(items: readonly Line[], words: Words): void {
    const list = this.#list;
    const rows = new Map<string, Row>();
    let place = list.firstElementChild;
    for (const item of items) {
      // Nothing was said after all: a cough, or silence.
      if (item.final && item.text.trim() === '') continue;
      const row = this.#rows.get(item.id) ?? new Row(item.role, words);
      rows.set(item.id, row);
      row.show(item, words);
      if (!markdown && item.role === 'agent' && MARKED.test(item.text)) this.#load();
      if (row.element === place) place = place.nextElementSibling;
      else list.insertBefore(row.element, place);
    }
    for (const [id, { element }] of this.#rows) if (!rows.has(id)) element.remove();
    this.#rows = rows;
  }

  /** Until it is there, and where it cannot be had, signs are shown as they are. */
  #load(): void {
    if (this.#loads) return;
    this.#loads = true;
    void import('./markdown.js').then(
      (part) => {
        markdown = part;
        for (const row of this.#rows.values()) row.redraw();
      },
      () => (this.#loads = false),
    );
  }
}

/** A row has its height only when it was once in sight, so the end moves after it was reached. */
function stayAtEnd(list: HTMLElement): void {
  const box = list.parentElement ?? list;
  let follows = true;
  box.addEventListener('scroll', () => {
    follows = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX;
  });
  new ResizeObserver(() => {
    if (follows) box.scrollTop = box.scrollHeight;
  }).observe(list);
}

class Row {
  readonly element = document.createElement('li');
  readonly #words = document.createElement('div');
  #markdown: Markdown | undefined;
  #shown: Line | undefined;

  constructor(role: Line['role'], { you, agent }: Words) {
    const { element } = this;
    if (role === 'seam') {
      element.className = 'seam';
      element.setAttribute('part', 'seam');
      element.append(this.#words);
      return;
    }
    element.className = `message ${role}`;
    if (role === 'user') element.setAttribute('part', 'message user-message');
    else element.setAttribute('part', 'message agent-message');
    const speaker = document.createElement('span');
    speaker.className = 'spoken-only';
    speaker.textContent = `${role === 'user' ? you : agent}: `;
    // An answer in Arabic on an English page reads from the right.
    this.#words.dir = 'auto';
    element.append(speaker, this.#words);
  }

  show(item: Line, { interrupted }: Words): void {
    if (item === this.#shown) return;
    const before = this.#shown;
    this.#shown = item;
    this.element.classList.toggle('pending', item.text === '');
    this.#write(item, before?.final);
    if (item.interrupted && !before?.interrupted) {
      const mark = document.createElement('span');
      mark.className = 'interrupted';
      mark.textContent = interrupted;
      this.element.append(mark);
    }
  }

  redraw(): void {
    if (this.#shown) this.#write(this.#shown);
  }

  /** What visitors type or say is shown as it is. */
  #write({ role, text, final }: Line, wasFinal = false): void {
    if (role === 'agent' && markdown && MARKED.test(text)) {
      if (!this.#markdown) this.#words.replaceChildren();
      this.#markdown ??= new markdown.Markdown(this.#words);
      this.#markdown.write(text);
      if (final && !wasFinal) this.#markdown.end();
    } else {
      this.#words.textContent = text;
    }
  }
}
