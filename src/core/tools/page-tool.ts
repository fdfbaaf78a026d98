/**
 * What a page gives as a tool, looked over once and made ready: a definition for the agent and a
 * check of what the agent sends. It runs nothing and knows no call.
 */
import { conform, isStandardSchema, type StandardSchema } from './standard-schema.js';
import { ArgumentCheck, type JsonSchema } from './tool-arguments.js';

/** Longest wait for a tool that names none, in ms. */
export const TIMEOUT_MS = 10_000;
/** As the Realtime API takes it for functions. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

export interface ToolContext {
  /**
   * Aborts when nobody waits for the result any more, which is after the timeout and at the end of
   * the call; and when the visitor breaks in, by voice or by the stop button. A tool that goes on in
   * spite of an interruption still has its result delivered, so that the agent knows what was done.
   */
  readonly signal: AbortSignal;
  /** The service's id of this one request. */
  readonly callId: string;
  /**
   * Ends the call for the agent, with the reason `agent`: when what it is saying has been heard, after
   * 5 s at the latest.
   */
  readonly endCall: () => void;
}

/** A function of the page that the agent may call. */
export interface PageTool<Arguments = Record<string, unknown>> {
  /** 1 to 64 of the characters `a-z A-Z 0-9 _ -`. */
  readonly name: string;
  /** When the agent should call it, in words for the agent. */
  readonly description?: string | undefined;
  /**
   * JSON Schema (2020-12) of an object, or a Standard Schema that can describe itself as one.
   * Default: no arguments are described.
   */
  readonly parameters?: JsonSchema | StandardSchema<Arguments> | undefined;
  /** Checks and converts the arguments as well, beside a JSON Schema in `parameters`. */
  readonly schema?: StandardSchema<Arguments> | undefined;
  /**
   * Returns, or resolves with, what the agent is told: a string as it is, anything else as JSON, at
   * most 16 kB. Without it a listener of `voice-tool-call` answers.
   */
  execute?(args: Arguments, context: ToolContext): unknown;
  /** The visitor is asked first. */
  readonly confirm?: boolean | undefined;
  /** Longest wait for the result in ms, without the time for the visitor's consent; default 10,000. */
  readonly timeout?: number | undefined;
}

/** A page's tool that can be offered and called. */
export interface KnownTool {
  readonly definition: {
    readonly type: 'function';
    readonly name: string;
    readonly description?: string | undefined;
    readonly parameters: JsonSchema;
  };
  /** @throws {Error} what is wrong with the arguments, in words for the agent */
  readonly accept: (args: Record<string, unknown>) => Promise<unknown>;
  readonly execute: ((args: unknown, context: ToolContext) => unknown) | undefined;
  readonly confirm: boolean;
  readonly timeoutMs: number;
}

/**
 * The tools by name.
 * @throws {TypeError} which tool is not well defined, and how
 */
export function knownTools(tools: readonly PageTool[]): Map<string, KnownTool> {
  const known = new Map<string, KnownTool>();
  for (const tool of tools) {
    const ready = knownTool(tool);
    const { name } = ready.definition;
    if (known.has(name)) throw new TypeError(`There are two tools named "${name}".`);
    known.set(name, ready);
  }
  return known;
}

/**
 * Those of the tools that are well defined, by name; of two with one name the first.
 * @param report is told of the others
 */
export function usableTools(
  tools: readonly PageTool[],
  report: (message: string, cause: unknown) => void,
): Map<string, KnownTool> {
  const usable = new Map<string, KnownTool>();
  for (const tool of tools) {
    try {
      const ready = knownTool(tool);
      const { name } = ready.definition;
      if (!usable.has(name)) usable.set(name, ready);
    } catch (error) {
      report((error as Error).message, error);
    }
  }
  return usable;
}

/** @throws {TypeError} how the tool is not well defined */
function knownTool(tool: PageTool): KnownTool {
  if (Object(tool) !== tool) throw new TypeError('A tool is an object.');
  const { name, description, parameters, schema, confirm = false, timeout = TIMEOUT_MS } = tool;
  const wrong = (what: string, cause?: unknown) =>
    new TypeError(`The tool "${name}" ${what}`, { cause });
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw wrong('has no usable name: 1 to 64 of the characters a-z, A-Z, 0-9, _ and - make one.');
  }
  if (description !== undefined && typeof description !== 'string') {
    throw wrong('has a description that is no string.');
  }
  if (tool.execute !== undefined && typeof tool.execute !== 'function') {
    throw wrong('has an `execute` that is no function.');
  }
  if (typeof timeout !== 'number' || !(timeout > 0 && timeout < 2 ** 31)) {
    throw wrong('has a `timeout` that is no number of milliseconds.');
  }
  if (schema !== undefined && !isStandardSchema(schema)) {
    throw wrong('has a `schema` that is no Standard Schema; JSON Schema belongs in `parameters`.');
  }
  let check: ArgumentCheck;
  try {
    check = new ArgumentCheck(described(parameters));
  } catch (cause) {
    throw wrong(`has no usable \`parameters\`: ${(cause as Error).message}`, cause);
  }
  const standards = [parameters, schema].filter((one) => isStandardSchema(one));
  return {
    definition: { type: 'function', name, description, parameters: check.schema },
    accept: async (args) => {
      check.assert(args);
      let accepted: unknown = args;
      for (const standard of standards) accepted = await conform(standard, accepted);
      return accepted;
    },
    execute: tool.execute && ((args, context) => tool.execute?.(args as never, context)),
    confirm,
    timeoutMs: timeout,
  };
}

function described(schema: PageTool['parameters']): JsonSchema | undefined {
  if (!isStandardSchema(schema)) return schema;
  const { jsonSchema, vendor } = schema['~standard'];
  if (!jsonSchema) {
    throw new TypeError(
      `this schema of ${vendor} cannot describe itself; give its JSON Schema here, and itself as \`schema\`.`,
    );
  }
  return jsonSchema.input({ target: 'draft-2020-12' });
}
