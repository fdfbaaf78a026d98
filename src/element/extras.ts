/**
 * What a page may ask for beside a call: tools, guardrails, a count of what is used. Each is code of its
 * own, which is loaded only where it is asked for and listens to the call from outside.
 */
import type { Call } from '../core/call.js';
import type { VoiceGuardrailDetail } from '../core/guardrails/guardrail-events.js';
import type { CallOptions } from '../core/call-options.js';
import type { EndReason } from '../core/call-state.js';
import type { Guardrail } from '../core/guardrails/guardrail.js';
import type { Limits } from '../core/limits/attach-limits.js';
import type { ServerEvent } from '../core/protocol.js';
import type { Outward } from '../core/redaction/outward.js';
import type { Recovery, Summarize } from '../core/recovery/attach-recovery.js';
import type { TranscriptItem } from '../core/transcript.js';
import { attachUsage, type Usage } from '../core/usage/attach-usage.js';
import type { PriceList, Prices } from '../core/usage/prices.js';
import type { TokenUsage } from '../core/usage/usage-events.js';
import { VoiceError } from '../core/voice-error.js';
import { attachWarmUp } from '../core/warm-up.js';
import type { Annotations, Mark, Note } from './annotations.js';
import { noticed, SENTENCES } from './error-sentences.js';
import { filled } from './filled.js';
import type { PageTools, ToolProperties } from './page-tools.js';
import type { CallNotice } from './recovery-part.js';
import type { CallStrings, Strings } from './strings.js';
import type { TurnTaking, TurnTakingProperties } from './turn-taking.js';

export interface ExtraProperties
  extends ToolProperties, TurnTakingProperties, Limits, Pick<CallOptions, 'session'> {
  readonly fallback?: string | undefined;
  readonly summarize?: Summarize | undefined;
  /** True: with the supplied function. */
  readonly redact?: boolean | ((text: string) => string) | undefined;
  readonly guardrails?: readonly Guardrail[] | undefined;
  readonly inputGuardrails?: readonly Guardrail[] | undefined;
  readonly prices?: Prices | PriceList | undefined;
}

/** What the visitor is told in passing. */
interface Notice {
  readonly word: CallNotice['word'] | 'endsSoon';
  /** Takes the place that the words leave for it. */
  readonly value?: string | number | undefined;
  /** In its stead, where it is read out: once and not every second. */
  readonly spoken?: string | number | undefined;
}

type Page = HTMLElement & ExtraProperties;

const attached = new WeakMap<Call, Extras>();

/** What was attached to a call of the element. */
export function extrasOf(call: Call): Extras | undefined {
  return attached.get(call);
}

/** Resolves when all of it listens: nothing that is said in the call is missed. */
export async function attachExtras(call: Call, page: Page): Promise<void> {
  const extras = new Extras(call, page);
  attached.set(call, extras);
  // Not waited for: a call begins without it, and loses its network later.
  void extras.recover();
  const { guardrails = [], inputGuardrails = [] } = page;
  const guarding = guardrails.length + inputGuardrails.length > 0;
  const [guards] = await Promise.all([
    guarding ? import('./guardrails-part.js') : undefined,
    extras.limit(),
    extras.offerTools(),
    extras.takeTurns(),
    extras.redact(),
    page.fallback === 'websocket' &&
      import('./websocket-part.js').then((part) => part.fallback(call, page)),
  ]);
  if (guardrails.length > 0) guards?.attachGuardrails(call, guardrails);
  if (inputGuardrails.length > 0) {
    const byHand = () => page.turnTaking === 'push-to-talk';
    guards?.attachInputGate(call, inputGuardrails, { byHand });
  }
}

/** Goes on for all calls that follow, as the call itself does. */
export class Extras {
  /** Gets the call ready ahead of its start. */
  readonly warmUp: () => Promise<void>;
  readonly #call: Call;
  readonly #page: Page;
  readonly #usage: Usage;
  /** When each item was first heard of, in ms since the call was live. */
  readonly #begun = new Map<string, number>();
  /** Pictures that the visitor has shown, as `data:` URLs by their item's id. */
  readonly pictures = new Map<string, string>();
  /** Why an item has no end, by its id. */
  readonly #marks = new Map<string, Mark>();
  /** The connection's, from shortly before the end of the call. */
  lastStats: Promise<RTCStatsReport> | undefined;
  #outward: Outward | undefined;
  #recovery: Recovery | undefined;
  readonly #seams = new WeakMap<object, Note>();
  #ofCall: Notice | undefined;
  #ofEnd: Notice | undefined;
  #limits: typeof import('./limits-part.js') | undefined;
  #turns: TurnTaking | undefined;
  /** What the service has last said of it. */
  #session: unknown;
  /** Whether the words of a turn are read before it is answered. */
  readonly #isGated: boolean;
  #opening: Promise<PageTools> | undefined;
  #tools: PageTools | undefined;
  /** The tools that were declared when last looked at. */
  #declared = '';

