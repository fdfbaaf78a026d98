/**
 * Session fields laid over others: what an agent sets, over what its provider does. It knows the
 * one object in a session where both may have a say.
 */
import type { RealtimeSessionCreateRequest } from 'openai/resources/realtime/realtime';

/** The model is the provider's: at Azure it is a deployment, and elsewhere it sets the price. */
export type SessionFields = Omit<RealtimeSessionCreateRequest, 'type' | 'model'>;

/**
 * Each field replaces the one of its name, and in `audio` each field of `input` and `output` does:
 * a voice must not switch transcription off.
 */
export function overlaid<Session extends SessionFields>(
  session: Session,
  { audio, ...fields }: SessionFields = {},
): Session {
  if (!audio) return { ...session, ...fields };
  const { input, output } = session.audio ?? {};
  return {
    ...session,
    ...fields,
    audio: {
      ...session.audio,
      ...(audio.input && { input: { ...input, ...audio.input } }),
      ...(audio.output && { output: { ...output, ...audio.output } }),
    },
  };
}
