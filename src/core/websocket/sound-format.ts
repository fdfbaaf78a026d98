/**
 * Which sound a session puts into events: over WebRTC its formats mean nothing, here only `audio/pcm` is
 * played and recorded, so that is asked for where a host or a page has set another, such as `audio/pcmu`.
 */
import type { ClientEvent, ServerEvent } from '../protocol.js';

interface Side {
  readonly format?: { readonly type?: string };
}

const PCM = { format: { type: 'audio/pcm', rate: 24_000 } } as const;

export const ASK_FOR_PCM: ClientEvent = {
  type: 'session.update',
  session: { type: 'realtime', audio: { input: PCM, output: PCM } },
};

/** Whether both ways of a session are PCM; nothing where the event does not say. */
export function saysPcm(event: ServerEvent): boolean | undefined {
  if (event.type !== 'session.created' && event.type !== 'session.updated') return undefined;
  const { audio } = event.session as { audio?: Partial<Record<string, Side>> };
  return [audio?.input, audio?.output].every(
    (side) => (side?.format?.type ?? 'audio/pcm') === 'audio/pcm',
  );
}
