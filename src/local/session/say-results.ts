// What is said to results: of functions, of remote tools, and of requests that were refused. It does
// not know what the visitor asked.
import type { Agent } from '../agents/agent.js';
import { errorIn, sayFailure, sayOutput } from '../agents/spoken-results.js';
import { wordsOf } from '../agents/words.js';
import type { Item } from './conversation.js';

/** Undefined where the end of the conversation holds no result. */
export function sayResults(items: readonly Item[], agent: Agent): string | undefined {
  const from = items.findLastIndex((item) => item.type === 'message') + 1;
  const sentences = items.slice(from).flatMap((item) => sayResult(item, items, agent) ?? []);
  if (sentences.length > 0) return sentences.join(' ');
  const waiting = items.at(-1);
  if (waiting?.type !== 'mcp_approval_request') return undefined;
  return `I may use ${spokenName(waiting.name)} only when you allow it.`;
}

function sayResult(item: Item, items: readonly Item[], agent: Agent): string | undefined {
  if (item.type === 'function_call_output')
    return sayFunction(item.call_id, item.output, items, agent);
  if (item.type === 'mcp_call') {
    if (item.error) return sayFailure(item.error.message);
    return item.output == null ? undefined : sayOutput(item.output);
  }
  if (item.type !== 'mcp_approval_response' || item.approve) return undefined;
  const request = items.find(({ id }) => id === item.approval_request_id);
  const name = request?.type === 'mcp_approval_request' ? spokenName(request.name) : 'it';
  return `All right, I did not use ${name}.`;
}

function sayFunction(callId: string, output: string, items: readonly Item[], agent: Agent): string {
  const call = items.find((item) => item.type === 'function_call' && item.call_id === callId);
  const name = call?.type === 'function_call' ? call.name : undefined;
  const tool = agent.intents.find((intent) => intent.tool?.name === name)?.tool;
  if (errorIn(output) !== undefined) return sayOutput(output);
  // Whoever has taken over was not the one who was asked for it, and says who they are.
  if (!tool && name?.startsWith('transfer_to_')) return agent.greeting;
  return tool?.say?.(output) ?? sayOutput(output);
}

const spokenName = (name: string): string => wordsOf(name).join(' ');
