// A session as its client may see it: complete, with nulls where nothing is set, and without secrets.
// It changes nothing.
import type { SessionConfig } from './session-config.js';
import { showTools } from './tool-config.js';

/** `expiresAt` in seconds, 0 before a connection. */
export function showSession(config: SessionConfig, id: string, expiresAt: number) {
  const { audio, ...rest } = config;
  return {
    ...rest,
    id,
    object: 'realtime.session' as const,
    expires_at: expiresAt,
    include: config.include ?? null,
    tools: showTools(config.tools),
    audio: {
      input: {
        ...audio.input,
        transcription: audio.input.transcription ?? null,
        noise_reduction: audio.input.noise_reduction ?? null,
      },
      output: audio.output,
    },
  };
}
