// A connection to one remote MCP server over streamable HTTP: finds its tools, calls them, ends. Its
// package is loaded with the first connection; what is done with the tools it does not know.
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { RealtimeMcpListTools } from 'openai/resources/realtime/realtime';
import type { McpTool } from '../session/tool-config.js';
import { cut, failed, outcomeOf, type McpError, type McpOutcome } from './mcp-outcome.js';
import { within } from './within.js';

export type ListedTool = RealtimeMcpListTools.Tool & {
  readonly annotations?: { readonly readOnlyHint?: boolean | undefined } | undefined;
};

const CONNECT_MS = 5_000;
const CALL_MS = 15_000;
const CLOSE_MS = 1_000;
/** All of a server's tools have to fit into one message of the channel. */
const MAX_TOOLS = 128;
const MAX_LIST_CHARACTERS = 100_000;

async function loadSdk() {
  try {
    const [client, http, types] = await Promise.all([
      import('@modelcontextprotocol/sdk/client/index.js'),
      import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
      import('@modelcontextprotocol/sdk/types.js'),
    ]);
    return { ...client, ...http, McpError: types.McpError };
  } catch (error) {
    throw new Error(
      'Remote MCP tools need a package that is not installed. Run: npm i -D @modelcontextprotocol/sdk',
      { cause: error },
    );
  }
}

export class McpConnection {
  readonly tools: readonly ListedTool[];
  #client: Client;
  #transport: StreamableHTTPClientTransport;
  #server: McpTool;

  private constructor(
    client: Client,
    transport: StreamableHTTPClientTransport,
    server: McpTool,
    tools: readonly ListedTool[],
  ) {
    this.#client = client;
    this.#transport = transport;
    this.#server = server;
    this.tools = tools;
  }

  /** Connects and lists, each within five seconds; rejects with an Error that holds no secret. */
  static async open(server: McpTool, signal: AbortSignal): Promise<McpConnection> {
    const { Client, StreamableHTTPClientTransport } = await within(loadSdk(), CONNECT_MS, signal);
    const { authorization, headers, server_url: url = '' } = server;
    const transport = new StreamableHTTPClientTransport(new URL(url), {
      requestInit: {
        // An allowed server does not speak for others.
        redirect: 'error',
        headers: {
          ...headers,
          ...(authorization !== undefined && { Authorization: `Bearer ${authorization}` }),
        },
      },
    });
    const client = new Client({ name: 'voice-agent-element local service', version: '1' });
    // A stream that breaks while nobody waits for it: the next call will tell.
    client.onerror = () => undefined;
    try {
      await within(client.connect(transport, { timeout: CONNECT_MS, signal }), CONNECT_MS, signal);
      const tools = await within(listTools(client, signal), CONNECT_MS, signal);
      return new McpConnection(client, transport, server, tools);
    } catch (error) {
      void client.close().catch(() => undefined);
      const { message } = await toMcpError(error);
      throw new Error(withoutSecrets(message, server), { cause: error });
    }
  }

  /** Never rejects: what goes wrong is the outcome. */
  async call(name: string, args: string, signal: AbortSignal): Promise<McpOutcome> {
    const { output, error } = await this.#call(name, args, signal);
    const hide = (text: string): string => withoutSecrets(text, this.#server);
    return error
      ? failed({ ...error, message: hide(error.message) })
      : { output: hide(output), error: null };
  }

  /** Ends the server's session as well, if the server answers within a second. */
  async close(): Promise<void> {
    await within(this.#transport.terminateSession(), CLOSE_MS).catch(() => undefined);
    await within(this.#client.close(), CLOSE_MS).catch(() => undefined);
  }

  async #call(name: string, args: string, signal: AbortSignal): Promise<McpOutcome> {
    try {
      const given = JSON.parse(args) as Record<string, unknown>;
      const call = this.#client.callTool({ name, arguments: given }, undefined, {
        timeout: CALL_MS,
        signal,
      });
      return outcomeOf(await within(call, CALL_MS, signal));
    } catch (error) {
      return failed(await toMcpError(error));
    }
  }
}

async function listTools(client: Client, signal: AbortSignal): Promise<ListedTool[]> {
  const found: ListedTool[] = [];
  let characters = 0;
  let cursor: string | undefined;
  do {
    const page = await client.listTools({ cursor }, { timeout: CONNECT_MS, signal });
    for (const { name, description, inputSchema, annotations } of page.tools) {
      const tool: ListedTool = {
        name,
        input_schema: inputSchema,
        description: description === undefined ? null : cut(description, 1_000),
        annotations,
      };
      characters += JSON.stringify(tool).length;
      if (found.length >= MAX_TOOLS || characters > MAX_LIST_CHARACTERS) return found;
      found.push(tool);
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

async function toMcpError(error: unknown): Promise<McpError> {
  const message = error instanceof Error ? error.message : String(error);
  const sdk = await loadSdk().catch(() => undefined);
  if (sdk && error instanceof sdk.McpError) {
    return { type: 'protocol_error', code: error.code, message };
  }
  if (sdk && error instanceof sdk.StreamableHTTPError) {
    // Its message holds what the server wrote, and the server may be none that is meant for this.
    const status = error.code ?? 0;
    const told = status > 0 ? `The MCP server answered with HTTP ${status}.` : message;
    return { type: 'http_error', code: status, message: told };
  }
  if (error instanceof TypeError && message === 'fetch failed') {
    // The protocol's own code for a connection that is gone.
    const why = 'The MCP server could not be reached.';
    return { type: 'protocol_error', code: -32_000, message: why };
  }
  return { type: 'tool_execution_error', message };
}

/** A server may send back what it was sent. A short value is no secret, and may be part of a word. */
function withoutSecrets(text: string, { authorization, headers }: McpTool): string {
  return [authorization, ...Object.values(headers ?? {})].reduce<string>(
    (rest, secret = '') => (secret.length < 6 ? rest : rest.replaceAll(secret, '<hidden>')),
    text,
  );
}
