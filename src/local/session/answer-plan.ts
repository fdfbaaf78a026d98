// Decides what a response will be, from the conversation so far: words, calls of tools, or the
// visitor's own sound. It says and calls nothing itself.
import type { RealtimeResponseCreateParams } from 'openai/resources/realtime/realtime';
import { askedCalls, callOf, type AskedCall, type OfferedTool } from '../agents/tool-choice.js';
import type { Understanding } from '../agents/understanding.js';
import { forcedTool } from './forced-tool.js';
import type { Item } from './conversation.js';
import { readImage } from './image.js';
import { ProtocolError } from './protocol-error.js';
import { sayResults } from './say-results.js';
import type { SessionConfig } from './session-config.js';

export type AnswerPlan =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'call'; readonly calls: readonly AskedCall[] }
  | { readonly kind: 'play'; readonly samples: Int16Array };

export interface Asked {
  readonly understanding: Understanding;
  readonly session: SessionConfig;
  readonly params: RealtimeResponseCreateParams;
  /** What the answer is to: the conversation, or the `input` of the request. */
  readonly items: readonly Item[];
  /** Functions of the page, and what remote servers were found to have. */
  readonly offered: readonly OfferedTool[];
  /** Said because the visitor was silent for the idle timeout. */
  readonly idle: boolean;
  /** The sentence that was understood in the sound of an item. */
  heard(itemId: string): Promise<string | undefined>;
  soundOf(itemId: string): Int16Array | undefined;
}

type UserMessage = Item & { type: 'message'; role: 'user' };

const say = (text: string): AnswerPlan => ({ kind: 'say', text });

export async function planAnswer(asked: Asked): Promise<AnswerPlan> {
  const { understanding, params, items } = asked;
  const { agent } = understanding;
  if (asked.idle) return say(agent.stillThere);
  // So that a test or a page can have any sentence spoken.
  const dictated = /^say exactly:\s*(.+)$/is.exec(params.instructions ?? '')?.[1];
  if (dictated) return say(dictated.trim());
  const told = items.filter(
    (item) =>
      item.type !== 'mcp_list_tools' && !(item.type === 'message' && item.role === 'system'),
  );
  const last = told.at(-1);
  if (!last) return say(agent.greeting);
  const results = sayResults(told, agent);
  if (results !== undefined) return say(results);
  if (last.type !== 'message' || last.role !== 'user') return say(agent.nothingNew);
  return await answerTo(last, asked);
}

async function answerTo(message: UserMessage, asked: Asked): Promise<AnswerPlan> {
  const { understanding } = asked;
  const { agent } = understanding;
  const sound = message.content.some((part) => part.type === 'input_audio');
  if (agent.echo && sound) {
    const samples = asked.soundOf(message.id);
    return samples ? { kind: 'play', samples } : say(agent.notUnderstood);
  }
  const pictures = message.content.flatMap((part) =>
    part.type === 'input_image' ? [sayPicture(part.image_url ?? '')] : [],
  );
  const typed = message.content
    .map((part) => part.text ?? '')
    .join(' ')
    .trim();
  const said = sound ? await asked.heard(message.id) : typed;
  if (agent.echo) return say([...pictures, typed].join(' ').trim() || agent.notUnderstood);
  const calls = callsFor(said ?? '', typed, asked);
  if (calls.length > 0) return { kind: 'call', calls };
  const answer = said === undefined ? undefined : understanding.intentOf(said)?.answer;
  if (pictures.length > 0) return say([...pictures, answer ?? ''].join(' ').trim());
  return say(answer ?? agent.notUnderstood);
}

function callsFor(said: string, typed: string, asked: Asked): readonly AskedCall[] {
  const { understanding, session, params, offered } = asked;
  const choice = params.tool_choice ?? session.tool_choice ?? 'auto';
  if (choice === 'none') return [];
  // Typed "call NAME {…}" reaches any tool, so that a page's own tools can be tried.
  const direct = /^call (\w[\w-]*)\s*(\{.*\})?$/is.exec(typed);
  const wanted = direct && offered.find(({ name }) => name === direct[1]);
  if (wanted) return [{ tool: wanted, arguments: direct[2] ?? '{}' }];
  if (typeof choice === 'object') {
    const tool = forcedTool(choice, offered);
    return tool ? [callOf(tool, said, understanding)] : [];
  }
  const calls = askedCalls(said, offered, understanding);
  const parallel = params.parallel_tool_calls ?? session.parallel_tool_calls ?? true;
  if (calls.length > 0) return parallel ? calls : calls.slice(0, 1);
  if (choice !== 'required') return [];
  const [first] = offered;
  if (first) return [callOf(first, said, understanding)];
  throw new ProtocolError(
    'invalid_value',
    "Tool choice 'required' needs a tool, and none is there yet.",
    'tool_choice',
  );
}

function sayPicture(url: string): string {
  const { type, width, height } = readImage(url);
  return `I got a ${type.toUpperCase()} picture, ${width} by ${height} pixels.`;
}
