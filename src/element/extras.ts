/**
 * What a page may ask for beside a call: tools, guardrails, a count of what is used. Each is code of its
 * own, which is loaded only where it is asked for and listens to the call from outside.
 */
import type { Call } from '../core/call.js';
import type { Guardrail } from '../core/guardrails/guardrail.js';
import type { ServerEvent } from '../core/protocol.js';
import type { PageTool } from '../core/tools/page-tool.js';
import type { VoiceApprovalRequestDetail } from '../core/tools/tool-events.js';
import { attachUsage, type Usage } from '../core/usage/attach-usage.js';
import type { PriceList, Prices } from '../core/usage/prices.js';
import type { TokenUsage } from '../core/usage/usage-events.js';
import { VoiceError } from '../core/voice-error.js';
import { attachWarmUp } from '../core/warm-up.js';
import type { CallStrings } from './strings.js';
import type { TurnTaking, TurnTakingProperties } from './turn-taking.js';

export interface ExtraProperties extends TurnTakingProperties {
  readonly tools?: readonly PageTool[] | undefined;
  readonly webmcp?: boolean | undefined;
  readonly guardrails?: readonly Guardrail[] | undefined;
  readonly inputGuardrails?: readonly Guardrail[] | undefined;
  readonly prices?: Prices | PriceList | undefined;
}

type ToolsPart = typeof import('./tools-part.js');
type Tools = ReturnType<ToolsPart['attachTools']>;

const attached = new WeakMap<Call, Extras>();

/** What was attached to a call of the element. */
export function extrasOf(call: Call): Extras | undefined {
  return attached.get(call);
}

/** Resolves when all of it listens: nothing that is said in the call is missed. */
export async function attachExtras(call: Call, page: ExtraProperties): Promise<void> {
  const extras = new Extras(call, page);
  attached.set(call, extras);
  const { guardrails = [], inputGuardrails = [] } = page;
  const guarding = guardrails.length + inputGuardrails.length > 0;
  const [, , guards] = await Promise.all([
    extras.offerTools(),
    extras.takeTurns(),
    guarding ? import('./guardrails-part.js') : undefined,
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
  readonly #page: ExtraProperties;
  readonly #usage: Usage;
  /** When each item was first heard of, in ms since the call was live. */
  readonly #begun = new Map<string, number>();
  readonly #asked = new Set<VoiceApprovalRequestDetail>();
  #part: ToolsPart | undefined;
  #tools: Promise<Tools> | undefined;
  #turns: TurnTaking | undefined;
  /** What the service has last said of it. */
  #session: unknown;
  /** Whether the words of a turn are read before it is answered. */
  readonly #isGated: boolean;
  /** Watches what the browser knows of the page's tools. */
  #following = new AbortController();

  constructor(call: Call, page: ExtraProperties) {
    this.#call = call;
    this.#page = page;
    this.warmUp = attachWarmUp(call);
    this.#isGated = Boolean(page.inputGuardrails?.length);
    this.#usage = attachUsage(call, { ...(page.prices && { prices: page.prices }) });
    let live = 0;
    call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
      if (state.status === 'connecting') this.#begun.clear();
      if (state.status === 'ended') this.#session = undefined;
      if (state.status === 'live' && previous.status !== 'live') live = performance.now();
    });
    call.addEventListener('voice-transcript', ({ detail: { id } }) => {
      if (!this.#begun.has(id)) this.#begun.set(id, performance.now() - live);
      page.requestUpdate?.();
    });
    call.addEventListener('voice-server-event', ({ detail }) => {
      if ('session' in detail) this.#session = detail.session;
      if (detail.type === 'conversation.item.deleted') page.requestUpdate?.();
      // Without somebody who asks the visitor, a remote tool would wait for ever.
      if (hasRemoteTools(detail)) void this.#openTools().catch(() => undefined);
    });
    call.addEventListener('voice-approval-request', (event) => {
      // Once the page has had its say: it may ask in its own way.
      queueMicrotask(() => {
        if (!event.defaultPrevented) this.#ask(event as CustomEvent<VoiceApprovalRequestDetail>);
      });
    });
  }

  get usage(): TokenUsage {
    return this.#usage.total;
  }

  /** Milliseconds since the call was live at which an item was first heard of. */
  beginningOf(id: string): number {
    return this.#begun.get(id) ?? 0;
  }

  /** Gives the agent the page's present tools, also in a call. */
  async offerTools(): Promise<void> {
    const { tools = [], webmcp = false } = this.#page;
    if (tools.length === 0 && !webmcp && !this.#tools) return;
    const agent = await this.#openTools();
    const set = (others: readonly PageTool[] = []) => {
      try {
        agent.set(tools, others);
      } catch (cause) {
        this.#report(new VoiceError('tool-failed', (cause as Error).message, { cause }));
      }
    };
    this.#following.abort();
    this.#following = new AbortController();
    if (webmcp) this.#part?.followWebMcp(set, this.#following.signal);
    set();
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
  talkButton(muted: boolean, strings: CallStrings): unknown {
    return this.#turns?.button(muted, strings);
  }

  /** Stops the agent, and tells the tools that run. */
  interrupt(): void {
    this.#call.interrupt();
    void this.#tools?.then((tools) => {
      tools.interrupt();
    });
  }

  /** What the visitor is asked, on screen. */
  approvals(strings: CallStrings): unknown {
    return this.#part?.approvalCards([...this.#asked], strings);
  }

  #ask({ detail }: CustomEvent<VoiceApprovalRequestDetail>): void {
    this.#asked.add(detail);
    this.#page.requestUpdate?.();
    void detail.decided.then(() => {
      this.#asked.delete(detail);
      this.#page.requestUpdate?.();
    });
  }

  #openTools(): Promise<Tools> {
    this.#tools ??= import('./tools-part.js').then(
      (part) => (this.#part = part).attachTools(this.#call, []),
      (error: unknown) => {
        this.#tools = undefined;
        throw error;
      },
    );
    return this.#tools;
  }

  /** Somebody listens from the start of a call on. */
  #report(error: VoiceError): void {
    const call = this.#call;
    const tell = () =>
      call.dispatchEvent(new CustomEvent('voice-error', { detail: { error, fatal: false } }));
    if (call.state.status === 'live') tell();
    else call.addEventListener('voice-state-change', tell, { once: true });
  }
}

function hasRemoteTools(event: ServerEvent): boolean {
  if (event.type !== 'session.created' && event.type !== 'session.updated') return false;
  const tools = (event.session as { tools?: unknown } | undefined)?.tools;
  return (
    Array.isArray(tools) && tools.some((tool: { type?: unknown } | null) => tool?.type === 'mcp')
  );
}
