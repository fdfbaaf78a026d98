/**
 * What the visitor is told of tools while they run and after they have failed, and of agents that have
 * taken over. Nothing stays: whatever runs is told of for a minute at most. It runs no tool.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { Call } from '../core/call.js';
import type { ServerEvent } from '../core/protocol.js';
import type { VoiceHandoffDetail } from '../core/tools/tool-events.js';
import type { Note } from './annotations.js';
import { filled } from './filled.js';
import { readable } from './readable.js';
import type { ToolStrings } from './strings.js';

/** What takes less is not worth a word, in ms. */
const SOON = 400;
/** Long enough to be read, once it is there. */
const READ = 800;
/** For what has happened, and needs no answer. */
const TOLD = 6_000;
/** A tool of a remote server, or its list, that never ends. */
const LONGEST = 60_000;

type Word = 'working' | 'lookingUp' | 'preparing' | 'didNotWork' | 'nowTalkingTo';

interface Told {
  readonly word: Word;
  readonly name: string;
  /** When it came on screen; not yet where it is missing. */
  readonly since?: number;
}

/** Where another agent has taken over. */
interface Seam {
  /** The item that was last until then. */
  readonly after: string | undefined;
  readonly label: string;
  note?: Note;
}

export class ToolActivity {
  readonly #call: Call;
  readonly #draw: () => void;
  /** By id of the request. */
  readonly #told = new Map<string, Told>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** The visitor said no, and need not be told. */
  readonly #denied = new Set<string>();
  #seams: readonly Seam[] = [];

  constructor(call: Call, draw: () => void) {
    this.#call = call;
    this.#draw = draw;
    call.addEventListener('voice-tool-call', (event) => {
      const { detail } = event as CustomEvent<{ id: string; name: string; kind: string }>;
      this.#begin(
        detail.id,
        detail.kind === 'mcp' ? 'lookingUp' : 'working',
        readable(detail.name),
      );
    });
    call.addEventListener('voice-tool-result', (event) => {
      const { id, name, error } = (
        event as CustomEvent<{ id: string; name: string; error?: string }>
      ).detail;
      this.#end(id);
      if (error !== undefined && !this.#denied.delete(id)) this.#tell('didNotWork', readable(name));
    });
    call.addEventListener('voice-approval-request', (event) => {
      const { id, decided } = (event as CustomEvent<{ id: string; decided: Promise<string> }>)
        .detail;
      void decided.then((outcome) => outcome !== 'approved' && this.#denied.add(id));
    });
    call.addEventListener('voice-handoff', (event) => {
      this.#handOver(event.detail);
    });
    call.addEventListener('voice-server-event', ({ detail }) => {
      try {
        this.#observe(detail);
      } catch {
        // A malformed event tells of nothing.
      }
    });
    call.addEventListener('voice-state-change', ({ detail: { state } }) => {
      if (state.status === 'connecting') this.#seams = [];
      if (state.status !== 'live') for (const id of [...this.#told.keys()]) this.#forget(id);
    });
  }

  view(strings: ToolStrings): TemplateResult {
    const shown = [...this.#told.values()].filter(({ since }) => since !== undefined);
    return html`<div class="activity" part="activity" role="status">
      ${shown.map(({ word, name }) => {
        const [before, after] = strings[word].split('{name}');
        // Words of the page may leave the name out.
        const named = after === undefined ? nothing : html`<bdi>${name}</bdi>${after}`;
        return html`<p class=${word}>
          ${word in RUNNING ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}
          <span>${before}${named}</span>
        </p>`;
      })}
    </div>`;
  }

  /** Each is the same object as long as it says the same. */
  notes({ nowTalkingTo }: ToolStrings): readonly Note[] {
    return this.#seams.map((seam) => {
      const text = filled(nowTalkingTo, seam.label);
      if (seam.note?.text !== text) seam.note = { after: seam.after, text };
      return seam.note;
    });
  }

  #observe(event: ServerEvent): void {
    switch (event.type) {
      case 'conversation.item.added': {
        const { item } = event;
        if (item.type === 'mcp_list_tools' && item.id) {
          this.#begin(item.id, 'preparing', readable(item.server_label));
        }
        break;
      }
      case 'mcp_list_tools.completed':
        this.#end(event.item_id);
        break;
      case 'mcp_list_tools.failed': {
        const { name } = this.#told.get(event.item_id) ?? {};
        this.#forget(event.item_id);
        if (name !== undefined) this.#tell('didNotWork', name);
        break;
      }
    }
  }

  #handOver({ label }: VoiceHandoffDetail): void {
    const after = this.#call.items.at(-1)?.id;
    this.#seams = [...this.#seams, { after, label }];
    this.#tell('nowTalkingTo', label);
  }

  #begin(id: string, word: Word, name: string): void {
    this.#told.set(id, { word, name });
    this.#later(id, SOON, () => this.#show(id, LONGEST));
  }

  #end(id: string): void {
    const since = this.#told.get(id)?.since;
    if (since === undefined) this.#forget(id);
    else this.#later(id, Math.max(0, READ - (performance.now() - since)), () => this.#forget(id));
  }

  #tell(word: Word, name: string): void {
    this.#told.set(word, { word, name });
    this.#show(word, TOLD);
  }

  #show(id: string, ms: number): void {
    const told = this.#told.get(id);
    if (!told) return;
    this.#told.set(id, { ...told, since: performance.now() });
    this.#later(id, ms, () => this.#forget(id));
    this.#draw();
  }

  #forget(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (this.#told.delete(id)) this.#draw();
  }

  #later(id: string, ms: number, work: () => void): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(work, ms));
  }
}

const RUNNING: Partial<Record<Word, true>> = { working: true, lookingUp: true, preparing: true };
