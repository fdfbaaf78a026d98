// Which MCP servers a session may name: those of this machine, and those that whoever started the
// service has named. Any page may open a session, and none is to reach with it what only this machine
// can. It connects to nothing.
import { ProtocolError } from '../session/protocol-error.js';
import type { McpTool } from '../session/tool-config.js';

type AnyTool = McpTool | { readonly type?: 'function' | undefined };

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The origins of addresses. Throws an Error that names the one that is no http or https address. */
export function originsOf(addresses: readonly string[]): string[] {
  return addresses.map((address) => {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin;
    throw new Error(`An MCP server is named by its http or https address, not "${address}".`);
  });
}

/** Throws a ProtocolError for a server that is neither of this machine nor of these origins. */
export function requireAllowed(
  tools: readonly AnyTool[],
  origins: readonly string[],
  param: string,
): void {
  for (const [index, tool] of tools.entries()) {
    if (tool.type !== 'mcp' || tool.server_url === undefined) continue;
    const { hostname, origin } = new URL(tool.server_url);
    if (LOOPBACK.test(hostname) || origins.includes(origin)) continue;
    const path = `${param}[${index}].server_url`;
    throw new ProtocolError(
      'invalid_value',
      `Invalid '${path}': this service connects to MCP servers of its own machine and to those that it was started with, and ${origin} is none of them. Start it with --mcp-allow ${origin} (mcpAllow of startLocalService).`,
      path,
    );
  }
}
