// What a session may say about tools: functions of the page, and remote MCP servers. It connects to
// none of them.
import type { RealtimeToolsConfigUnion } from 'openai/resources/realtime/realtime';
import {
  anyObject,
  either,
  flag,
  isObject,
  list,
  object,
  oneOf,
  orNull,
  text,
  type Check,
} from './check.js';
import { ProtocolError } from './protocol-error.js';

export type McpTool = RealtimeToolsConfigUnion.Mcp;

const refuse = (path: string, message: string, code = 'invalid_value'): never => {
  throw new ProtocolError(code, message, path);
};

const label: Check = (value, path) => {
  text(64)(value, path);
  if (!/^[\w-]+$/.test(value as string)) {
    refuse(path, `Invalid '${path}': only letters, digits, dashes and underscores.`);
  }
};

/** A secret in the address would be shown with it. */
const httpUrl: Check = (value, path) => {
  text(2_000)(value, path);
  const url = URL.canParse(value as string) ? new URL(value as string) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    refuse(path, `Invalid '${path}': expected an http or https URL.`);
  } else if (url.username !== '' || url.password !== '') {
    refuse(path, `Invalid '${path}': put credentials into 'authorization'.`);
  }
};

const headers: Check = (value, path) => {
  anyObject(value, path);
  const entries = Object.entries(value as Record<string, unknown>);
  if (entries.length > 50) refuse(path, `Invalid '${path}': at most 50 headers.`);
  for (const [name, content] of entries) {
    const plain = typeof content === 'string' && content.length <= 10_000;
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !plain || /[\r\n\0]/.test(content)) {
      refuse(path, `Invalid '${path}': a header is a name and one line of text.`);
    }
  }
};

const filter = object({ tool_names: list(text(200)), read_only: flag });

const mcpFields = object(
  {
    type: oneOf('mcp'),
    server_label: label,
    server_url: httpUrl,
    connector_id: text(100),
    tunnel_id: text(100),
    authorization: text(10_000),
    headers: orNull(headers),
    allowed_tools: orNull(either(filter, list(text(200)))),
    require_approval: orNull(
      either(object({ always: filter, never: filter }), oneOf('always', 'never')),
    ),
    server_description: text(20_000),
    defer_loading: flag,
    allowed_callers: orNull(list(oneOf('direct', 'programmatic'))),
  },
  ['type', 'server_label'],
);

const mcpTool: Check = (value, path) => {
  mcpFields(value, path);
  const tool = value as McpTool;
  const ways = (['server_url', 'connector_id', 'tunnel_id'] as const).filter(
    (way) => tool[way] !== undefined,
  );
  if (ways.length > 1) {
    refuse(path, `Invalid '${path}': give only one of ${ways.map((w) => `'${w}'`).join(', ')}.`);
  }
  const [way] = ways;
  if (way !== undefined && way !== 'server_url') {
    refuse(`${path}.${way}`, `'${way}' is not available here: give 'server_url'.`);
  }
  const names = Object.keys(tool.headers ?? {}).map((name) => name.toLowerCase());
  if (tool.authorization !== undefined && names.includes('authorization')) {
    refuse(
      `${path}.authorization`,
      `Invalid '${path}': give either 'authorization' or an Authorization header, not both.`,
    );
  }
};

const functionTool = object(
  {
    type: oneOf('function', 'mcp'),
    name: text(64),
    description: text(20_000),
    parameters: anyObject,
  },
  ['type', 'name'],
);

const isMcp = (value: unknown): boolean => isObject(value) && value['type'] === 'mcp';

export const tools: Check = (value, path) => {
  list((entry, at) => (isMcp(entry) ? mcpTool : functionTool)(entry, at))(value, path);
  const labels = (value as RealtimeToolsConfigUnion[]).flatMap((tool) =>
    tool.type === 'mcp' ? [tool.server_label] : [],
  );
  const twice = labels.find((one, at) => labels.indexOf(one) !== at);
  if (twice !== undefined) {
    refuse(path, `Duplicate server_label '${twice}' found in '${path}'.`);
  }
};

export const toolChoice = either(anyObject, oneOf('none', 'auto', 'required'));

const HIDDEN = '<hidden>';

/** The tools as the client may see them: without what is secret of a remote server. */
export function showTools<T extends { readonly type?: string | undefined }>(
  all: readonly T[],
): T[] {
  return all.map((tool) => {
    if (tool.type !== 'mcp') return tool;
    const { authorization, headers: secret } = tool as unknown as McpTool;
    return {
      ...tool,
      ...(authorization !== undefined && { authorization: HIDDEN }),
      ...(secret && {
        headers: Object.fromEntries(Object.keys(secret).map((name) => [name, HIDDEN])),
      }),
    };
  });
}
