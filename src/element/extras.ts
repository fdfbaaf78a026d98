/**
 * What a page may ask for beside a call: tools, guardrails, a count of what is used. Each is code of its
 * own, which listens to the call from outside; here they are only put together.
 */
import type { Call } from '../core/call.js';
import type { CallOptions } from '../core/call-options.js';
import type { EndReason } from '../core/call-state.js';
import type { Guardrail } from '../core/guardrails/guardrail.js';
import type { Limits } from '../core/limits/attach-limits.js';
import type { Outward } from '../core/redaction/outward.js';
import type { RecoveryOptions } from '../core/recovery/attach-recovery.js';
import type { TranscriptItem } from '../core/transcript.js';
import { countUsage, type Usage } from '../core/usage/attach-usage.js';
import type { PriceList, Prices } from '../core/usage/prices.js';
import { attachWarmUp } from '../core/warm-up.js';
import { watchItems, type AboutItems } from './about-items.js';
import type { Annotations } from './annotations.js';
import { lookAfter, type CallLife } from './call-life.js';
import { lazyTools, type LazyTools } from './lazy-tools.js';
import { lazyTurns, type LazyTurns } from './lazy-turns.js';
import type { ToolProperties } from './page-tools.js';
import type { Dictionary } from './strings.js';
import type { TurnTakingProperties } from './turn-taking.js';

export interface ExtraProperties
  extends
    ToolProperties,
    TurnTakingProperties,
    Limits,
    Omit<RecoveryOptions, 'session'>,
    Pick<CallOptions, 'session'> {
  readonly fallback?: string | undefined;
  /** True: with the supplied function. */
  readonly redact?: boolean | ((text: string) => string) | undefined;
  readonly guardrails?: readonly Guardrail[] | undefined;
  readonly inputGuardrails?: readonly Guardrail[] | undefined;
  readonly prices?: Prices | PriceList | undefined;
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
  const { guardrails = [], inputGuardrails = [] } = page;
  const guarding = guardrails.length + inputGuardrails.length > 0;
  const [guards] = await Promise.all([
    guarding ? import('./guardrails-part.js') : undefined,
    extras.ready,
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
  readonly usage: Usage;
  readonly about: AboutItems;
  readonly tools: LazyTools;
  readonly turns: LazyTurns;
  readonly life: CallLife;
  /** Resolves when all of it listens. */
  readonly ready: Promise<unknown>;
  readonly #call: Call;
  #outward: Outward | undefined;

  constructor(call: Call, page: Page) {
    const redraw = () => page.requestUpdate?.();
    this.#call = call;
    this.warmUp = attachWarmUp(call);
    const { prices } = page;
    const usage = (this.usage = countUsage(call));
    this.about = watchItems(call, redraw);
    this.life = lookAfter(call, page, redraw);
    this.tools = lazyTools(call, page);
    this.turns = lazyTurns(call, page, Boolean(page.inputGuardrails?.length));
    this.ready = Promise.all([
      this.life.limited,
      this.tools.offer(),
      this.turns.take(),
      this.#redact(page),
      // No call is lost for want of an estimate.
      prices &&
        import('./prices-part.js').then(
          (part) => usage.price(part.estimate(prices)),
          () => undefined,
        ),
      page.fallback === 'websocket' &&
        import('./websocket-part.js').then((part) => part.fallback(call, page)),
    ]);
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

  /** How the call has ended, where there is more to say than that it has. */
  ending(reason: EndReason, known: Partial<Dictionary>): string | undefined {
    return this.life.ending(reason, known) ?? this.tools.loaded?.ending(reason, known);
  }

  /** Stops the agent, and tells the tools that run. */
  interrupt(): void {
    this.#call.interrupt();
    this.tools.loaded?.interrupt();
  }

  /** What the transcript shows beside the words. */
  annotations(known: Partial<Dictionary>): Annotations {
    const notes = [...this.life.notes(known), ...(this.tools.loaded?.notes(known) ?? [])];
    return { ...this.about, notes };
  }

  /** From now on nothing leaves but what the page's function lets through. */
  async #redact({ redact }: Page): Promise<void> {
    if (!redact) return;
    const { Outward, redactPersonalData } = await import('./redaction-part.js');
    this.#outward = new Outward(typeof redact === 'function' ? redact : redactPersonalData);
  }
}
