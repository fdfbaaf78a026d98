// The visitor's turns as the client is told of them: speech starts and stops, what was said becomes
// an item, and a transcript follows. It does not answer.
import type { Vad } from '../audio/vad.js';
import { newId } from './ids.js';
import { Listener, type Ear, type Turn } from './listener.js';
import { ProtocolError } from './protocol-error.js';
import type { Emit } from './server-event.js';
import type { SessionConfig } from './session-config.js';
import type { SessionItems } from './session-items.js';
import { transcribe } from './transcribe.js';

type Input = SessionConfig['audio']['input'];

export interface TurnsHost {
  readonly emit: Emit;
  readonly items: SessionItems;
  readonly vad: Vad;
  readonly ear: Ear;
  input(): Input;
  onStarted(): void;
  /** A turn ended by itself and is an item now. */
  onEnded(): void;
}

export class Turns {
  #host: TurnsHost;
  #listener: Listener;

  constructor(host: TurnsHost) {
    this.#host = host;
    this.#listener = new Listener(
      host.vad,
      host.ear,
      {
        newItemId: () => newId('item'),
        onStarted: (itemId, atMs) => this.#started(itemId, atMs),
        onStopped: (turn, atMs) => this.#stopped(turn, atMs),
      },
      host.input().turn_detection,
    );
  }

  get speaking(): boolean {
    return this.#listener.speaking;
  }

  get heardMs(): number {
    return this.#listener.heardMs;
  }

  hear(frame: Int16Array): void {
    this.#listener.hear(frame);
  }

  /** The configuration may have changed how turns are found. */
  configure(): void {
    this.#listener.setDetection(this.#host.input().turn_detection);
  }

  clear(): void {
    this.#listener.clear();
    this.#host.emit({ type: 'input_audio_buffer.cleared' });
  }

  commitByHand(): void {
    const { heardMs } = this;
    const turn = this.#listener.commit();
    if (!turn) {
      throw new ProtocolError(
        'input_audio_buffer_commit_empty',
        `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, after ${heardMs}ms of the call.`,
      );
    }
    this.#commit(turn);
  }

  /** The silence since `startMs` becomes a turn in which nothing was said. */
  commitSilence(startMs: number): void {
    const itemId = newId('item');
    const endMs = this.heardMs;
    this.#host.emit({
      type: 'input_audio_buffer.timeout_triggered',
      item_id: itemId,
      audio_start_ms: Math.round(startMs),
      audio_end_ms: Math.round(endMs),
    });
    this.#commit({
      itemId,
      samples: new Int16Array(0),
      durationMs: Math.max(0, endMs - startMs),
      heard: Promise.resolve(undefined),
    });
  }

  #started(itemId: string, atMs: number): void {
    this.#host.emit({
      type: 'input_audio_buffer.speech_started',
      audio_start_ms: Math.round(atMs),
      item_id: itemId,
    });
    this.#host.onStarted();
  }

  #stopped(turn: Turn, atMs: number): void {
    this.#host.emit({
      type: 'input_audio_buffer.speech_stopped',
      audio_end_ms: Math.round(atMs),
      item_id: turn.itemId,
    });
    this.#commit(turn);
    this.#host.onEnded();
  }

  #commit(turn: Turn): void {
    const { emit, items } = this.#host;
    const part = items.commit(turn);
    void transcribe(turn, part, this.#host.input().transcription, emit);
  }
}
