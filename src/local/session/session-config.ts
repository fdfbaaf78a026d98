// The configuration of a session: what it may say, what it is without being told, and how an update
// changes it. It knows no connection.
import type {
  RealtimeAudioConfigInput,
  RealtimeAudioConfigOutput,
  RealtimeSessionCreateRequest,
} from 'openai/resources/realtime/realtime';
import { anyObject, either, flag, list, number, object, oneOf, orNull, text } from './check.js';
import { ProtocolError } from './protocol-error.js';
import { completeTurnDetection, turnDetection } from './turn-detection.js';
import { toolChoice, tools } from './tool-config.js';

/** Every field set. */
export type SessionConfig = RealtimeSessionCreateRequest & {
  audio: {
    input: RealtimeAudioConfigInput;
    output: RealtimeAudioConfigOutput & {
      voice: NonNullable<RealtimeAudioConfigOutput['voice']>;
      speed: number;
    };
  };
  model: string;
  instructions: string;
  output_modalities: ('text' | 'audio')[];
  tools: NonNullable<RealtimeSessionCreateRequest['tools']>;
};

const VOICES = 'alloy ash ballad coral echo sage shimmer verse marin cedar'.split(' ');

const format = either(
  object({ type: oneOf('audio/pcmu', 'audio/pcma') }, ['type']),
  object({ type: oneOf('audio/pcm'), rate: oneOf(24_000) }, ['type']),
);

const transcription = object({
  model: text(100),
  language: text(20),
  languages: list(text(20)),
  prompt: text(10_000),
  keywords: list(text(200), 1_000),
  delay: oneOf('minimal', 'low', 'medium', 'high', 'xhigh'),
});

export const voice = either(object({ id: text(100) }, ['id']), oneOf(...VOICES));

export const modalities = (value: unknown, path: string): void => {
  list(oneOf('audio', 'text'), 1)(value, path);
  if ((value as unknown[]).length === 0) {
    throw new ProtocolError(
      'invalid_value',
      `Invalid '${path}': give ["audio"] or ["text"].`,
      path,
    );
  }
};
export const maxOutputTokens = either(oneOf('inf'), number(1, 4096, true));

const checkSession = object(
  {
    type: oneOf('realtime'),
    model: text(200),
    instructions: text(),
    output_modalities: modalities,
    audio: object({
      input: object({
        format,
        noise_reduction: orNull(
          object({ type: oneOf('near_field', 'far_field'), strength: number(0, 1) }),
        ),
        transcription: orNull(transcription),
        turn_detection: orNull(turnDetection),
      }),
      output: object({ format, voice, speed: number(0.25, 1.5) }),
    }),
    tools,
    tool_choice: toolChoice,
    parallel_tool_calls: flag,
    reasoning: orNull(object({ effort: oneOf('minimal', 'low', 'medium', 'high', 'xhigh') })),
    max_output_tokens: maxOutputTokens,
    truncation: either(
      object({
        type: oneOf('retention_ratio'),
        retention_ratio: number(0, 1),
        token_limits: anyObject,
      }),
      oneOf('auto', 'disabled'),
    ),
    tracing: orNull(either(anyObject, oneOf('auto'))),
    include: orNull(list(oneOf('item.input_audio_transcription.logprobs'))),
    prompt: orNull(anyObject),
  },
  ['type'],
);

function defaults(): SessionConfig {
  return {
    type: 'realtime',
    model: 'gpt-realtime-2.1',
    output_modalities: ['audio'],
    instructions: 'You are the friendly agent of a small shop. Answer in short sentences.',
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
    tracing: null,
    truncation: 'auto',
    prompt: null,
    audio: {
      input: {
        format: { type: 'audio/pcm', rate: 24_000 },
        transcription: undefined,
        noise_reduction: undefined,
        turn_detection: completeTurnDetection({ type: 'server_vad' }),
      },
      output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy', speed: 1 },
    },
  };
}

/** Only what is present changes; `audio`, `audio.input` and `audio.output` are looked into. */
function merge(
  config: SessionConfig,
  change: Partial<RealtimeSessionCreateRequest>,
): SessionConfig {
  const { audio, ...rest } = structuredClone(change);
  const merged = { ...config, ...rest } as SessionConfig;
  merged.audio = {
    input: { ...config.audio.input, ...audio?.input },
    output: { ...config.audio.output, ...audio?.output },
  };
  const turn = merged.audio.input.turn_detection;
  if (turn) merged.audio.input.turn_detection = completeTurnDetection(turn);
  return merged;
}

/** The configuration of a new session. Throws a ProtocolError that names the bad field. */
export function createSessionConfig(session: unknown = { type: 'realtime' }): SessionConfig {
  checkSession(session, 'session');
  return merge(defaults(), session as RealtimeSessionCreateRequest);
}

/**
 * The configuration after a `session.update`, or a ProtocolError, by which the whole update is
 * refused: the voice is fixed by the first sound, the model from the start.
 */
export function updateSessionConfig(
  config: SessionConfig,
  session: unknown,
  hasSpoken: boolean,
): SessionConfig {
  checkSession(session, 'session');
  const change = session as RealtimeSessionCreateRequest;
  if (change.model !== undefined && change.model !== config.model) {
    throw new ProtocolError(
      'invalid_value',
      `The model of a session cannot change: it is '${config.model}'.`,
      'session.model',
    );
  }
  const newVoice = change.audio?.output?.voice;
  if (
    hasSpoken &&
    newVoice !== undefined &&
    JSON.stringify(newVoice) !== JSON.stringify(config.audio.output.voice)
  ) {
    throw new ProtocolError(
      'cannot_update_voice',
      "Cannot update a conversation's voice if assistant audio is present.",
      'session.audio.output.voice',
    );
  }
  if (config.tracing !== null && change.tracing !== undefined) {
    if (JSON.stringify(change.tracing) !== JSON.stringify(config.tracing)) {
      throw new ProtocolError(
        'invalid_value',
        'Tracing cannot change once it is on.',
        'session.tracing',
      );
    }
  }
  return merge(config, change);
}
