/**
 * Turns the body of a token request into session fields: a page chooses an agent by name and fills
 * in its variables, and nothing else that it sends has any effect. It knows no service.
 */
import { checkAgents, type AgentOptions, type AgentTool } from './agent-options.js';
import { readVariables, template } from './agent-variables.js';
import { ConfigurationError } from './configuration-error.js';
import { checkHandoffs, handoffSession, handoffTools, type Handoff } from './handoffs.js';
import { HostProblem } from './problem.js';
import type { Provider } from './provider.js';
import { overlaid, type SessionFields } from './session-fields.js';
import { below, isObject } from './shape.js';

/** The agent of a page that names none. */
const DEFAULT = 'default';

export interface ChosenAgent {
  /** Missing where there are no agents: then the session is the provider's. */
  readonly name?: string;
  readonly session?: SessionFields;
  /** In seconds, where the agent has one of its own. */
  readonly maxDuration?: number;
  /** It may hand over to others. */
  readonly handsOver?: boolean;
  /** Where one takes a conversation over: then no call is wanted. */
  readonly handoff?: Handoff;
}

/**
 * @throws {HostProblem} `body-unknown-key`, `agent-unknown`, `variable-invalid`, `handoff-unknown`
 */
export type AgentChooser = (body: Record<string, unknown>) => ChosenAgent;

/** @throws {ConfigurationError} naming the setting, as `agents.support.voice` */
export function agentChooser(
  agents: Readonly<Record<string, AgentOptions>> | undefined,
  provider: Pick<Provider, 'check'>,
  handoffsBy: 'page' | 'host' = 'page',
): AgentChooser {
  if (agents === undefined) {
    return (body) => {
      refuseOthers(body, []);
      return {};
    };
  }
  checkAgents(agents, 'agents');
  checkHandoffs(agents, handoffsBy);
  // Not a plain object: a page may ask for the agent `constructor`, and there may be one.
  const presets = new Map(
    Object.entries(agents).map(([name, options]) => {
      const setting = below('agents', name);
      const check = (session: SessionFields) => provider.check?.(session, `${setting}.session`);
      const { maxDuration, handoffs = [], label } = options;
      const transfers = handoffTools(handoffs, agents);
      return [
        name,
        { ...preset(options, transfers, setting, check), maxDuration, handoffs, label },
      ];
    }),
  );
  if (presets.size === 0) throw new ConfigurationError('agents', 'must name an agent at least.');
  return (body) => {
    refuseOthers(body, ['agent', 'variables', 'handoff']);
    const { agent = DEFAULT, variables = {}, handoff: to } = body;
    const chosen = typeof agent === 'string' ? presets.get(agent) : undefined;
    if (typeof agent !== 'string' || !chosen) throw new HostProblem('agent-unknown');
    if (to === undefined) {
      const { maxDuration, handoffs } = chosen;
      const handsOver = handoffs.length > 0;
      return { name: agent, session: chosen.fill(variables), maxDuration, handsOver };
    }
    const next = chosen.handoffs.includes(to as string) ? presets.get(to as string) : undefined;
    if (typeof to !== 'string' || !next) throw new HostProblem('handoff-unknown');
    const session = handoffSession(next.fill(next.known(variables)));
    return { name: to, handoff: { to, ...(next.label && { label: next.label }), session } };
  };
}

/**
 * For a host that does not see calls, and so cannot end them. Whoever sets a limit relies on it.
 *
 * @throws {ConfigurationError} naming the first agent that has one
 */
export function refuseDurations(agents: Readonly<Record<string, AgentOptions>> = {}): void {
  for (const [name, { maxDuration }] of Object.entries(agents)) {
    if (maxDuration === undefined) continue;
    throw new ConfigurationError(
      `${below('agents', name)}.maxDuration`,
      'cannot be kept by a token host, for it does not see calls. Use a relay host, or leave it out.',
    );
  }
}

/** Nothing that a page sends may change what a call is or costs. */
function refuseOthers(body: Record<string, unknown>, known: readonly string[]): void {
  if (Object.keys(body).some((key) => !known.includes(key))) {
    throw new HostProblem('body-unknown-key');
  }
}

function preset(
  options: AgentOptions,
  transfers: readonly AgentTool[],
  setting: string,
  check: (session: SessionFields) => void,
) {
  const { instructions, voice, mcp, session, variables, ...given } = snapshot(options, setting);
  const hasTools = given.tools ?? mcp ?? transfers[0];
  const tools = [...(given.tools ?? []), ...transfers];
  refuseTwice(tools, ({ name }) => name, `${setting}.tools`, 'name');
  refuseTwice(mcp ?? [], ({ server_label: label }) => label, `${setting}.mcp`, 'server_label');
  if (voice !== undefined && session?.audio?.output?.voice !== undefined) {
    const other = `${setting}.session.audio.output.voice`;
    throw new ConfigurationError(`${setting}.voice`, `contradicts ${other}. Keep one of them.`);
  }
  if (variables && instructions === undefined) {
    throw new ConfigurationError(`${setting}.variables`, 'need instructions to be put into.');
  }
  const declared = new Map(Object.entries(variables ?? {}));
  const fill = template(instructions ?? '', declared, `${setting}.instructions`);
  const fixed = overlaid<SessionFields>(
    // An empty list is an answer, too: this agent has none, whatever the provider's session has.
    { ...session, ...(hasTools && { tools: [...tools, ...(mcp ?? [])] }) },
    voice === undefined ? {} : { audio: { output: { voice } } },
  );
  check(fixed);
  return {
    fill(variables: unknown): SessionFields {
      const values = readVariables(declared, variables);
      return instructions === undefined ? fixed : { ...fixed, instructions: fill(values) };
    },
    /** Those of the agent before that are this one's as well. */
    known: (variables: unknown): unknown =>
      isObject(variables)
        ? Object.fromEntries(Object.entries(variables).filter(([name]) => declared.has(name)))
        : variables,
  };
}

/** As it will be sent: without what is undefined, and out of reach for whoever made it. */
function snapshot(options: AgentOptions, setting: string): AgentOptions {
  try {
    return JSON.parse(JSON.stringify(options)) as AgentOptions;
  } catch {
    throw new ConfigurationError(setting, 'holds something that cannot be written as JSON.');
  }
}

function refuseTwice<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  setting: string,
  field: string,
): void {
  const names = items.map(nameOf);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) {
    throw new ConfigurationError(`${setting}[${twice}].${field}`, 'is there twice.');
  }
}
