/** What a host asks OpenAI for when nothing is set but the key, as it goes over the wire. */
export const USUAL_REQUEST = {
  expires_after: { anchor: 'created_at', seconds: 30 },
  session: {
    type: 'realtime',
    model: 'gpt-realtime-2.1',
    audio: {
      input: {
        transcription: { model: 'gpt-transcribe' },
        turn_detection: { type: 'semantic_vad' },
      },
      output: { voice: 'marin' },
    },
  },
} as const;
