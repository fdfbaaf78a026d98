// What a response would have cost: plausible token counts from lengths of text and sound, at the
// documented rates of 600 audio tokens a minute in and 1200 out.
import type { ConversationItem, RealtimeResponseUsage } from 'openai/resources/realtime/realtime';
import { imageTokens, readImage } from './image.js';

const textTokens = (text: string): number => Math.ceil(text.length / 4);
export const inputAudioTokens = (ms: number): number => Math.ceil(ms / 100);
export const outputAudioTokens = (ms: number): number => Math.ceil(ms / 50);

export interface Counted {
  text: number;
  audio: number;
  image: number;
}

/** Tokens of items as input; `audioMs` tells how long the sound of an item is. */
export function countItems(
  items: readonly ConversationItem[],
  audioMs: (itemId: string | undefined) => number,
): Counted {
  const total: Counted = { text: 0, audio: 0, image: 0 };
  for (const item of items) {
    if (item.type === 'function_call') total.text += textTokens(item.name + item.arguments);
    if (item.type === 'function_call_output') total.text += textTokens(item.output);
    if (item.type === 'mcp_call') {
      total.text += textTokens(item.name + item.arguments + (item.output ?? ''));
    }
    if (item.type === 'mcp_list_tools') total.text += textTokens(JSON.stringify(item.tools));
    if (item.type !== 'message') continue;
    for (const part of item.content) {
      if (part.type === 'input_audio') total.audio += inputAudioTokens(audioMs(item.id));
      else if (part.type === 'output_audio') total.audio += outputAudioTokens(audioMs(item.id));
      else if (part.type === 'input_image') {
        total.image += imageTokens(readImage(part.image_url ?? ''), part.detail);
      } else total.text += textTokens(part.text ?? '');
    }
  }
  return total;
}

export interface UsageParts {
  readonly fixed: string;
  readonly context: Counted;
  readonly cachedBefore: Counted;
  readonly outputText: string;
  readonly outputAudioMs: number;
}

export function usageOf(parts: UsageParts): RealtimeResponseUsage {
  const { context, cachedBefore } = parts;
  const input: Counted = { ...context, text: context.text + textTokens(parts.fixed) };
  const cachedText = Math.min(input.text, Math.floor(cachedBefore.text / 64) * 64);
  const cachedAudio = Math.min(input.audio, Math.floor(cachedBefore.audio / 64) * 64);
  const outputText = textTokens(parts.outputText);
  const outputAudio = outputAudioTokens(parts.outputAudioMs);
  const inputTotal = input.text + input.audio + input.image;
  return {
    total_tokens: inputTotal + outputText + outputAudio,
    input_tokens: inputTotal,
    output_tokens: outputText + outputAudio,
    input_token_details: {
      text_tokens: input.text,
      audio_tokens: input.audio,
      image_tokens: input.image,
      cached_tokens: cachedText + cachedAudio,
      cached_tokens_details: {
        text_tokens: cachedText,
        audio_tokens: cachedAudio,
        image_tokens: 0,
      },
    },
    output_token_details: { text_tokens: outputText, audio_tokens: outputAudio },
  };
}
