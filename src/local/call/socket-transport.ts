// A call over a WebSocket, which the front process holds: messages come from there, and the sound is
// within them. It knows no session.
import { readEventSound, FrameCutter } from '../audio/event-sound.js';
import { FRAME_MS } from '../audio/pcm.js';
import { EventSpeaker } from '../session/event-speaker.js';
import { ProtocolError } from '../session/protocol-error.js';
import type { Speaker, SpeakerHost } from '../session/speaker.js';
import type { Transport, TransportEvents } from './transport.js';

export interface SocketOptions {
  /** Only silence is sent. */
  readonly mute: boolean;
  send(text: string): void;
}

/** Who sends a recording is faster than life, but sound that is never heard out would pile up. */
const MAX_AHEAD_MS = 10 * 60_000;

export class SocketTransport implements Transport {
  #options: SocketOptions;
  #events: TransportEvents;
  #cutter = new FrameCutter();
  #startedAt = 0;
  #appendedMs = 0;

  constructor(options: SocketOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
  }

  makeSpeaker = (host: SpeakerHost): Speaker => new EventSpeaker(host, this.#options.mute);

  answer(): Promise<string> {
    return Promise.resolve('');
  }

  start(): void {
    this.#startedAt = performance.now();
  }

  /** Sound of an event. Throws a ProtocolError for what is none, or too much of it at once. */
  append = (audio: string): void => {
    const samples = readEventSound(audio);
    if (!samples) {
      throw new ProtocolError(
        'invalid_value',
        "Invalid 'audio'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got invalid bytes.",
        'audio',
      );
    }
    const ahead = this.#appendedMs - (performance.now() - this.#startedAt);
    if (ahead > MAX_AHEAD_MS) {
      const message = `The sound is more than ${MAX_AHEAD_MS / 60_000} minutes ahead of the clock.`;
      throw new ProtocolError('rate_limit_exceeded', message, 'audio');
    }
    for (const frame of this.#cutter.cut(samples)) {
      this.#appendedMs += FRAME_MS;
      this.#events.onFrame(frame);
    }
  };

  send(text: string): void {
    this.#options.send(text);
  }

  closeChannel(): void {
    this.#events.onClosed('the socket was closed on demand');
  }

  close(): void {
    this.#cutter.clear();
  }
}
