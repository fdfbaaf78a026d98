/**
 * The conversation as a list of messages. It is given all items each time and touches only what is
 * new. The rows stand in pages of a hundred, and a page out of sight is not laid out
 * (`content-visibility`). It knows no call.
 */
import { PICTURE, type TranscriptItem } from '../core/transcript.js';
import { adopt } from './adopt.js';
import type { Annotations, Note } from './annotations.js';
import type { Markdown } from './markdown.js';
import { pictureCanvas } from './picture.js';
import { StayAtEnd } from './stay-at-end.js';
import { TRANSCRIPT_ENGLISH, type Strings } from './strings.js';

type Words = Pick<Strings, keyof typeof TRANSCRIPT_ENGLISH>;

/** What may be Markdown, whose parser is loaded with the first such answer: voices speak none. */
const MARKED = /[*_`[\n]|https?:/;

type MarkdownPart = typeof import('./markdown.js');

let markdown: MarkdownPart | undefined;

/** A list takes longer to lay out the more rows it has, whether they are in sight or not. */
const PAGE = 100;

export class TranscriptView {
  readonly #first: HTMLElement;
  readonly #rows = new Map<string, Row>();
  readonly #notes = new Map<Note, Element>();
  #items: readonly TranscriptItem[] = [];
  #last: Element;
  #end: StayAtEnd | undefined;
  #language = '';
  #loads = false;

  /** @param list an empty `<ol>` in a box that scrolls */
  constructor(list: HTMLElement) {
    this.#first = this.#last = list;
  }

  show(items: readonly TranscriptItem[], known: Partial<Strings>, also: Annotations = {}): void {
    const words = { ...TRANSCRIPT_ENGLISH, ...known };
    const language = `${words.you}|${words.agent}|${words.interrupted}`;
    this.#end ??= new StayAtEnd(this.#first);
    if (language !== this.#language) {
      this.#clear();
      this.#end.label = words.latest;
    }
    this.#language = language;
    const before = this.#items;
    this.#items = items;
    let same = 0;
    while (same < items.length && items[same] === before[same]) same++;
    const rest = items.slice(same);
    const left = new Set(before.slice(same).map(({ id }) => id));
    let place: Row | undefined;
    for (let at = same; at-- > 0 && !place;) place = this.#rows.get(items[at]?.id ?? '');
    for (const item of rest) {
      const picture = also.pictures?.get(item.id);
      // Nothing was said after all: a cough, or silence.
      if (item.final && item.text.trim() === '' && !picture) continue;
      left.delete(item.id);
      const row = this.#rows.get(item.id) ?? this.#newRow(item, words, picture);
      row.show(item, words);
      if (item.role === 'agent' && MARKED.test(item.text)) this.#load();
      if (!row.element.parentElement || row.previous !== place) this.#insert(row.element, place);
      row.previous = place;
      place = row;
    }
    for (const id of left) {
      this.#rows.get(id)?.element.remove();
      this.#rows.delete(id);
    }
    for (const [id, mark] of also.marks ?? []) this.#rows.get(id)?.mark(words[mark]);
    this.#showNotes(also.notes ?? []);
  }

  /** Everything is written anew, in another language. */
  #clear(): void {
    while (this.#first.nextElementSibling?.localName === 'ol')
      this.#first.nextElementSibling.remove();
    this.#first.replaceChildren();
    this.#last = this.#first;
    this.#rows.clear();
    this.#notes.clear();
    this.#items = [];
  }

  #newRow(item: TranscriptItem, words: Words, picture: string | undefined): Row {
    const row = new Row(item.role, words, picture);
    this.#rows.set(item.id, row);
    return row;
  }

  #showNotes(notes: readonly Note[]): void {
    for (const [note, element] of this.#notes) {
      if (notes.includes(note)) continue;
      element.remove();
      this.#notes.delete(note);
    }
    for (const note of notes) if (!this.#notes.has(note)) this.#note(note);
  }

  #note(note: Note): void {
    const row = this.#rows.get(note.after ?? '');
    if (note.after !== undefined && !row) return;
    const element = document.createElement('li');
    element.className = 'note';
    element.setAttribute('part', 'note');
    element.textContent = note.text;
    this.#notes.set(note, element);
    this.#insert(element, row);
  }

  #insert(element: Element, after: Row | undefined): void {
    let at: Element | null | undefined = after?.element;
    // Notes stay with the message that they follow.
    while (at?.nextElementSibling?.className === 'note') at = at.nextElementSibling;
    if (!at) {
      this.#first.prepend(element);
    } else if (at === this.#last.lastElementChild && this.#last.childElementCount >= PAGE) {
      const page = document.createElement('ol');
      page.append(element);
      this.#last.after(page);
      this.#last = page;
      this.#end?.watch(page);
    } else {
      at.after(element);
    }
  }

  /** Until it is there, and where it cannot be had, signs are shown as they are. */
  #load(): void {
    if (this.#loads) return;
    this.#loads = true;
    void import('./markdown.js').then(
      (part) => {
        markdown = part;
        adopt(shadowRootOf(this.#first), part.markdownStyles);
        for (const row of this.#rows.values()) row.redraw();
      },
      () => (this.#loads = false),
    );
  }
}

class Row {
  readonly element = document.createElement('li');
  readonly #words = document.createElement('div');
  /** The message before it. */
  previous: Row | undefined;
  #markdown: Markdown | undefined;
  #mark: Element | undefined;
  #shown: TranscriptItem | undefined;
  readonly #hasPicture: boolean;

  constructor(
    role: TranscriptItem['role'],
    { you, agent, picture }: Words,
    url: string | undefined,
  ) {
    const { element } = this;
    element.className = `message ${role}`;
    if (role === 'user') element.setAttribute('part', 'message user-message');
    else element.setAttribute('part', 'message agent-message');
    const speaker = document.createElement('span');
    speaker.className = 'spoken-only';
    speaker.textContent = `${role === 'user' ? you : agent}: `;
    // An answer in Arabic on an English page reads from the right.
    this.#words.dir = 'auto';
    element.append(speaker, ...(url ? [pictureCanvas(url, picture)] : []), this.#words);
    this.#hasPicture = url !== undefined;
  }

  show(item: TranscriptItem, { interrupted }: Words): void {
    if (item === this.#shown) return;
    this.#shown = item;
    this.element.classList.toggle('pending', item.text === '');
    this.#write(item);
    if (item.interrupted && !this.#mark) this.mark(interrupted);
  }

  /** Says beside the words why there are no more of them. */
  mark(why: string): void {
    if (!this.#mark) {
      this.#mark = document.createElement('span');
      this.#mark.className = 'interrupted';
      this.element.append(' ', this.#mark);
    }
    if (this.#mark.textContent !== why) this.#mark.textContent = why;
  }

  redraw(): void {
    if (this.#shown && !this.#markdown) this.#write(this.#shown);
  }

  /** What visitors type or say is shown as it is. */
  #write({ role, text, final }: TranscriptItem): void {
    if (role === 'agent' && markdown && MARKED.test(text)) {
      if (!this.#markdown) this.#words.replaceChildren();
      this.#markdown ??= new markdown.Markdown(this.#words);
      this.#markdown.write(text);
      if (final) this.#markdown.end();
    } else {
      // What is seen needs no word for it.
      this.#words.textContent = this.#hasPicture ? text.replace(PICTURE, '') : text;
    }
  }
}

/** Missing for a list that has left the element meanwhile. */
function shadowRootOf(list: Element): ShadowRoot | undefined {
  const root = list.getRootNode();
  return root instanceof ShadowRoot ? root : undefined;
}
