/**
 * Sequences of server events as a realtime service sends them, for tests. Their order is that of
 * OpenAI's realtime conversations guide; they know nothing of what is under test.
 */
import type { ServerEvent } from '../../src/core/protocol.js';

let sent = 0;

/** One server event. Fields that no test looks at are left out. */
export function event(type: string, fields: object = {}): ServerEvent {
  return { type, event_id: `event_${++sent}`, ...fields } as unknown as ServerEvent;
}

export function responseEvent(
  type: 'response.created' | 'response.done',
  id: string,
  status = type === 'response.created' ? 'in_progress' : 'completed',
  details?: object,
): ServerEvent {
  return event(type, {
    response: {
      id,
      object: 'realtime.response',
      status,
      status_details: details ?? null,
      output: [],
    },
  });
}

export function errorEvent(code: string | null, eventId?: string, message = 'No.'): ServerEvent {
  return event('error', {
    error: {
      type: 'invalid_request_error',
      code,
      message,
      ...(eventId !== undefined && { event_id: eventId }),
    },
  });
}

const userItem = (id: string, status = 'completed') => ({
  id,
  object: 'realtime.item',
  type: 'message',
  role: 'user',
  status,
  content: [{ type: 'input_audio', transcript: null }],
});

const agentItem = (id: string, status: string, transcript?: string) => ({
  id,
  object: 'realtime.item',
  type: 'message',
  role: 'assistant',
  status,
  content: transcript === undefined ? [] : [{ type: 'output_audio', transcript }],
});

/** Cuts `text` after every blank, as deltas come. */
function pieces(text: string): string[] {
  return text.match(/\S*\s*/g)?.filter(Boolean) ?? [];
}

/** The visitor says `text`. */
export function spoken(id: string, text: string, previousId: string | null): ServerEvent[] {
  const place = { item_id: id, content_index: 0 };
  return [
    event('input_audio_buffer.speech_started', { item_id: id, audio_start_ms: 100 }),
    event('input_audio_buffer.speech_stopped', { item_id: id, audio_end_ms: 900 }),
    event('input_audio_buffer.committed', { item_id: id, previous_item_id: previousId }),
    event('conversation.item.added', { item: userItem(id), previous_item_id: previousId }),
    event('conversation.item.done', { item: userItem(id), previous_item_id: previousId }),
    ...pieces(text).map((delta) =>
      event('conversation.item.input_audio_transcription.delta', { ...place, delta }),
    ),
    event('conversation.item.input_audio_transcription.completed', { ...place, transcript: text }),
  ];
}

export interface AnswerOptions {
  /** Where the visitor broke in: everything sent until then, and the end of it. */
  readonly interrupted?: boolean;
}

/** The agent answers `text` with its voice. */
export function answered(
  responseId: string,
  id: string,
  text: string,
  previousId: string | null,
  { interrupted = false }: AnswerOptions = {},
): ServerEvent[] {
  const inResponse = { response_id: responseId, output_index: 0 };
  const part = { ...inResponse, item_id: id, content_index: 0 };
  const status = interrupted ? 'incomplete' : 'completed';
  const done = agentItem(id, status, text);
  const added = agentItem(id, 'in_progress');
  return [
    responseEvent('response.created', responseId),
    event('response.output_item.added', { ...inResponse, item: added }),
    event('conversation.item.added', { item: added, previous_item_id: previousId }),
    event('response.content_part.added', { ...part, part: { type: 'audio', transcript: '' } }),
    event('output_audio_buffer.started', { response_id: responseId }),
    ...pieces(text).map((delta) =>
      event('response.output_audio_transcript.delta', { ...part, delta }),
    ),
    event('response.output_audio.done', part),
    event('response.output_audio_transcript.done', { ...part, transcript: text }),
    event('response.content_part.done', { ...part, part: { type: 'audio', transcript: text } }),
    event('response.output_item.done', { ...inResponse, item: done }),
    event('conversation.item.done', { item: done, previous_item_id: previousId }),
    interrupted
      ? responseEvent('response.done', responseId, 'cancelled', {
          type: 'cancelled',
          reason: 'turn_detected',
        })
      : responseEvent('response.done', responseId),
    ...(interrupted
      ? [
          event('output_audio_buffer.cleared', { response_id: responseId }),
          event('conversation.item.truncated', {
            item_id: id,
            content_index: 0,
            audio_end_ms: 500,
          }),
        ]
      : [event('output_audio_buffer.stopped', { response_id: responseId })]),
  ];
}

/** The agent calls a function; the call and its output hold places in the conversation. */
export function toolCalled(
  responseId: string,
  id: string,
  previousId: string | null,
): ServerEvent[] {
  const call = (status: string) => ({
    id,
    type: 'function_call',
    status,
    name: 'look_up',
    call_id: 'call_1',
    arguments: '{}',
  });
  const output = {
    id: `${id}_output`,
    type: 'function_call_output',
    call_id: 'call_1',
    output: '{}',
  };
  return [
    responseEvent('response.created', responseId),
    event('conversation.item.added', { item: call('in_progress'), previous_item_id: previousId }),
    event('conversation.item.done', { item: call('completed'), previous_item_id: previousId }),
    responseEvent('response.done', responseId),
    event('conversation.item.added', { item: output, previous_item_id: id }),
    event('conversation.item.done', { item: output, previous_item_id: id }),
  ];
}

/** A visitor types `text`. */
export function typed(id: string, text: string, previousId: string | null): ServerEvent[] {
  const item = {
    id,
    type: 'message',
    role: 'user',
    status: 'completed',
    content: [{ type: 'input_text', text }],
  };
  return [
    event('conversation.item.added', { item, previous_item_id: previousId }),
    event('conversation.item.done', { item, previous_item_id: previousId }),
  ];
}

/** The agent answers `text` in writing. */
export function written(id: string, text: string, previousId: string | null): ServerEvent[] {
  const responseId = `resp_${id}`;
  const part = { response_id: responseId, output_index: 0, item_id: id, content_index: 0 };
  const done = {
    ...agentItem(id, 'completed'),
    content: [{ type: 'output_text', text }],
  };
  return [
    responseEvent('response.created', responseId),
    event('conversation.item.added', {
      item: agentItem(id, 'in_progress'),
      previous_item_id: previousId,
    }),
    ...pieces(text).map((delta) => event('response.output_text.delta', { ...part, delta })),
    event('response.output_text.done', { ...part, text }),
    event('conversation.item.done', { item: done, previous_item_id: previousId }),
    responseEvent('response.done', responseId),
  ];
}

/** The agent calls a function, in a response of its own. */
export const calls = (name: string, args: object, callId = 'call_1'): ServerEvent[] => [
  event('response.created', { response: { id: `resp_${callId}`, status: 'in_progress' } }),
  event('response.done', {
    response: {
      id: `resp_${callId}`,
      object: 'realtime.response',
      status: 'completed',
      output: [
        {
          id: `item_${callId}`,
          type: 'function_call',
          status: 'completed',
          call_id: callId,
          name,
          arguments: JSON.stringify(args),
        },
      ],
    },
  }),
];
