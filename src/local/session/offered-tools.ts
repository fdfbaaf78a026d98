// The tools that may be called now: functions of the page, and what remote servers were found to have.
// It chooses none.
import type { RealtimeResponseCreateParams } from 'openai/resources/realtime/realtime';
import type { OfferedTool } from '../agents/tool-choice.js';
import type { RemoteServers } from '../mcp/remote-servers.js';

export function offeredTools(
  tools: NonNullable<RealtimeResponseCreateParams['tools']>,
  remote: RemoteServers,
): OfferedTool[] {
  const functions = tools.flatMap((tool) =>
    tool.type === 'function' && tool.name !== undefined
      ? [{ name: tool.name, schema: tool.parameters }]
      : [],
  );
  return [...functions, ...remote.offered(tools)];
}
