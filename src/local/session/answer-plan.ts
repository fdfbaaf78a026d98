// Decides what a response will be, from the conversation so far: words, a function call, or the
// visitor's own sound. It says nothing itself.
import type { RealtimeResponseCreateParams } from 'openai/resources/realtime/realtime';
import type { Intent } from '../agents/agent.js';
import { speakable, toolArguments, type Understanding } from '../agents/understanding.js';
import type { Item } from './conversation.js';
import type { SessionConfig } from './session-config.js';

export type AnswerPlan =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: string }
  | { readonly kind: 'play'; readonly samples: Int16Array };

export interface Asked {
  readonly understanding: Understanding;
  readonly session: SessionConfig;
  readonly params: RealtimeResponseCreateParams;
  /** What the answer is to: the conversation, or the `input` of the request. */
  readonly items: readonly Item[];
  /** Said because the visitor was silent for the idle timeout. */
  readonly idle: boolean;
  /** The sentence that was understood in the sound of an item. */
  heard(itemId: string): Promise<string | undefined>;
  soundOf(itemId: string): Int16Array | undefined;
}

const say = (text: string): AnswerPlan => ({ kind: 'say', text });

export async function planAnswer(asked: Asked): Promise<AnswerPlan> {
  const { understanding, session, params, items } = asked;
  const { agent } = understanding;
  if (asked.idle) return say(agent.stillThere);
  // So that a test or a page can have any sentence spoken.
  const dictated = /^say exactly:\s*(.+)$/is.exec(params.instructions ?? '')?.[1];
  if (dictated) return say(dictated.trim());
  const last = items.filter((item) => !(item.type === 'message' && item.role === 'system')).at(-1);
  if (!last) return say(agent.greeting);
  if (last.type === 'function_call_output') return say(sayOutput(asked, last.call_id, last.output));
  if (last.type !== 'message' || last.role !== 'user') return say(agent.nothingNew);
  const sound = last.content.some((part) => part.type === 'input_audio');
  if (agent.echo && sound) {
    const samples = asked.soundOf(last.id);
    return samples ? { kind: 'play', samples } : say(agent.notUnderstood);
  }
  if (last.content.some((part) => part.type === 'input_image')) {
    return say('Thank you for the picture. I got it, but here I cannot look at pictures.');
  }
  const typed = last.content
    .map((part) => part.text ?? '')
    .join(' ')
    .trim();
  const said = sound ? await asked.heard(last.id) : typed;
  if (agent.echo) return say(typed || agent.notUnderstood);
  const offered = (params.tools ?? session.tools).flatMap((tool) =>
    tool.type === 'function' && tool.name !== undefined ? [tool.name] : [],
  );
  const choice = params.tool_choice ?? session.tool_choice ?? 'auto';
  // Typed "call NAME {…}" reaches any tool, so that a page's own tools can be tried.
  const direct = /^call (\w[\w-]*)\s*(\{.*\})?$/is.exec(typed);
  if (direct && choice !== 'none' && offered.includes(direct[1] as string)) {
    return { kind: 'call', name: direct[1] as string, arguments: direct[2] ?? '{}' };
  }
  const intent = said === undefined ? undefined : understanding.intentOf(said);
  const tool = chooseTool(intent, offered, choice);
  if (tool !== undefined) {
    const own = intent?.tool?.name === tool;
    return { kind: 'call', name: tool, arguments: own ? toolArguments(intent, said ?? '') : '{}' };
  }
  return say(intent?.answer ?? agent.notUnderstood);
}

function chooseTool(
  intent: Intent | undefined,
  offered: readonly string[],
  choice: unknown,
): string | undefined {
  if (choice === 'none') return undefined;
  const forced = (choice as { readonly name?: unknown }).name;
  if (typeof forced === 'string') return offered.includes(forced) ? forced : undefined;
  const wanted = intent?.tool?.name;
  if (wanted !== undefined && offered.includes(wanted)) return wanted;
  return choice === 'required' ? offered[0] : undefined;
}

function sayOutput({ items, understanding }: Asked, callId: string, output: string): string {
  const call = items.find((item) => item.type === 'function_call' && item.call_id === callId);
  const name = call?.type === 'function_call' ? call.name : undefined;
  const tool = understanding.agent.intents.find((intent) => intent.tool?.name === name)?.tool;
  return tool?.say?.(output) ?? speakable(output);
}
