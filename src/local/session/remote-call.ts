// Runs the remote tool of an `mcp_call` item and says how it went. Where the item stands it does not
// know.
import type { RealtimeMcpToolCall } from 'openai/resources/realtime/realtime';
import type { McpOutcome } from '../mcp/mcp-outcome.js';
import type { Emit } from './server-event.js';

export type RemoteCallItem = RealtimeMcpToolCall;

/** Never rejects; ends at once when the signal says so. */
export type CallRemote = (
  server: string,
  name: string,
  args: string,
  signal: AbortSignal,
) => Promise<McpOutcome>;

/** Writes the outcome into `item`. Never rejects. */
export async function runRemoteCall(
  item: RemoteCallItem,
  outputIndex: number,
  callRemote: CallRemote,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const where = { item_id: item.id, output_index: outputIndex };
  emit({ type: 'response.mcp_call.in_progress', ...where });
  const outcome = await callRemote(item.server_label, item.name, item.arguments, signal);
  Object.assign(item, outcome);
  emit({ type: `response.mcp_call.${outcome.error ? 'failed' : 'completed'}`, ...where });
}
