/**
 * The tools of one call of the element: those of the property, those that the page declares, those that
 * the browser knows. It also makes what the visitor sees of them, in places that others draw.
 */
import type { Call } from '../core/call.js';
import type { EndReason } from '../core/call-state.js';
import type { ServerEvent } from '../core/protocol.js';
import { attachTools, handoffs, type Tools } from '../core/tools/attach-tools.js';
import type { PageTool } from '../core/tools/page-tool.js';
import type { VoiceApprovalRequestDetail } from '../core/tools/tool-events.js';
import { followWebMcp } from '../core/tools/web-mcp.js';
import type { AgentChoice } from '../core/token-request.js';
import { VoiceError } from '../core/voice-error.js';
import { adopt } from './adopt.js';
import type { Note } from './annotations.js';
import { approvalCards } from './approval-view.js';
import { declaredTools, offerable } from './declared-tools.js';
import { mainButton } from './main-button.js';
import { TOOL_ENGLISH, type Strings } from './strings.js';
import { ToolActivity } from './tool-activity.js';
import { toolStyles } from './tool-styles.js';

/** What tools need of a page, besides its scripts. */
export interface ToolProperties extends AgentChoice {
  /** Draws again what is on screen. */
  readonly requestUpdate?: () => void;
  readonly tools?: readonly PageTool[] | undefined;
  readonly webmcp?: boolean | undefined;
  /** The host, which may have agents that hand over to one another. */
  readonly tokenUrl?: string | undefined;
  readonly sessionUrl?: string | undefined;
}

const NONE: readonly PageTool[] = [];

export class PageTools {
  readonly #call: Call;
  readonly #page: HTMLElement & ToolProperties;
  readonly #tools: Tools;
  readonly #activity: ToolActivity;
  readonly #asked = new Set<VoiceApprovalRequestDetail>();
  /** As they were when they were last looked at. */
  #offered: readonly unknown[] = [];
  /** Watches what the browser knows of the page's tools. */
  #following: AbortController | undefined;
  /** Offers the tools of the page and these, which the browser knows. */
  #set: (registered?: readonly PageTool[]) => void = () => undefined;

  constructor(call: Call, page: HTMLElement & ToolProperties) {
    this.#call = call;
    this.#page = page;
    const { agent, variables } = page;
    // A host that places the calls hands over by itself.
    const others =
      page.sessionUrl !== undefined
        ? { agent: agent ?? 'default' }
        : page.tokenUrl && handoffs(page.tokenUrl, { agent, variables });
    this.#tools = attachTools(call, [], { handoffs: others || undefined });
    this.#activity = new ToolActivity(call, () => this.#draw());
    call.addEventListener('voice-approval-request', (event) => {
      // Once the page has had its say: it may ask in its own way.
      queueMicrotask(() => {
        if (!event.defaultPrevented) this.#ask(event);
      });
    });
    call.addEventListener('voice-end', () => this.#following?.abort());
    adopt(page.shadowRoot, toolStyles);
    // What is told later is heard only in a place that was there before.
    this.#draw();
  }

  /** What the service said before this was there, in order; it is dropped where that call is over. */
  observe(event: ServerEvent, attempt: Call['attempt']): void {
    if (attempt === this.#call.attempt) this.#tools.observe(event);
  }

  /** Gives the agent what the page has now. Pages change for many reasons, mostly for others. */
  offer(): void {
    const { tools = NONE, webmcp = false } = this.#page;
    const scripts = [
      ...this.#page.querySelectorAll<HTMLScriptElement>(':scope > script[slot="tools"]'),
    ];
    const offered = [tools, webmcp, scripts.map(({ outerHTML }) => outerHTML).join('')];
    if (offered.some((one, index) => one !== this.#offered[index])) {
      this.#offered = offered;
      const { tools: declared, problems } = declaredTools(scripts);
      for (const problem of problems) this.#report(problem);
      const own = offerable(tools, (problem, cause) => {
        this.#report(problem, cause);
      });
      this.#set = (registered = []) => {
        this.#tools.set(own, [...declared, ...registered]);
      };
      this.#following?.abort();
      this.#set();
    }
    if (webmcp) this.#follow();
  }

  /** In a call alone: the browser would keep one that is over, and its element. */
  #follow(): void {
    const { status } = this.#call.state;
    const isFollowing = this.#following?.signal.aborted === false;
    if (isFollowing || status === 'idle' || status === 'ended') return;
    this.#following = new AbortController();
    followWebMcp(this.#set, this.#following.signal);
  }

  interrupt(): void {
    this.#tools.interrupt();
  }

  /** What the visitor is told, and asked. */
  view(known: Partial<Strings>): unknown {
    const strings = { ...TOOL_ENGLISH, ...known };
    return [this.#activity.view(strings), approvalCards([...this.#asked], strings)];
  }

  /** In words, if the agent has ended the call. */
  ending(reason: EndReason, known: Partial<Strings>): string | undefined {
    return reason === 'agent' ? { ...TOOL_ENGLISH, ...known }.endedByAgent : undefined;
  }

  /** A line of the transcript for each agent that has taken over. */
  notes(known: Partial<Strings>): readonly Note[] {
    return this.#activity.notes({ ...TOOL_ENGLISH, ...known });
  }

  #ask({ detail }: CustomEvent<VoiceApprovalRequestDetail>): void {
    const root = this.#page.shadowRoot;
    const before = root?.activeElement;
    this.#asked.add(detail);
    this.#draw();
    void detail.decided.then(() => {
      const card = root?.activeElement?.closest('.approval');
      this.#asked.delete(detail);
      this.#draw();
      // The focus would go with the card that was answered.
      if (card) (before?.isConnected ? (before as HTMLElement) : mainButton(root))?.focus();
    });
  }

  #draw(): void {
    this.#page.requestUpdate?.();
  }

  /** Somebody listens from the start of a call on. */
  #report(message: string, cause?: unknown): void {
    const call = this.#call;
    const error = new VoiceError('tool-failed', message, { cause });
    const tell = () => call.dispatch('voice-error', { error, fatal: false });
    if (call.state.status === 'live') tell();
    else call.addEventListener('voice-state-change', tell, { once: true });
  }
}
