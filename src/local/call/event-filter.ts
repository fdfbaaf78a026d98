// What Azure shows a page behind `webrtcfilter=on`; the sidebands of a call are shown everything.
// https://learn.microsoft.com/azure/ai-foundry/openai/how-to/realtime-audio-webrtc
const SHOWN: ReadonlySet<string> = new Set([
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.added',
  'conversation.item.created',
  'response.output_text.delta',
  'response.output_text.done',
  'response.output_audio_transcript.delta',
  'response.output_audio_transcript.done',
]);

export function passesFilter(type: string): boolean {
  return SHOWN.has(type);
}
