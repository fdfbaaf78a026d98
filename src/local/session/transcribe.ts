// Tells the client what was understood of a turn, word by word, or that it was not. It does not
// understand anything itself.
import type { AudioTranscription } from 'openai/resources/realtime/realtime';
import type { Turn } from './listener.js';
import type { Emit } from './server-event.js';
import { inputAudioTokens } from './usage.js';

/** Writes the transcript into `part`; says so only where transcription is `wanted`. */
export async function transcribe(
  turn: Turn,
  part: { transcript: string | undefined },
  wanted: AudioTranscription | null | undefined,
  emit: Emit,
): Promise<void> {
  const heard = await turn.heard.catch(() => undefined);
  if (heard !== undefined) part.transcript = sentenceCase(heard);
  if (!wanted) return;
  const where = { item_id: turn.itemId, content_index: 0 };
  if (part.transcript === undefined) {
    emit({
      type: 'conversation.item.input_audio_transcription.failed',
      ...where,
      error: {
        type: 'transcription_error',
        code: 'audio_unintelligible',
        message: 'The audio could not be transcribed: it is none of the sentences known here.',
      },
    });
    return;
  }
  for (const delta of part.transcript.match(/\S+\s*/g) ?? []) {
    emit({ type: 'conversation.item.input_audio_transcription.delta', ...where, delta });
  }
  const audio = inputAudioTokens(turn.durationMs);
  const text = Math.ceil(part.transcript.length / 4);
  emit({
    type: 'conversation.item.input_audio_transcription.completed',
    ...where,
    transcript: part.transcript,
    usage: {
      type: 'tokens',
      total_tokens: audio + text,
      input_tokens: audio,
      output_tokens: text,
      input_token_details: { text_tokens: 0, audio_tokens: audio },
    },
  });
}

/** "what are your hours" as it is written: "What are your hours". */
function sentenceCase(text: string): string {
  const spelled = text.replace(/\bi\b/g, 'I');
  return spelled.charAt(0).toUpperCase() + spelled.slice(1);
}
