/**
 * What a page may ask for beside a call: tools, guardrails, a count of what is used. Each is code of its
 * own, which is loaded only where it is asked for and listens to the call from outside.
 */
import type { Call } from '../core/call.js';
import { attachUsage, type Usage } from '../core/usage/attach-usage.js';
import type { Prices } from '../core/usage/prices.js';
import type { TokenUsage } from '../core/usage/usage-events.js';
import type { Guardrail } from '../core/guardrails/guardrail.js';
import type { PageTool } from '../core/tools/page-tool.js';
import type { VoiceApprovalRequestDetail } from '../core/tools/tool-events.js';
import type { ServerEvent } from '../core/protocol.js';
import type { ExportFormat } from '../core/transcript-export.js';
import { VoiceError } from '../core/voice-error.js';
import type { CallStrings } from './strings.js';

export interface ExtraProperties {
  /** Draws again what is on screen. */
  readonly requestUpdate?: () => void;
  readonly tools?: readonly PageTool[] | undefined;
  readonly webmcp?: boolean | undefined;
  readonly guardrails?: readonly Guardrail[] | undefined;
  readonly inputGuardrails?: readonly Guardrail[] | undefined;
  readonly prices?: Prices | undefined;
}

type ToolsPart = typeof import('./tools-part.js');
type Tools = ReturnType<ToolsPart['attachTools']>;

let toolsPart: ToolsPart | undefined;
const toolsOf = new WeakMap<Call, Promise<Tools>>();
const usages = new WeakMap<Call, Usage>();
const begins = new WeakMap<Call, Map<string, number>>();
const asked = new WeakMap<Call, Set<VoiceApprovalRequestDetail>>();

/** Resolves when all of it listens: nothing that is said in the call is missed. */
export async function attachExtras(call: Call, page: ExtraProperties): Promise<void> {
  const { guardrails = [], inputGuardrails = [], prices } = page;
  usages.set(call, attachUsage(call, { ...(prices && { prices }) }));
  askOnScreen(call, page);
  noteBeginnings(call);
  call.addEventListener('voice-transcript', () => page.requestUpdate?.());
  call.addEventListener('voice-server-event', ({ detail }) => {
    if (detail.type === 'conversation.item.deleted') page.requestUpdate?.();
    // Without somebody who asks the visitor, a remote tool would wait for ever.
    if (hasRemoteTools(detail)) void openTools(call).catch(() => undefined);
  });
  const guarding = guardrails.length + inputGuardrails.length > 0;
  const [, guards] = await Promise.all([
    offerTools(call, page),
    guarding ? import('./guardrails-part.js') : undefined,
  ]);
  if (guardrails.length > 0) guards?.attachGuardrails(call, guardrails);
  if (inputGuardrails.length > 0) guards?.attachInputGate(call, inputGuardrails);
}

/** Gives the agent the page's present tools, also in a call. */
export async function offerTools(call: Call, page: ExtraProperties): Promise<void> {
  const { tools = [], webmcp = false } = page;
  if (tools.length === 0 && !webmcp && !toolsOf.has(call)) return;
  const attached = await openTools(call);
  const set = (others: readonly PageTool[] = []) => {
    try {
      attached.set(tools, others);
    } catch (cause) {
      report(call, new VoiceError('tool-failed', (cause as Error).message, { cause }));
    }
  };
  following.get(call)?.abort();
  if (webmcp) {
    const controller = new AbortController();
    following.set(call, controller);
    toolsPart?.followWebMcp(set, controller.signal);
  }
  set();
}

/** Those who watch what the browser knows of the page's tools. */
const following = new WeakMap<Call, AbortController>();

/** Shows the agent a picture, and asks for an answer. @throws what `pictureUrl` and `call.send` do */
export async function sendImage(call: Call, blob: Blob): Promise<void> {
  const { pictureUrl } = await import('./files-part.js');
  const image_url = await pictureUrl(blob);
  call.interrupt();
  call.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_image', image_url }] },
  });
  call.respond();
}

/** The conversation as a file. @throws {TypeError} for an unknown format */
export async function exportTranscript(
  call: Call | undefined,
  format: ExportFormat,
  { you, agent }: CallStrings,
): Promise<File> {
  const part = await import('./files-part.js');
  const begun = call && begins.get(call);
  const items = (call?.items ?? []).map((item) => ({ ...item, at: begun?.get(item.id) ?? 0 }));
  return part.exportTranscript(items, format, { user: you, agent });
}

/** When each item was first heard of, in ms since the call was live. */
function noteBeginnings(call: Call): void {
  const times = new Map<string, number>();
  let live = 0;
  begins.set(call, times);
  call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
    if (state.status === 'connecting') times.clear();
    if (state.status === 'live' && previous.status !== 'live') live = performance.now();
  });
  call.addEventListener('voice-transcript', ({ detail: { id } }) => {
    if (!times.has(id)) times.set(id, performance.now() - live);
  });
}

/** Stops the agent, and tells the tools that run. */
export function interrupt(call: Call): void {
  call.interrupt();
  void toolsOf.get(call)?.then((tools) => {
    tools.interrupt();
  });
}

export function usageOf(call: Call): TokenUsage | undefined {
  return usages.get(call)?.total;
}

/** What the visitor is asked, on screen. */
export function approvals(call: Call | undefined, strings: CallStrings): unknown {
  const requests = call && asked.get(call);
  return requests && toolsPart?.approvalCards([...requests], strings);
}

/** Asks on screen until it is decided, unless the page has asked in its own way. */
function askOnScreen(call: Call, page: ExtraProperties): void {
  const requests = new Set<VoiceApprovalRequestDetail>();
  asked.set(call, requests);
  call.addEventListener('voice-approval-request', (event) => {
    const { detail } = event as CustomEvent<VoiceApprovalRequestDetail>;
    queueMicrotask(() => {
      if (event.defaultPrevented) return;
      requests.add(detail);
      page.requestUpdate?.();
      void detail.decided.then(() => {
        requests.delete(detail);
        page.requestUpdate?.();
      });
    });
  });
}

function openTools(call: Call): Promise<Tools> {
  let tools = toolsOf.get(call);
  if (!tools) {
    tools = import('./tools-part.js').then((part) => {
      toolsPart = part;
      return part.attachTools(call, []);
    });
    toolsOf.set(call, tools);
    tools.catch(() => toolsOf.delete(call));
  }
  return tools;
}

function hasRemoteTools(event: ServerEvent): boolean {
  if (event.type !== 'session.created' && event.type !== 'session.updated') return false;
  const tools = (event.session as { tools?: unknown } | undefined)?.tools;
  return (
    Array.isArray(tools) && tools.some((tool: { type?: unknown } | null) => tool?.type === 'mcp')
  );
}

/** Somebody listens from the start of a call on. */
function report(call: Call, error: VoiceError): void {
  const tell = () =>
    call.dispatchEvent(new CustomEvent('voice-error', { detail: { error, fatal: false } }));
  if (call.state.status === 'live') tell();
  else call.addEventListener('voice-state-change', tell, { once: true });
}
