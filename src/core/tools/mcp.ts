/**
 * The part of a page in calls of remote MCP tools: the service runs them, the visitor approves them
 * and the page hears of them. It reaches no MCP server.
 */
import type { ServerEvent } from '../protocol.js';
import { refusalOf, type Approvals } from './approvals.js';
import type { LiveCall } from './live-call.js';
import type { McpToolCallDetail } from './tool-events.js';

type Item = Extract<ServerEvent, { type: 'conversation.item.done' }>['item'];
type McpItem = Extract<Item, { type: 'mcp_call' | 'mcp_approval_request' }>;
type McpCall = Extract<McpItem, { type: 'mcp_call' }>;

/** A call under way. */
interface Running {
  readonly detail: McpToolCallDetail;
  /** In ms, on the clock of the page. */
  readonly since: number;
  /** The page has heard of it. */
  readonly isTold?: true;
}

export class McpCalls {
  readonly #live: LiveCall;
  readonly #approvals: Approvals;
  readonly #running = new Map<string, Running>();
  /** The service tells of the end of each item twice. */
  readonly #finished = new Set<string>();
  /** Responses that are being made. */
  readonly #active = new Set<string | undefined>();
  /** A result came while a response was being made, which may speak of it. */
  #untold = false;

  constructor(live: LiveCall, approvals: Approvals) {
    this.#live = live;
    this.#approvals = approvals;
  }

  /** To be told of every event from the service. It may throw for a malformed one. */
  observe(event: ServerEvent): void {
    switch (event.type) {
      case 'response.created':
        this.#active.add(event.response.id);
        break;
      case 'response.done':
        this.#active.delete(event.response.id);
        if (!this.#untold || this.#active.size > 0) break;
        this.#untold = false;
        // Not every model goes on by itself after such a call.
        if (event.response.output?.at(-1)?.type !== 'message') this.#live.ask();
        break;
      case 'response.mcp_call_arguments.done':
        this.#change(event.item_id, { arguments: parsed(event.arguments) });
        break;
      case 'response.output_item.added':
      case 'conversation.item.added':
        if (event.item.type === 'mcp_call') this.#begin(event.item);
        break;
      case 'response.mcp_call.in_progress': {
        const running = this.#running.get(event.item_id);
        if (!running || running.isTold) break;
        this.#running.set(event.item_id, { ...running, isTold: true });
        this.#live.emit('voice-tool-call', running.detail);
        break;
      }
      case 'response.output_item.done':
      case 'conversation.item.done': {
        const { item } = event;
        if (item.type === 'mcp_call') this.#finish(item);
        else if (item.type === 'mcp_approval_request') void this.#approve(item);
        break;
      }
      case 'mcp_list_tools.failed':
        this.#live.report('The tools of a remote MCP server could not be listed.', event);
        break;
    }
  }

  #begin(item: McpCall): void {
    const { id } = item;
    if (!isNamed(item) || this.#finished.has(id) || this.#running.has(id)) return;
    this.#running.set(id, {
      detail: { kind: 'mcp', ...described(item) },
      since: performance.now(),
    });
  }

  #change(id: string, change: Partial<McpToolCallDetail>): void {
    const running = this.#running.get(id);
    if (running) this.#running.set(id, { ...running, detail: { ...running.detail, ...change } });
  }

  #finish(item: McpCall): void {
    const { id, name, output, error } = item;
    if (!isNamed(item) || this.#finished.has(id)) return;
    this.#finished.add(id);
    const since = this.#running.get(id)?.since ?? performance.now();
    this.#running.delete(id);
    this.#live.emit('voice-tool-result', {
      kind: 'mcp',
      id,
      name,
      output: output ?? undefined,
      error: error ? error.message || 'The tool failed.' : undefined,
      durationMs: performance.now() - since,
    });
    if (this.#active.size > 0) this.#untold = true;
    else this.#live.ask();
  }

  async #approve(item: Exclude<McpItem, McpCall>): Promise<void> {
    if (!isNamed(item) || this.#finished.has(item.id)) return;
    this.#finished.add(item.id);
    const approval = await this.#approvals.ask({ kind: 'mcp', ...described(item) });
    const approve = approval.outcome === 'approved';
    const isSent = this.#live.send({
      type: 'conversation.item.create',
      item: {
        type: 'mcp_approval_response',
        id: `mcpa_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`,
        approval_request_id: item.id,
        approve,
        ...(!approve && { reason: refusalOf(approval) }),
      },
    });
    // A yes leads to the call and its result; a no leads nowhere by itself.
    if (isSent && !approve) this.#live.ask();
  }
}

function described({ id, name, server_label, arguments: text }: McpItem) {
  return { id, name, server: server_label, arguments: parsed(text) };
}

/** It goes to the page alone; what it means is between the agent and the server. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether it can be told apart from others: the types promise what a service may not keep. */
function isNamed({ id, name, server_label }: McpItem): boolean {
  return [id, name, server_label].every((value: unknown) => typeof value === 'string');
}
