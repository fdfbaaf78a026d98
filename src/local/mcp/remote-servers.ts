// The remote MCP servers of one session: connects to those that its tools name, tells the client what
// they have, and closes those that are no longer named. It does not know who wants a tool.
import type { RealtimeMcpListTools } from 'openai/resources/realtime/realtime';
import type { OfferedTool } from '../agents/tool-choice.js';
import type { Item } from '../session/conversation.js';
import { newId } from '../session/ids.js';
import { ProtocolError } from '../session/protocol-error.js';
import type { Emit } from '../session/server-event.js';
import type { McpTool } from '../session/tool-config.js';
import { requireAllowed } from './mcp-allowed.js';
import { McpConnection } from './mcp-connection.js';
import { failed, type McpOutcome } from './mcp-outcome.js';
import { isAllowed, needsApproval } from './mcp-policy.js';

export interface RemoteServersHost {
  readonly emit: Emit;
  readonly addItem: (item: Item) => string | null;
  /** There are other tools than before. */
  onListed(): void;
  /** What goes wrong on demand. */
  readonly fault?: 'list' | 'call' | undefined;
  /** Origins of servers on other machines that may be named. */
  readonly mcpAllow?: readonly string[] | undefined;
}

interface Server {
  readonly tool: McpTool;
  readonly ending: AbortController;
  /** Settles when its tools are known, or will not be. */
  listed: Promise<void>;
  connection?: McpConnection;
}

type AnyTool = McpTool | { readonly type?: 'function' | undefined };
type ListItem = RealtimeMcpListTools & { id: string; error?: string };

export class RemoteServers {
  #host: RemoteServersHost;
  #servers = new Map<string, Server>();
  #ofSession = new Set<string>();

  constructor(host: RemoteServersHost) {
    this.#host = host;
  }

  /** Throws a ProtocolError where a server is named that cannot be known, or may not be. */
  check(tools: readonly AnyTool[], param: string): void {
    requireAllowed(tools, this.#host.mcpAllow ?? [], param);
    for (const tool of mcpTools(tools)) {
      const known = this.#servers.get(tool.server_label)?.tool;
      if (tool.server_url === undefined && !known) {
        throw new ProtocolError(
          'missing_required_parameter',
          `Missing required parameter: '${param}.server_url': no server '${tool.server_label}' is known in this session.`,
          param,
        );
      }
    }
  }

  /** These are the session's tools now. */
  useForSession(tools: readonly AnyTool[]): void {
    const named = new Set(mcpTools(tools).map((tool) => tool.server_label));
    for (const label of this.#ofSession) if (!named.has(label)) this.#drop(label);
    this.#ofSession = named;
    this.use(tools);
  }

  /** Connects to what is not connected yet. */
  use(tools: readonly AnyTool[]): void {
    for (const tool of mcpTools(tools)) {
      const known = this.#servers.get(tool.server_label);
      if (known && (tool.server_url === undefined || sameServer(known.tool, tool))) continue;
      this.#drop(tool.server_label);
      const server: Server = { tool, ending: new AbortController(), listed: Promise.resolve() };
      this.#servers.set(tool.server_label, server);
      server.listed = this.#connect(server);
    }
  }

  /** Resolves when the tools of all these servers are known, or will not be. */
  async ready(tools: readonly AnyTool[]): Promise<void> {
    const servers = mcpTools(tools).flatMap((tool) => this.#servers.get(tool.server_label) ?? []);
    await Promise.all(servers.map(({ listed }) => listed));
  }

  /** What is there by now and allowed. */
  offered(tools: readonly AnyTool[]): OfferedTool[] {
    return mcpTools(tools).flatMap((given) => {
      const server = this.#servers.get(given.server_label);
      const policy = { ...server?.tool, ...given };
      return (server?.connection?.tools ?? [])
        .filter((tool) => isAllowed(policy, tool))
        .map((tool) => ({
          name: tool.name,
          schema: tool.input_schema,
          server: given.server_label,
          needsApproval: needsApproval(policy, tool),
        }));
    });
  }

  /** Never rejects. */
  async call(label: string, name: string, args: string, signal: AbortSignal): Promise<McpOutcome> {
    if (this.#host.fault === 'call') {
      return failed({ type: 'http_error', code: 503, message: 'Refused with 503 on demand.' });
    }
    const server = this.#servers.get(label);
    if (!server?.connection) {
      const message = `The server '${label}' is not connected.`;
      return failed({ type: 'protocol_error', code: -32_000, message });
    }
    const either = AbortSignal.any([signal, server.ending.signal]);
    return await server.connection.call(name, args, either);
  }

  close(): void {
    for (const label of [...this.#servers.keys()]) this.#drop(label);
  }

  #drop(label: string): void {
    const server = this.#servers.get(label);
    this.#servers.delete(label);
    server?.ending.abort();
    void server?.connection?.close();
  }

  /** Never rejects. */
  async #connect(server: Server): Promise<void> {
    const { emit, addItem, fault } = this.#host;
    const { signal } = server.ending;
    const item: ListItem = {
      id: newId('mcpl'),
      type: 'mcp_list_tools',
      server_label: server.tool.server_label,
      tools: [],
    };
    emit({ type: 'mcp_list_tools.in_progress', item_id: item.id });
    const before = addItem(item);
    emit({ type: 'conversation.item.added', previous_item_id: before, item });
    try {
      if (fault === 'list') throw new Error('Refused on demand.');
      const connection = await McpConnection.open(server.tool, signal);
      if (signal.aborted) {
        void connection.close();
        return;
      }
      server.connection = connection;
      item.tools = connection.tools.filter((tool) => isAllowed(server.tool, tool));
    } catch (error) {
      if (signal.aborted) return;
      item.error = error instanceof Error ? error.message : String(error);
    }
    emit({ type: 'conversation.item.done', previous_item_id: before, item });
    const how = server.connection ? 'completed' : 'failed';
    emit({ type: `mcp_list_tools.${how}`, item_id: item.id });
    if (server.connection) this.#host.onListed();
  }
}

const mcpTools = (tools: readonly AnyTool[]): McpTool[] =>
  tools.filter((tool) => tool.type === 'mcp');

/** Where and as whom; what may be called and how is asked anew each time. */
function sameServer(a: McpTool, b: McpTool): boolean {
  const key = ({ server_url, authorization, headers }: McpTool): string =>
    JSON.stringify([server_url, authorization, headers ?? {}]);
  return key(a) === key(b);
}
