// How the sound of responses leaves: what a response asks of it, and what it tells the session. The
// two ways are a media track, which takes its time, and events, which the client plays. Types only.
import type { SessionItems } from './session-items.js';
import type { Emit } from './server-event.js';

/** One response's sound. */
export interface Playback {
  readonly responseId: string;
  readonly itemId: string;
}

export interface Speaker {
  /** The visitor hears something, or is about to. */
  readonly speaking: boolean;
  begin(responseId: string, itemId: string): Playback;
  /** Queues sound at the rate of a call; does nothing when the playback was cut off. */
  play(playback: Playback, samples: Int16Array, durationMs: number): void;
  /** Nothing more comes. */
  finish(playback: Playback): void;
  /** Resolves when more sound is wanted. */
  hasRoom(playback: Playback): Promise<void>;
  /** Resolves when what was queued has gone so far that the response may be called done. */
  settled(playback: Playback): Promise<void>;
  /** Silence now. */
  clear(): void;
}

export interface SpeakerHost {
  readonly emit: Emit;
  readonly items: Pick<SessionItems, 'spoke' | 'cut'>;
  /** The first sound of a playback has left. */
  onBegun(): void;
  /** Nothing of a playback is to be heard any more. */
  onQuiet(): void;
}

export type MakeSpeaker = (host: SpeakerHost) => Speaker;
