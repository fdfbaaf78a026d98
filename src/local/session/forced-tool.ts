// Finds the one tool that `tool_choice` names: a function, or a tool of a remote server. Nothing else.
import type { SessionConfig } from './session-config.js';
import type { OfferedTool } from '../agents/tool-choice.js';

type Named = Exclude<NonNullable<SessionConfig['tool_choice']>, string>;

/** A server without a name of a tool means its first. */
export function forcedTool(
  choice: Named,
  offered: readonly OfferedTool[],
): OfferedTool | undefined {
  const server = choice.type === 'mcp' ? choice.server_label : undefined;
  return offered.find(
    (tool) =>
      tool.server === server &&
      (tool.name === choice.name || (server !== undefined && choice.name == null)),
  );
}
