// What a remote tool answered, in the shape of an `mcp_call` item: an output or an error, cut to a
// size that fits the channel. It calls nothing.
import type { RealtimeMcpToolCall } from 'openai/resources/realtime/realtime';

export type McpError = NonNullable<RealtimeMcpToolCall['error']>;
export type McpOutcome =
  | { readonly output: string; readonly error: null }
  | { readonly output: null; readonly error: McpError };

const MAX_OUTPUT = 16_000;
const MAX_MESSAGE = 1_000;

export const failed = (error: McpError): McpOutcome => ({
  output: null,
  error: { ...error, message: cut(error.message, MAX_MESSAGE) },
});

interface ContentPart {
  readonly type: string;
  readonly text?: string;
  readonly mimeType?: string;
  readonly uri?: string;
  readonly resource?: { readonly uri: string; readonly text?: string };
}

/** A result as the protocol has it. What is no text is named, not carried. */
export function outcomeOf(result: Readonly<Record<string, unknown>>): McpOutcome {
  const { content, structuredContent: structured } = result;
  const parts = (Array.isArray(content) ? content : []) as readonly ContentPart[];
  const told = parts
    .map((part) => {
      if (part.type === 'text') return part.text ?? '';
      if (part.type === 'resource') return part.resource?.text ?? part.resource?.uri ?? '';
      if (part.type === 'resource_link') return part.uri ?? '';
      return `[${part.type}${part.mimeType === undefined ? '' : ` ${part.mimeType}`}]`;
    })
    .filter(Boolean)
    .join('\n');
  const text = told === '' && structured !== undefined ? JSON.stringify(structured) : told;
  return result['isError'] === true
    ? failed({ type: 'tool_execution_error', message: text || 'The tool failed.' })
    : { output: cut(text, MAX_OUTPUT), error: null };
}

export function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}… (${text.length - max} characters more)` : text;
}
