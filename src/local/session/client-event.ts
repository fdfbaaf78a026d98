// Checks what a client sends on the channel, field by field, before anything acts on it.
import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import {
  anyObject,
  either,
  flag,
  isObject,
  list,
  number,
  object,
  oneOf,
  orNull,
  text,
} from './check.js';
import type { Check } from './check.js';
import { readImage } from './image.js';
import { ProtocolError } from './protocol-error.js';
import { maxOutputTokens, modalities, voice } from './session-config.js';
import { toolChoice, tools } from './tool-config.js';

const id = text(512);

const partFields = object(
  {
    type: oneOf('input_text', 'input_audio', 'input_image', 'output_text', 'output_audio', 'text'),
    text: text(200_000),
    audio: text(20_000_000),
    transcript: orNull(text(200_000)),
    image_url: text(20_000_000),
    detail: oneOf('auto', 'low', 'high'),
  },
  ['type'],
);

const part: Check = (value, path) => {
  partFields(value, path);
  const { type, image_url: url } = value as Record<string, unknown>;
  if (type === 'input_image') readImage((url as string | undefined) ?? '', `${path}.image_url`);
};

const shared = { id, object: oneOf('realtime.item'), status: text(20), type: text(40) };
const KINDS: Readonly<Record<string, Check>> = {
  message: object(
    { ...shared, role: oneOf('user', 'assistant', 'system'), content: list(part), phase: text(40) },
    ['role', 'content'],
  ),
  function_call: object({ ...shared, name: text(64), arguments: text(), call_id: id }, [
    'name',
    'arguments',
  ]),
  function_call_output: object({ ...shared, call_id: id, output: text(1_000_000) }, [
    'call_id',
    'output',
  ]),
  mcp_approval_response: object(
    { ...shared, approval_request_id: id, approve: flag, reason: orNull(text()) },
    ['approval_request_id', 'approve'],
  ),
  item_reference: object({ id, type: text(40) }, ['id']),
};

const item: Check = (value, path) => {
  anyObject(value, path);
  const kind = (value as Record<string, unknown>)['type'];
  oneOf(...Object.keys(KINDS))(kind, `${path}.type`);
  (KINDS[kind as string] as Check)(value, path);
};

const response = object({
  conversation: oneOf('auto', 'none'),
  input: list(item, 500),
  instructions: text(),
  output_modalities: modalities,
  audio: object({ output: object({ voice, format: anyObject }) }),
  tools,
  tool_choice: toolChoice,
  parallel_tool_calls: flag,
  reasoning: anyObject,
  max_output_tokens: maxOutputTokens,
  metadata: orNull(anyObject),
  prompt: orNull(anyObject),
});

const event = (fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  object({ type: text(100), event_id: text(512), ...fields }, required);

const EVENTS: Readonly<Record<RealtimeClientEvent['type'], Check>> = {
  'session.update': event({ session: anyObject }, ['session']),
  'conversation.item.create': event({ item, previous_item_id: orNull(id) }, ['item']),
  'conversation.item.delete': event({ item_id: id }, ['item_id']),
  'conversation.item.retrieve': event({ item_id: id }, ['item_id']),
  'conversation.item.truncate': event(
    { item_id: id, content_index: number(0, 100, true), audio_end_ms: number(0, 1e9, true) },
    ['item_id', 'content_index', 'audio_end_ms'],
  ),
  'response.create': event({ response: either(orNull(response)) }),
  'response.cancel': event({ response_id: id }),
  'output_audio_buffer.clear': event({}),
  'input_audio_buffer.append': event({ audio: text(20_000_000) }, ['audio']),
  'input_audio_buffer.commit': event({}),
  'input_audio_buffer.clear': event({}),
};

/** The `event_id` of anything that looks like an event, for the answer to a bad one. */
export function eventIdOf(value: unknown): string | undefined {
  const found = isObject(value) ? value['event_id'] : undefined;
  return typeof found === 'string' && found.length <= 512 ? found : undefined;
}

/** Throws a ProtocolError that names what is wrong. */
export function checkClientEvent(value: unknown): RealtimeClientEvent {
  if (!isObject(value)) {
    throw new ProtocolError('invalid_event', 'An event is a JSON object with a "type".');
  }
  const type = value['type'];
  if (typeof type !== 'string') {
    throw new ProtocolError(
      'missing_required_parameter',
      "Missing required parameter: 'type'.",
      'type',
    );
  }
  const check = Object.hasOwn(EVENTS, type)
    ? EVENTS[type as RealtimeClientEvent['type']]
    : undefined;
  if (!check) {
    const known = Object.keys(EVENTS)
      .map((name) => `'${name}'`)
      .join(', ');
    throw new ProtocolError(
      'invalid_value',
      `Invalid value: '${type.slice(0, 80)}'. Supported values are: ${known}.`,
      'type',
    );
  }
  check(value, '');
  return value as unknown as RealtimeClientEvent;
}
