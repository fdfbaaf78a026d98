// From a sentence to the tools that it asks for: those that an intent of the agent names, and any
// whose name is said. It calls none of them.
import type { Intent } from './agent.js';
import { drawArguments } from './tool-arguments.js';
import type { Understanding } from './understanding.js';
import { wordsOf } from './words.js';

/** A function of the page, or a tool of a remote server. */
export interface OfferedTool {
  readonly name: string;
  /** JSON schema of its arguments. */
  readonly schema: unknown;
  /** The label of the server that has it; a function of the page has none. */
  readonly server?: string;
  /** A remote tool may be called without asking only where this is false. */
  readonly needsApproval?: boolean;
}

export interface AskedCall {
  readonly tool: OfferedTool;
  /** A JSON object. */
  readonly arguments: string;
}

/** Somebody who wants `get_weather` says "weather", not "get". */
const QUIET_VERBS = new Set(['get', 'fetch', 'read', 'show', 'find', 'list', 'lookup', 'query']);
/** More in one sentence is no sentence. */
const MAX_CALLS = 8;
const BETWEEN_CLAUSES = /\s*[,;.?!]\s+|\s+(?:and then|and|then)\s+/i;

/** Every tool that is asked for: one, or one for each clause if several clauses ask. */
export function askedCalls(
  said: string,
  offered: readonly OfferedTool[],
  understanding: Understanding,
): AskedCall[] {
  const clauses = said.split(BETWEEN_CLAUSES).filter(Boolean);
  if (clauses.length > 1) {
    const calls = clauses.flatMap((clause) => oneCall(clause, offered, understanding, false) ?? []);
    if (calls.length > 1) return calls.slice(0, MAX_CALLS);
  }
  const call = oneCall(said, offered, understanding, true);
  return call ? [call] : [];
}

/** A call of this tool, whatever was said, with what can be drawn from it. */
export function callOf(tool: OfferedTool, said: string, understanding: Understanding): AskedCall {
  const intent = understanding.intentOf(said);
  return makeCall(tool, said, toolNamed(intent, [tool]) ? intent : undefined);
}

function oneCall(
  said: string,
  offered: readonly OfferedTool[],
  understanding: Understanding,
  guess: boolean,
): AskedCall | undefined {
  const exact = understanding.exactly(said);
  const meant = toolNamed(exact, offered);
  if (meant) return makeCall(meant, said, exact);
  const named = toolSaid(said, offered, new Set());
  if (named) return makeCall(named, said);
  if (exact) return undefined;
  const hinted = toolSaid(said, offered, QUIET_VERBS);
  const intent = guess || hinted ? understanding.intentOf(said) : undefined;
  const guessed = toolNamed(intent, offered);
  if (hinted) return makeCall(hinted, said, guessed === hinted ? intent : undefined);
  return guessed && guess ? makeCall(guessed, said, intent) : undefined;
}

const key = (name: string): string => wordsOf(name).join(' ');

function toolNamed(
  intent: Intent | undefined,
  offered: readonly OfferedTool[],
): OfferedTool | undefined {
  const name = intent?.tool?.name;
  return name === undefined ? undefined : offered.find((tool) => key(tool.name) === key(name));
}

/** The tool with the longest name of which every word was said. */
function toolSaid(
  said: string,
  offered: readonly OfferedTool[],
  silent: ReadonlySet<string>,
): OfferedTool | undefined {
  const words = new Set(wordsOf(said));
  let best: OfferedTool | undefined;
  let most = 0;
  for (const tool of offered) {
    const [first = '', ...others] = wordsOf(tool.name);
    const needed = silent.has(first) && others.length > 0 ? others : [first, ...others];
    if (needed.length > most && needed.every((word) => words.has(word))) {
      best = tool;
      most = needed.length;
    }
  }
  return best;
}

function makeCall(tool: OfferedTool, said: string, intent?: Intent): AskedCall {
  const base = intent ? filled(intent, said) : {};
  return { tool, arguments: JSON.stringify(drawArguments(tool, said, base)) };
}

/** An intent's own arguments, with `$plant` replaced by the plant that was said. */
function filled(intent: Intent, said: string): Record<string, unknown> {
  const plant = /\b(fern|cactus|monstera|orchid)\b/.exec(said.toLowerCase())?.[1] ?? 'fern';
  return Object.fromEntries(
    Object.entries(intent.tool?.arguments ?? {}).map(([name, value]) => [
      name,
      value === '$plant' ? plant : value,
    ]),
  );
}
