/**
 * Which agents hand conversations over to which: the function that the one calls for it, and what the
 * session becomes by the other. It knows no request, and does not know who changes the session.
 */
import type { AgentOptions, AgentTool } from './agent-options.js';
import { ConfigurationError } from './configuration-error.js';
import type { SessionFields } from './session-fields.js';
import { below } from './shape.js';

type Agents = Readonly<Record<string, AgentOptions>>;

/** What is needed to let another agent take over. A token host gives it to the page. */
export interface Handoff {
  /** The agent's name. */
  readonly to: string;
  /** What visitors are told of who it is. */
  readonly label?: string;
  /** For `session.update`. The voice can change only before anything was heard. */
  readonly session: SessionFields;
}

/** As the page knows them again. */
const PREFIX = 'transfer_to_';
/** With the prefix, a function's name has 64 characters at most. */
const MAX_NAME = 64 - PREFIX.length;

/** The agent that a function hands over to; `undefined` for any other function. */
export const targetOf = (name: string): string | undefined =>
  name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;

/** `order_status` reads "Order status". */
export function readable(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One function for each agent that `handoffs` names. */
export function handoffTools(handoffs: readonly string[], agents: Agents): AgentTool[] {
  return handoffs.map((name) => {
    const { label = name, description } = agents[name] ?? {};
    const purpose = description === undefined ? '' : ` ${description}`;
    return {
      type: 'function',
      name: `${PREFIX}${name}`,
      description: `Hands the conversation over to ${label}.${purpose}`,
      parameters: { type: 'object', properties: {} },
    };
  });
}

/** Of an agent's session what may change in a call, and what the one before must not leave behind. */
export function handoffSession({
  instructions,
  tools = [],
  tool_choice = 'auto',
  max_output_tokens,
  audio,
}: SessionFields): SessionFields {
  const voice = audio?.output?.voice;
  return {
    ...(instructions !== undefined && { instructions }),
    tools,
    tool_choice,
    ...(max_output_tokens !== undefined && { max_output_tokens }),
    ...(voice !== undefined && { audio: { output: { voice } } }),
  };
}

/**
 * @param by who changes the session: a page must not learn what a tool server is told
 * @throws {ConfigurationError} naming the first handoff that cannot be made, or what is in its way
 */
export function checkHandoffs(agents: Agents, by: 'page' | 'host'): void {
  for (const [from, { handoffs = [], variables = {} }] of Object.entries(agents)) {
    const setting = `${below('agents', from)}.handoffs`;
    for (const [index, to] of handoffs.entries()) {
      const wrong = (words: string) => new ConfigurationError(`${setting}[${index}]`, words);
      const target = Object.hasOwn(agents, to) ? agents[to] : undefined;
      if (!target) throw wrong('names no agent of this host.');
      if (to === from) throw wrong('names the agent itself.');
      if (handoffs.indexOf(to) !== index) throw wrong('is there twice.');
      if (to.length > MAX_NAME) {
        throw wrong(`has a name that is too long to be handed over to: ${MAX_NAME} at most.`);
      }
      checkTarget(target, below('agents', to), setting);
      if (by === 'page') refuseCredentials(target, below('agents', to), setting);
      const missing = Object.entries(target.variables ?? {}).find(
        ([name, { required = false }]) =>
          required && !(Object.hasOwn(variables, name) && variables[name]?.required),
      )?.[0];
      if (missing !== undefined) {
        throw wrong(`requires the variable ${missing}, which this agent does not require.`);
      }
    }
  }
}

function checkTarget({ instructions }: AgentOptions, agent: string, by: string): void {
  if (instructions !== undefined) return;
  throw new ConfigurationError(
    `${agent}.instructions`,
    `is missing. Without it the agent before would go on under another name (${by}).`,
  );
}

function refuseCredentials({ mcp = [] }: AgentOptions, agent: string, by: string): void {
  for (const [index, server] of mcp.entries()) {
    const secret = (['authorization', 'headers'] as const).find((key) => server[key] !== undefined);
    if (secret === undefined) continue;
    throw new ConfigurationError(
      `${agent}.mcp[${index}].${secret}`,
      `would reach the page, for it is the page that hands over (${by}). Leave one of them out, or use a relay host.`,
    );
  }
}
