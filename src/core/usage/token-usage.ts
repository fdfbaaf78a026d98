/**
 * Reads what the service says it used, and adds it up. Pure; whatever shape comes, every number that
 * goes out is finite and not negative. It knows no prices and does not know what was counted before.
 */
import type { InputTokens, TokenUsage } from './usage-events.js';

const NO_INPUT: InputTokens = { text: 0, audio: 0, image: 0 };

export const NO_USAGE: TokenUsage = {
  input: NO_INPUT,
  cached: NO_INPUT,
  output: { text: 0, audio: 0 },
  transcription: { input: 0, output: 0, seconds: 0 },
};

/**
 * The `usage` of a response. All its fields are optional in the protocol. Tokens that no details
 * assign to a kind count as text: so do cached ones, as OpenAI caches text first.
 * @returns `undefined` when there is no usage at all
 */
export function responseUsage(usage: unknown): TokenUsage | undefined {
  if (!isObject(usage)) return undefined;
  const input = inputTokens(usage['input_token_details'], usage['input_tokens']);
  const details = fields(usage['input_token_details']);
  const cached = inputTokens(details['cached_tokens_details'], details['cached_tokens']);
  const output = inputTokens(usage['output_token_details'], usage['output_tokens']);
  return {
    ...NO_USAGE,
    input,
    cached: combined(cached, input, Math.min),
    output: { text: output.text, audio: output.audio },
  };
}

/**
 * The `usage` of `conversation.item.input_audio_transcription.completed`: `type` is `tokens` or, for
 * models that are billed by the minute, `duration`.
 * @returns `undefined` when there is no usage at all
 */
export function transcriptionUsage(usage: unknown): TokenUsage | undefined {
  if (!isObject(usage)) return undefined;
  const said =
    usage['type'] === 'duration'
      ? { seconds: amount(usage['seconds']) }
      : { input: amount(usage['input_tokens']), output: amount(usage['output_tokens']) };
  return { ...NO_USAGE, transcription: { ...NO_USAGE.transcription, ...said } };
}

/** Both together, without any cost. */
export function sum(a: TokenUsage, b: TokenUsage): TokenUsage {
  const add = (x: number, y: number) => x + y;
  return {
    input: combined(a.input, b.input, add),
    cached: combined(a.cached, b.cached, add),
    output: combined(a.output, b.output, add),
    transcription: combined(a.transcription, b.transcription, add),
  };
}

function combined<T extends object & { readonly [K in keyof T]: number }>(
  a: T,
  b: T,
  how: (x: number, y: number) => number,
): T {
  const keys = Object.keys(a) as (keyof T)[];
  return Object.fromEntries(keys.map((key) => [key, how(a[key], b[key])])) as T;
}

function inputTokens(said: unknown, all: unknown): InputTokens {
  const details = fields(said);
  const audio = amount(details['audio_tokens']);
  const image = amount(details['image_tokens']);
  const rest = Math.max(0, amount(all) - audio - image);
  return { text: isAmount(details['text_tokens']) ? details['text_tokens'] : rest, audio, image };
}

/** What is no sensible number counts as nothing. */
function amount(value: unknown): number {
  return isAmount(value) ? value : 0;
}

/** Bounded, so that no sum ever becomes infinite. */
function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function fields(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
