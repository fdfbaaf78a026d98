// What a session is given when it begins: its ports to the world, its configuration, and what shall go
// wrong. Types only.
import type { Understanding } from '../agents/understanding.js';
import type { Vad } from '../audio/vad.js';
import type { Ear } from './listener.js';
import type { ResponseFault } from './response-outcome.js';
import type { Emit } from './server-event.js';
import type { SessionConfig } from './session-config.js';
import type { MakeSpeaker } from './speaker.js';

export interface SessionPorts {
  readonly emit: Emit;
  readonly makeSpeaker: MakeSpeaker;
  /**
   * Takes the visitor's sound out of an event; undefined where a media track carries it. Throws a
   * ProtocolError.
   */
  readonly append?: ((audio: string) => void) | undefined;
  readonly vad: Vad;
  readonly ear: Ear & {
    /** `requests` are sentences that may hold words nobody can pronounce. */
    listenFor(understanding: Understanding, requests: readonly string[]): void;
  };
  /** The agent's voice. */
  speak(text: string, speed: number): Promise<Int16Array>;
}

/** What goes wrong on demand. */
export interface SessionFaults {
  readonly response?: ResponseFault | undefined;
  readonly remote?: 'list' | 'call' | undefined;
}

export interface SessionStart {
  readonly config: SessionConfig;
  readonly expiresAt: number;
  readonly faults?: SessionFaults;
  /** Origins of MCP servers on other machines that may be named. */
  readonly mcpAllow?: readonly string[] | undefined;
}
