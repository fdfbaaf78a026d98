// Which MCP servers a session may name: those that whoever started the service has named, and, where no
// page of another machine opened it, those of this machine. Any page may open a session, and none is to
// reach with it what only this machine can. It connects to nothing.
import { ProtocolError } from '../session/protocol-error.js';
import type { McpTool } from '../session/tool-config.js';

type AnyTool = McpTool | { readonly type?: 'function' | undefined };

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Among origins it stands for every server of this machine. */
export const THIS_MACHINE = 'this machine';

/**
 * The origins that a session may name.
 *
 * @param page the `Origin` of whoever opens it; a program has none
 * @param named those that the service was started with
 * @param tools of a session that was allowed before, by whoever made its client secret
 */
export function allowedFor(
  page: string | undefined,
  named: readonly string[],
  tools: readonly AnyTool[] = [],
): string[] {
  const isHere =
    page === undefined || (URL.canParse(page) && LOOPBACK.test(new URL(page).hostname));
  const before = tools.flatMap((tool) =>
    tool.type === 'mcp' && tool.server_url !== undefined ? [new URL(tool.server_url).origin] : [],
  );
  return [...named, ...before, ...(isHere ? [THIS_MACHINE] : [])];
}

/** The origins of addresses. Throws an Error that names the one that is no http or https address. */
export function originsOf(addresses: readonly string[]): string[] {
  return addresses.map((address) => {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin;
    throw new Error(`An MCP server is named by its http or https address, not "${address}".`);
  });
}

/** Throws a ProtocolError for a server that is of none of these origins. */
export function requireAllowed(
  tools: readonly AnyTool[],
  origins: readonly string[],
  param: string,
): void {
  for (const [index, tool] of tools.entries()) {
    if (tool.type !== 'mcp' || tool.server_url === undefined) continue;
    const { hostname, origin } = new URL(tool.server_url);
    if (origins.includes(origin)) continue;
    if (LOOPBACK.test(hostname) && origins.includes(THIS_MACHINE)) continue;
    const path = `${param}[${index}].server_url`;
    throw new ProtocolError(
      'invalid_value',
      `Invalid '${path}': this service connects to MCP servers that it was started with and, for pages of its own machine, to those of it, and ${origin} is none of them. Start it with --mcp-allow ${origin} (mcpAllow of startLocalService).`,
      path,
    );
  }
}
