/**
 * The visitor's microphone: opened once, muted for real, stopped by whoever opened it. It does not
 * know where the sound goes.
 */

/** What a voice call needs: without echo cancellation the agent interrupts itself on loudspeakers. */
const CONSTRAINTS: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

export class Microphone {
  readonly track: MediaStreamTrack;

  private constructor(track: MediaStreamTrack) {
    this.track = track;
  }

  /**
   * Asks the visitor and opens the microphone. A microphone that arrives after `signal` aborted is
   * stopped at once, so that no light stays on.
   * @throws {DOMException} as `getUserMedia` does, or the signal's reason.
   */
  static async open(signal: AbortSignal): Promise<Microphone> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: CONSTRAINTS });
    const [track] = stream.getAudioTracks();
    if (signal.aborted) track?.stop();
    signal.throwIfAborted();
    if (!track) throw new DOMException('The stream has no audio.', 'NotFoundError');
    return new Microphone(track);
  }

  /** A muted microphone sends silence; the browser's capture stays on, as does its light. */
  mute(muted: boolean): void {
    this.track.enabled = !muted;
  }

  stop(): void {
    this.track.stop();
  }
}

/** Whether the visitor, or the site's policy, has refused the microphone before. Never prompts. */
export async function isMicrophoneDenied(): Promise<boolean> {
  try {
    const { state } = await navigator.permissions.query({ name: 'microphone' as PermissionName });
    return state === 'denied';
  } catch {
    // A browser that cannot tell will ask.
    return false;
  }
}

/** Whether the page's policy allows a microphone; only Chromium can tell, elsewhere it is assumed. */
export function mayUseMicrophone(): boolean {
  const page = globalThis.document as
    { featurePolicy?: { allowsFeature?: (name: string) => boolean } } | undefined;
  return page?.featurePolicy?.allowsFeature?.('microphone') ?? true;
}
