/**
 * What may be said about an agent, and whether it is said in the right form. It knows no request;
 * what lies deeper in a session than the fields' names and kinds is the realtime service's to judge.
 */
import type { RealtimeToolsConfigUnion } from 'openai/resources/realtime/realtime';
import type { VariableOptions } from './agent-variables.js';
import type { SessionFields } from './session-fields.js';
import {
  anyObject,
  either,
  flag,
  list,
  matching,
  named,
  nothing,
  number,
  object,
  oneOf,
  text,
  wholeNumber,
  type Check,
} from './shape.js';

/** A function that the page carries out. */
export interface AgentTool {
  type: 'function';
  name: string;
  description?: string;
  /** JSON Schema of an object. */
  parameters?: Record<string, unknown>;
}

/** A tool server that the realtime service calls itself. */
export type AgentMcpServer = RealtimeToolsConfigUnion.Mcp;

/** Each thing that is set goes over what the provider sets; the rest stays the provider's. */
export interface AgentOptions {
  /** `{{customer_name}}` stands for a variable. */
  instructions?: string;
  /** What `{{…}}` in the instructions may stand for, by name. */
  variables?: Record<string, VariableOptions>;
  voice?: string;
  tools?: AgentTool[];
  mcp?: AgentMcpServer[];
  /** Names of agents that this one may hand the conversation over to; each becomes a function of it. */
  handoffs?: string[];
  /** What it is for, in words for agents that may hand over to it. */
  description?: string;
  /** How visitors are told of it when it takes over. Default: its name. */
  label?: string;
  /** Further session fields. In `audio`, each field of `input` and `output` counts by itself. */
  session?: Omit<SessionFields, 'instructions' | 'tools'>;
  /** Seconds until a relay host ends a call with this agent, 10 to 7200. Token hosts cannot. */
  maxDuration?: number;
}

const maxLength = wholeNumber(1, 2_000);

const variable: Check = (value, setting) => {
  object({ type: oneOf('string', 'number', 'boolean'), maxLength, required: flag }, ['type'])(
    value,
    setting,
  );
  const { type } = value as VariableOptions;
  // A number or a flag has no length, and who sets one expects something of it.
  if (type !== 'string') object({ type: text, required: flag })(value, setting);
};

const tool = object(
  {
    type: oneOf('function'),
    name: matching(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -.'),
    description: text,
    parameters: anyObject,
  } satisfies Record<keyof AgentTool, Check>,
  ['type', 'name'],
);

const serverFields = {
  type: oneOf('mcp'),
  server_label: text,
  server_url: matching(
    /^(https:\/\/[^\s/]|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$))\S*$/,
    'must be an https address (plain http on localhost only).',
  ),
  connector_id: text,
  tunnel_id: text,
  server_description: text,
  authorization: text,
  headers: either('must be an object of texts.', nothing, named(/^/, '', matching(/^/, ''))),
  allowed_tools: either('must be a list of names, or an object.', nothing, anyObject, list(text)),
  allowed_callers: either('must be a list.', nothing, list(oneOf('direct', 'programmatic'))),
  require_approval: either(
    'must be "always", "never" or an object.',
    nothing,
    anyObject,
    oneOf('always', 'never'),
  ),
  defer_loading: flag,
} satisfies Record<keyof AgentMcpServer, Check>;

const server: Check = (value, setting) => {
  object(serverFields, ['type', 'server_label'])(value, setting);
  const ways = ['connector_id', 'tunnel_id'];
  const given = Object.entries(value as AgentMcpServer).filter(([, each]) => each !== undefined);
  if (given.some(([key]) => ways.includes(key))) return;
  object(serverFields, ['server_url'])(value, setting);
};

const objectOrNull = either('must be an object or null.', anyObject, nothing);

const session = object({
  audio: object({
    input: object({
      format: anyObject,
      noise_reduction: objectOrNull,
      transcription: objectOrNull,
      turn_detection: objectOrNull,
    }),
    output: object({
      format: anyObject,
      speed: number(0.25, 1.5),
      voice: either('must be a name, or an object with an id.', text, object({ id: text }, ['id'])),
    }),
  }),
  include: list(text),
  max_output_tokens: either(
    'must be a whole number from 1 to 4096, or "inf".',
    wholeNumber(1, 4096),
    oneOf('inf'),
  ),
  output_modalities: list(oneOf('text', 'audio')),
  parallel_tool_calls: flag,
  prompt: objectOrNull,
  reasoning: anyObject,
  tool_choice: either(
    'must be "none", "auto", "required" or an object.',
    anyObject,
    oneOf('none', 'auto', 'required'),
  ),
  tracing: either('must be "auto", an object or null.', anyObject, oneOf('auto'), nothing),
  truncation: either(
    'must be "auto", "disabled" or an object.',
    anyObject,
    oneOf('auto', 'disabled'),
  ),
} satisfies Record<keyof NonNullable<AgentOptions['session']>, Check>);

const agent = object({
  instructions: text,
  variables: named(
    /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
    'is no name for a variable: a letter, then letters, digits and _, at most 64.',
    variable,
  ),
  voice: text,
  tools: list(tool),
  mcp: list(server),
  handoffs: list(text),
  description: text,
  label: text,
  session,
  maxDuration: wholeNumber(10, 7_200),
} satisfies Record<keyof AgentOptions, Check>);

/** Agents by name, each in the right form. */
export const checkAgents: Check = named(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  'is no name for an agent: a letter or digit, then letters, digits, _ and -, at most 64.',
  agent,
);
