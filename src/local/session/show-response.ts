// A response as the client is shown it, in `response.created` and `response.done`. It changes nothing.
import type {
  ConversationItem,
  RealtimeResponse,
  RealtimeResponseCreateParams,
} from 'openai/resources/realtime/realtime';
import type { SessionConfig } from './session-config.js';

export interface ShownResponse {
  readonly id: string;
  readonly status: NonNullable<RealtimeResponse['status']>;
  readonly params: RealtimeResponseCreateParams;
  readonly audio: boolean;
  readonly output: readonly ConversationItem[];
  readonly conversationId: string | undefined;
}

export function showResponse(shown: ShownResponse, session: SessionConfig): RealtimeResponse {
  const { params } = shown;
  const { format, voice } = session.audio.output;
  return {
    object: 'realtime.response',
    id: shown.id,
    status: shown.status,
    status_details: undefined,
    output: structuredClone([...shown.output]),
    conversation_id: shown.conversationId,
    output_modalities: [shown.audio ? 'audio' : 'text'],
    max_output_tokens: params.max_output_tokens ?? session.max_output_tokens,
    audio: { output: { format, voice: (params.audio?.output?.voice ?? voice) as 'alloy' } },
    metadata: params.metadata ?? null,
  };
}
