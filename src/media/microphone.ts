/**
 * The visitor's microphone, on for as long as a signal lasts. It does not know where the sound goes.
 */

/** Browsers tell within milliseconds what was decided; a broken one may never answer. */
const PERMISSION_TIMEOUT_MS = 1_000;

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
export async function microphonePermission(): Promise<PermissionStatus | undefined> {
  try {
    return await Promise.race([
      navigator.permissions.query({ name: 'microphone' }),
      new Promise<undefined>((resolve) => setTimeout(resolve, PERMISSION_TIMEOUT_MS)),
    ]);
  } catch {
    // A browser that cannot tell will ask.
  }
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
