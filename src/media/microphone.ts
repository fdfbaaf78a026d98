/**
 * The visitor's microphone, on for as long as a signal lasts. It does not know where the sound goes.
 */
import { soon } from './soon.js';

/** What a voice call needs: without echo cancellation the agent interrupts itself on loudspeakers. */
const CONSTRAINTS: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/**
 * Asks the visitor and opens the microphone. It is on until `signal` aborts; one that arrives later is
 * stopped at once, so that no light stays on. `enabled = false` mutes it: what is sent is silence.
 * @param deviceId this one and no other; by default the browser's choice
 * @throws {DOMException} as `getUserMedia` does, or the signal's reason.
 */
export async function openMicrophone(
  signal: AbortSignal,
  deviceId?: string,
): Promise<MediaStreamTrack> {
  const audio = { ...CONSTRAINTS, ...(deviceId && { deviceId: { exact: deviceId } }) };
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const [track] = stream.getAudioTracks();
  if (!track) throw new DOMException('', 'NotFoundError');
  const stop = () => {
    track.stop();
  };
  if (signal.aborted) stop();
  signal.throwIfAborted();
  signal.addEventListener('abort', stop);
  return track;
}

/** What the visitor, or the site's policy, has decided before; its `state` follows. Never prompts. */
export function microphonePermission(): Promise<PermissionStatus | undefined> {
  return soon(() => navigator.permissions.query({ name: 'microphone' }));
}

export async function isMicrophoneDenied(): Promise<boolean> {
  return (await microphonePermission())?.state === 'denied';
}

/** Whether the page's policy allows a microphone; only Chromium can tell, elsewhere it is assumed. */
export function mayUseMicrophone(): boolean {
  const page = globalThis.document as
    { featurePolicy?: { allowsFeature?: (name: string) => boolean } } | undefined;
  return page?.featurePolicy?.allowsFeature?.('microphone') ?? true;
}