  constructor(call: Call, page: Page) {
    this.#call = call;
    this.#page = page;
    this.warmUp = attachWarmUp(call);
    this.#isGated = Boolean(page.inputGuardrails?.length);
    this.#usage = attachUsage(call, { ...(page.prices && { prices: page.prices }) });
    let live = 0;
    const watch = new MutationObserver(() => this.#look());
    call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
      if (state.status === 'ended') {
        this.#session = undefined;
        watch.disconnect();
      }
      if (state.status === 'connecting' && previous.status !== 'connecting') {
        const { attempt } = call;
        this.lastStats = undefined;
        attempt?.signal.addEventListener('abort', () => {
          this.lastStats = attempt.line.connection?.lastStats;
        });
        for (const map of [this.#begun, this.pictures, this.#marks]) map.clear();
        watch.observe(page, { childList: true, characterData: true, subtree: true });
        this.#look();
      }
      if (state.status === 'live' && previous.status === 'connecting') live = performance.now();
    });
    call.addEventListener('voice-transcript', ({ detail: { id } }) => {
      if (!this.#begun.has(id)) this.#begun.set(id, performance.now() - live);
      page.requestUpdate?.();
    });
    call.addEventListener('voice-server-event', ({ detail }) => {
      if ('session' in detail) this.#session = detail.session;
      if (detail.type === 'conversation.item.deleted') page.requestUpdate?.();
      for (const id of filteredItems(detail)) this.#mark(id, 'filtered');
      // Without somebody who asks the visitor, a remote tool would wait for ever.
      if (needsTools(detail)) void this.#openTools().catch(() => undefined);
    });
    call.addEventListener('voice-guardrail', (event) => {
      queueMicrotask(() => {
        const { id } = (event as CustomEvent<VoiceGuardrailDetail>).detail;
        if (!event.defaultPrevented) this.#mark(id, 'stopped');
      });
    });
  }

  get usage(): TokenUsage {
    return this.#usage.total;
  }

  /** What was said, as it may leave the element. */
  get items(): readonly TranscriptItem[] {
    const { items } = this.#call;
    return this.#outward?.items(items) ?? items;
  }

  /** The detail of an event as it may leave the element; `undefined` where the event may not. */
  leaving<T extends object>(name: string, detail: T): T | undefined {
    return this.#outward ? (this.#outward.event(name, detail) as T | undefined) : detail;
  }

  /** From now on nothing leaves but what the page's function lets through. */
  async redact(): Promise<void> {
    const { redact } = this.#page;
    if (!redact) return;
    const { Outward, redactPersonalData } = await import('./redaction-part.js');
    this.#outward = new Outward(typeof redact === 'function' ? redact : redactPersonalData);
  }

  /** Milliseconds since the call was live at which an item was first heard of. */
  beginningOf(id: string): number {
    return this.#begun.get(id) ?? 0;
  }

  /** Keeps the call alive beyond its connection; without that code it ends there. */
  async recover(): Promise<void> {
    try {
      const { keepAlive } = await import('./recovery-part.js');
      this.#recovery = keepAlive(this.#call, this.#page, (notice, error) => {
        this.#ofCall = notice;
        if (error) noticed.add(error);
        this.#page.requestUpdate?.();
      });
    } catch {
      // It is as it was before there was any.
    }
  }

