// Which tools of a remote server a session allows, and which of them need the visitor's word first.
// It reads the configuration and asks nobody.
import type { McpTool } from '../session/tool-config.js';

export interface RemoteToolInfo {
  readonly name: string;
  readonly annotations?: { readonly readOnlyHint?: boolean | undefined } | undefined;
}

interface Filter {
  readonly read_only?: boolean;
  readonly tool_names?: readonly string[];
}

/** An empty filter holds nothing; every condition that is there has to fit. */
function fits(filter: Filter | undefined, tool: RemoteToolInfo): boolean {
  if (!filter || (filter.tool_names === undefined && filter.read_only === undefined)) return false;
  const readOnly = tool.annotations?.readOnlyHint === true;
  return (
    (filter.tool_names?.includes(tool.name) ?? true) &&
    (filter.read_only === undefined || filter.read_only === readOnly)
  );
}

export function isAllowed({ allowed_tools: allowed }: McpTool, tool: RemoteToolInfo): boolean {
  if (allowed == null) return true;
  return Array.isArray(allowed) ? allowed.includes(tool.name) : fits(allowed, tool);
}

/** What no list names needs an approval, as everything does where nothing is said. */
export function needsApproval({ require_approval: rule }: McpTool, tool: RemoteToolInfo): boolean {
  if (rule == null || rule === 'always') return true;
  if (rule === 'never') return false;
  return fits(rule.always, tool) || !fits(rule.never, tool);
}
