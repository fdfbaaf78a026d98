/**
 * Draws what an agent writes: paragraphs, lists, emphasis, code and links, as DOM nodes and never as
 * HTML. Images, headings' sizes and everything else that a model might send stay plain text.
 *
 * The parser is `streaming-markdown`: 3 kB, no HTML strings, and made for text that still grows.
 */
import * as md from 'streaming-markdown';

export { markdownStyles } from './markdown-styles.js';

/** What a visitor may be led to with one tap. */
const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

/** What is drawn as an element; the text of all others joins what is around it. */
const TAGS: Readonly<Partial<Record<md.Token, string>>> = {
  [md.PARAGRAPH]: 'p',
  [md.HEADING_1]: 'p',
  [md.HEADING_2]: 'p',
  [md.HEADING_3]: 'p',
  [md.HEADING_4]: 'p',
  [md.HEADING_5]: 'p',
  [md.HEADING_6]: 'p',
  [md.BLOCKQUOTE]: 'blockquote',
  [md.LINE_BREAK]: 'br',
  [md.LIST_UNORDERED]: 'ul',
  [md.LIST_ORDERED]: 'ol',
  [md.LIST_ITEM]: 'li',
  [md.ITALIC_AST]: 'em',
  [md.ITALIC_UND]: 'em',
  [md.STRONG_AST]: 'strong',
  [md.STRONG_UND]: 'strong',
  [md.STRIKE]: 's',
  [md.CODE_INLINE]: 'code',
  [md.CODE_BLOCK]: 'pre',
  [md.CODE_FENCE]: 'pre',
  [md.LINK]: 'a',
  [md.RAW_URL]: 'a',
};

/** Text that grows at its end, drawn into `root`. */
export class Markdown {
  readonly #root: HTMLElement;
  #text = '';
  #parser: md.Parser;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#parser = parserInto(root);
  }

  /** @param text all of it: what was written before, and what came after it. */
  write(text: string): void {
    if (!text.startsWith(this.#text)) {
      // The words were corrected, or cut.
      this.#root.replaceChildren();
      this.#parser = parserInto(this.#root);
      this.#text = '';
    }
    md.parser_write(this.#parser, text.slice(this.#text.length));
    this.#text = text;
  }

  /** Draws what may still have been the beginning of something. Nothing comes after it. */
  end(): void {
    md.parser_end(this.#parser);
  }
}

function parserInto(root: HTMLElement): md.Parser {
  const open: Element[] = [root];
  const last = () => open.at(-1) ?? root;
  return md.parser({
    data: undefined,
    add_token(_, token) {
      const tag = TAGS[token];
      // Whatever has no tag is a place in the one around it.
      const element = tag === undefined ? last() : document.createElement(tag);
      if (tag !== undefined) last().append(element);
      open.push(element);
    },
    end_token() {
      if (open.length > 1) open.pop();
    },
    add_text(_, text) {
      last().append(text);
    },
    set_attr(_, attribute, value) {
      const link = last();
      if (attribute !== md.HREF || link.localName !== 'a' || !SAFE_LINK.test(value)) return;
      link.setAttribute('href', value);
      link.setAttribute('target', '_blank');
      link.setAttribute('rel', 'noopener noreferrer nofollow');
    },
  });
}