  /** Ends calls where the page wants that. */
  async limit(): Promise<void> {
    const { maxDuration, idleTimeout } = this.#page;
    if (!maxDuration && !idleTimeout) return;
    this.#limits = await import('./limits-part.js');
    this.#limits.limitCall(this.#call, this.#page, { maxDuration, idleTimeout }, (value) => {
      const { spoken = value } = this.#ofEnd ?? {};
      this.#ofEnd = value === undefined ? undefined : { word: 'endsSoon', value, spoken };
      this.#page.requestUpdate?.();
    });
  }

  /** What the visitor is told in passing, on screen and read out. */
  notice(strings: CallStrings): { shown: string; spoken: string } | undefined {
    const notice = this.#ofEnd ?? this.#ofCall;
    if (!notice) return undefined;
    const { word, value, spoken = value } = notice;
    const words = { endsSoon: '', ...SENTENCES, ...this.#limits?.LIMITS_ENGLISH, ...strings }[word];
    return { shown: filled(words, value), spoken: filled(words, spoken) };
  }

  /** How the call has ended, where there is more to say than that it has. */
  ending(reason: EndReason, strings: Partial<Strings>): string | undefined {
    return this.#limits?.limitReached(reason, strings) ?? this.#tools?.ending(reason, strings);
  }

  /** Gives the agent the page's present tools, also in a call. */
  async offerTools(): Promise<void> {
    const { tools = [], webmcp = false } = this.#page;
    const scripts = this.#scripts();
    if (tools.length === 0 && !webmcp && scripts.length === 0 && !this.#opening) return;
    (await this.#openTools()).offer(scripts);
  }

  /** Takes turns in the page's present way, also in a call. */
  async takeTurns(): Promise<void> {
    const { turnTaking, halfDuplex = false } = this.#page;
    if (turnTaking !== 'push-to-talk' && !halfDuplex && !this.#turns) return;
    const { TurnTaking } = await import('./turn-taking-part.js');
    this.#turns ??= new TurnTaking(this.#call, this.#page, !this.#isGated);
    this.#turns.update(this.#session);
  }

  /** The page wants another way of taking turns, now. */
  changeTurns(): void {
    this.takeTurns().catch((cause: unknown) => {
      const message = 'The code for taking turns did not load.';
      this.#report(new VoiceError('network-blocked', message, { cause }));
    });
  }

  /** What is pressed for a turn; nothing where turns are taken by voice. */
  talkButton(muted: boolean, strings: Partial<Strings>): unknown {
    return this.#turns?.button(muted, strings);
  }

  /** Stops the agent, and tells the tools that run. */
  interrupt(): void {
    this.#call.interrupt();
    this.#tools?.interrupt();
  }

  /** What the visitor is told of tools, and asked, on screen. */
  ofTools(strings: Partial<Strings>): unknown {
    return this.#tools?.view(strings);
  }

  /** What the transcript shows beside the words. */
  annotations(strings: CallStrings & Partial<Strings>): Annotations {
    const notes = [...this.#seamNotes(strings), ...(this.#tools?.notes(strings) ?? [])];
    return { pictures: this.pictures, marks: this.#marks, notes };
  }

  /** Where the call went on over another connection. Each is the same object every time. */
  #seamNotes({ recovered }: CallStrings): Note[] {
    return (this.#recovery?.seams ?? []).map((seam) => {
      const note = this.#seams.get(seam) ?? { after: seam.after, text: recovered };
      this.#seams.set(seam, note);
      return note;
    });
  }

  #report(error: VoiceError): void {
    const detail = { error, fatal: false };
    this.#call.dispatchEvent(new CustomEvent('voice-error', { detail }));
  }

  #mark(id: string, mark: Mark): void {
    this.#marks.set(id, mark);
    this.#page.requestUpdate?.();
  }

  #scripts(): HTMLScriptElement[] {
    const scripts = [
      ...this.#page.querySelectorAll<HTMLScriptElement>(':scope > script[slot="tools"]'),
    ];
    this.#declared = scripts.map(({ outerHTML }) => outerHTML).join('');
    return scripts;
  }

  /** Pages change for many reasons, mostly for others. */
  #look(): void {
    const before = this.#declared;
    this.#scripts();
    if (this.#declared !== before) this.offerTools().catch(() => undefined);
  }

  #openTools(): Promise<PageTools> {
    this.#opening ??= import('./tools-part.js').then(
      ({ PageTools }) => (this.#tools = new PageTools(this.#call, this.#page)),
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }
}

/** Ids of what the service's own filter has ended. Events may have any shape. */
function filteredItems(event: ServerEvent): string[] {
  if (event.type !== 'response.done') return [];
  const { status_details, output } = event.response as Partial<typeof event.response>;
  if (status_details?.reason !== 'content_filter' || !Array.isArray(output)) return [];
  return output.flatMap((item: { id?: string } | null) => item?.id ?? []);
}

/** The service calls tools of remote servers, or an agent may hand over. */
function needsTools(event: ServerEvent): boolean {
  if (event.type !== 'session.created' && event.type !== 'session.updated') return false;
  const tools = (event.session as { tools?: unknown } | undefined)?.tools;
  return (
    Array.isArray(tools) &&
    tools.some(
      (tool: { type?: unknown; name?: unknown } | null) =>
        tool?.type === 'mcp' || String(tool?.name).startsWith('transfer_to_'),
    )
  );
}
