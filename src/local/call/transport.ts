// What a call is carried by, as the call sees it: messages both ways, the visitor's sound in frames,
// and a speaker for the agent's. Types only.
import type { MakeSpeaker } from '../session/speaker.js';

export interface TransportEvents {
  /** The client can be told something. */
  onOpen(): void;
  onMessage(text: string): void;
  /** A message that is binary or too long, in bytes. */
  onRefusedMessage(bytes: number): void;
  /** 20 ms of the visitor. */
  onFrame(frame: Int16Array): void;
  /** The client is gone or was never reached; the last event. */
  onClosed(reason: string): void;
}

export interface Transport {
  readonly makeSpeaker: MakeSpeaker;
  /** The SDP answer; nothing where there was no offer. Rejects with an ApiError. */
  answer(): Promise<string>;
  /** Sound flows from here on. */
  start(): void;
  send(text: string): void;
  closeChannel(): void;
  close(): void;
}
