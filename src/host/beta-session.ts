/**
 * A session in GA's form as the flat one of the beta protocol, which Azure's preview still takes. It
 * refuses what cannot be said there, and knows neither provider nor request.
 *
 * Names and values are those of Microsoft's preview reference (realtime-audio-reference) and of its
 * migration guide from preview to GA.
 */
import type { RealtimeSessionCreateRequest } from 'openai/resources/realtime/realtime';
import { ConfigurationError } from './configuration-error.js';
import { list, object, oneOf, text, wholeNumber, type Check } from './shape.js';

type Input = NonNullable<NonNullable<RealtimeSessionCreateRequest['audio']>['input']>;
type Output = NonNullable<NonNullable<RealtimeSessionCreateRequest['audio']>['output']>;

/** What is undefined is the service's to choose. */
export interface BetaSession {
  model?: string;
  modalities?: readonly string[];
  instructions?: string;
  voice?: string;
  /** 0.25 to 1.5. */
  speed?: number;
  input_audio_format?: string;
  output_audio_format?: string;
  input_audio_transcription?: object | null;
  input_audio_noise_reduction?: object | null;
  turn_detection?: object | null;
  tools?: readonly object[];
  tool_choice?: unknown;
  max_response_output_tokens?: number | 'inf';
}

/**
 * @param setting where the session was set, for what is wrong in it
 * @throws {ConfigurationError} naming the field that beta has no word for
 */
export function betaSession(ga: RealtimeSessionCreateRequest, setting = 'session'): BetaSession {
  sayable(ga, setting);
  const { input, output } = ga.audio ?? {};
  return {
    model: ga.model,
    // Beta cannot speak without writing as well.
    modalities: ga.output_modalities?.includes('audio') ? ['audio', 'text'] : ga.output_modalities,
    instructions: ga.instructions,
    voice: output?.voice as string | undefined,
    speed: output?.speed,
    input_audio_format: formatName(input?.format),
    output_audio_format: formatName(output?.format),
    input_audio_transcription: input?.transcription,
    input_audio_noise_reduction: input?.noise_reduction,
    turn_detection: input?.turn_detection,
    tools: ga.tools,
    tool_choice: toolChoice(ga.tool_choice),
    max_response_output_tokens: ga.max_output_tokens,
  };
}

const FORMATS: Readonly<Record<string, string>> = {
  'audio/pcm': 'pcm16',
  'audio/pcmu': 'g711_ulaw',
  'audio/pcma': 'g711_alaw',
};

function formatName(format: Input['format']): string | undefined {
  return format && FORMATS[format.type ?? 'audio/pcm'];
}

function toolChoice(choice: RealtimeSessionCreateRequest['tool_choice']): unknown {
  if (typeof choice !== 'object') return choice;
  return { type: 'function', function: { name: 'name' in choice ? choice.name : undefined } };
}

/** The service looks at it. */
const anything: Check = () => undefined;

/** What is null asks for nothing, and so is nothing that has to be said. */
const never: Check = (value, setting) => {
  if (value === null) return;
  throw new ConfigurationError(setting, 'is unknown to the preview API. Leave it out.');
};

const orNull =
  (inner: Check): Check =>
  (value, setting) => {
    if (value !== null) inner(value, setting);
  };

const format = object({ type: oneOf(...Object.keys(FORMATS)), rate: wholeNumber(24_000, 24_000) });

const input = object({
  format,
  noise_reduction: orNull(object({ type: anything, strength: never })),
  transcription: orNull(
    object({
      model: anything,
      language: anything,
      prompt: anything,
      languages: never,
      keywords: never,
      delay: never,
    }),
  ),
  turn_detection: orNull(
    object({
      type: oneOf('server_vad', 'semantic_vad'),
      threshold: anything,
      prefix_padding_ms: anything,
      silence_duration_ms: anything,
      eagerness: anything,
      create_response: anything,
      interrupt_response: anything,
      idle_timeout_ms: never,
    }),
  ),
} satisfies Record<keyof Input, Check>);

const output = object({ format, speed: anything, voice: text } satisfies Record<
  keyof Output,
  Check
>);

/** Tool servers came with GA. */
const tool = object({
  type: oneOf('function'),
  name: anything,
  description: anything,
  parameters: anything,
});

const toolChoiceOf: Check = (value, setting) => {
  if (typeof value === 'string') oneOf('none', 'auto', 'required')(value, setting);
  else object({ type: oneOf('function'), name: text }, ['type', 'name'])(value, setting);
};

const sayable = object({
  type: oneOf('realtime'),
  model: anything,
  instructions: anything,
  output_modalities: list(oneOf('text', 'audio')),
  audio: object({ input, output }),
  tools: list(tool),
  tool_choice: toolChoiceOf,
  max_output_tokens: anything,
  // Its default, and all that beta does.
  truncation: oneOf('auto'),
  include: never,
  parallel_tool_calls: never,
  prompt: never,
  reasoning: never,
  tracing: never,
} satisfies Record<keyof RealtimeSessionCreateRequest, Check>);
