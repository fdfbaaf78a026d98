/**
 * What is drawn by hand into the places that the view has for it: the voices on the canvas, and the
 * transcript, whose code is loaded when it is first to be seen.
 */
import type { Call } from '../core/call.js';
import type { CallState } from '../core/call-state.js';
import type { TranscriptItem } from '../core/transcript.js';
import { adopt } from './adopt.js';
import { extrasOf } from './extras.js';
import { guardPresses } from './presses.js';
import type { KnownStrings } from './strings.js';
import type { TranscriptView } from './transcript-view.js';
import { startFrameLoop, type FrameLoop } from './visualizers/frame-loop.js';

type Chat = typeof import('./chat.js');

interface DrawingHost extends Element {
  readonly visualizer?: string;
  /** What the visitor wants of screen readers, where it was said. */
  readonly readOut: boolean | undefined;
}

let chat: Promise<Chat> | undefined;

/** Without it a call goes on, unseen; the next one tries again. */
function loadChat(): Promise<Chat | undefined> {
  chat ??= import('./chat.js');
  return chat.catch(() => {
    chat = undefined;
    return undefined;
  });
}

export class Drawing {
  readonly #root: ShadowRoot;
  #voices: FrameLoop | undefined;
  #transcript: { list: Element; view: Promise<TranscriptView | undefined> } | undefined;
  /** As they were the last time. */
  #items: readonly TranscriptItem[] = [];
  /** Answers that were read out, or heard. */
  readonly #known = new Set<string>();

  constructor(root: ShadowRoot) {
    this.#root = root;
    guardPresses(root);
  }

  /** Draws what is there now; to be called whenever the view was drawn. */
  update(state: CallState, call: Call | undefined, known: KnownStrings): void {
    const canvas = this.#root.querySelector<HTMLCanvasElement>('.visualizer canvas');
    const turn = state.status === 'live' && state.voice && state.turn;
    if (!turn || canvas !== this.#voices?.canvas) {
      this.#voices?.stop();
      this.#voices = undefined;
    }
    if (turn && canvas) {
      this.#voices ??= startFrameLoop(canvas, () => call?.meter);
      this.#voices.show((this.#root.host as DrawingHost).visualizer, turn);
    }
    const list = this.#root.querySelector<HTMLElement>('.transcript ol');
    if (this.#transcript?.list !== list) {
      this.#transcript = list ? { list, view: this.#open(list) } : undefined;
    }
    const items = call?.items;
    if (!call || !items) return;
    if (state.status === 'live') this.#readOut(items, state.voice);
    this.#items = items;
    const also = extrasOf(call)?.annotations(known);
    void this.#transcript?.view.then((view) => view?.show(items, known, also));
  }

  /** Finished answers for those who cannot see them: in a call by voice, which is audible, only on demand. */
  #readOut(items: readonly TranscriptItem[], voice: boolean): void {
    const answers = this.#root.querySelector('[data-answers]');
    for (const [index, item] of items.entries()) {
      if (item === this.#items[index]) continue;
      const { id, role, text, final } = item;
      if (role !== 'agent' || !final || this.#known.has(id)) continue;
      this.#known.add(id);
      // Signs of Markdown are for the eye.
      if (answers && ((this.#root.host as DrawingHost).readOut ?? !voice))
        answers.textContent = text.replace(/[*`[]|\]\(.*?\)/g, '');
    }
  }

  async #open(list: HTMLElement): Promise<TranscriptView | undefined> {
    const chat = await loadChat();
    if (!chat) return undefined;
    adopt(this.#root, chat.chatStyles);
    return new chat.TranscriptView(list);
  }
}
