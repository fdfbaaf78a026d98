/**
 * Plays the agent's voice through an `<audio>` element, which is what echo cancellation listens to.
 * It knows nothing of calls.
 */
export class Speaker {
  /** For what is set on it: how loud, and on which device. */
  readonly audio: HTMLAudioElement;
  readonly #onBlocked: () => void;

  /**
   * Create it inside the click: iOS lets an element play later only if it was first played then.
   * @param onBlocked the browser wants another tap before it lets this page be heard
   */
  constructor(onBlocked: () => void, audio: HTMLAudioElement = new Audio()) {
    this.audio = audio;
    this.#onBlocked = onBlocked;
    audio.autoplay = true;
    audio.setAttribute('playsinline', '');
  }

  /** Plays `track` from now on. */
  play(track: MediaStreamTrack): void {
    this.audio.srcObject = new MediaStream([track]);
    void this.resume();
  }

  /** Tries to play what is there. @returns whether it is heard */
  async resume(): Promise<boolean> {
    try {
      await this.audio.play();
      return true;
    } catch (error) {
      // AbortError only means that the call ended while the element was starting.
      if ((error as DOMException).name === 'NotAllowedError') this.#onBlocked();
      return false;
    }
  }

  close(): void {
    this.audio.pause();
    this.audio.srcObject = null;
  }
}
