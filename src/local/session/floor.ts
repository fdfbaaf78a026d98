// Who has the floor: the visitor's turns lead to responses and break into them, and long silence
// leads to a question. It knows no client event.
import type { RealtimeResponseCreateParams } from 'openai/resources/realtime/realtime';
import type { Vad } from '../audio/vad.js';
import type { Ear } from './listener.js';
import { Responses, type ResponsesHost } from './responses.js';
import type { SessionConfig } from './session-config.js';
import type { MakeSpeaker, Speaker } from './speaker.js';
import { Turns } from './turns.js';

export interface FloorHost extends Omit<ResponsesHost, 'speaker' | 'onQuiet'> {
  readonly makeSpeaker: MakeSpeaker;
  readonly vad: Vad;
  readonly ear: Ear;
  config(): SessionConfig;
  onTurnEnded(): void;
  /** A turn that was to be answered gets no response. */
  onUnanswered(): void;
}

export class Floor {
  readonly turns: Turns;
  readonly speaker: Speaker;
  readonly responses: Responses;
  #host: FloorHost;
  #hasSpoken = false;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(host: FloorHost) {
    this.#host = host;
    const { emit, items } = host;
    this.speaker = host.makeSpeaker({
      emit,
      items,
      onBegun: () => (this.#hasSpoken = true),
      onQuiet: () => this.#waitForIdle(),
    });
    this.turns = new Turns({
      emit,
      items,
      vad: host.vad,
      ear: host.ear,
      input: () => host.config().audio.input,
      onStarted: () => this.#speechStarted(),
      onEnded: () => this.#turnEnded(),
    });
    this.responses = new Responses({
      ...host,
      speaker: this.speaker,
      onQuiet: () => this.#waitForIdle(),
    });
  }

  /** The agent was to be heard; from then on its voice stays. */
  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  respond(params: RealtimeResponseCreateParams, idle = false): void {
    this.keepAwake();
    this.responses.create(params, this.#host.config(), idle);
  }

  /** The visitor did something. */
  keepAwake(): void {
    clearTimeout(this.#idle);
  }

  close(): void {
    this.#closed = true;
    this.keepAwake();
    this.responses.active?.cancel('client_cancelled');
    this.speaker.clear();
    this.#host.ear.cancel();
  }

  #speechStarted(): void {
    this.keepAwake();
    if (this.#host.config().audio.input.turn_detection?.interrupt_response === false) return;
    this.responses.active?.cancel('turn_detected');
    this.speaker.clear();
  }

  #turnEnded(): void {
    this.#host.onTurnEnded();
    if (this.#host.config().audio.input.turn_detection?.create_response === false) return;
    // With interruptions off the agent may still be at its last answer.
    if (this.responses.active) this.#host.onUnanswered();
    else this.respond({});
  }

  /** Counts from the end of what was said; somebody who speaks or types stops it. */
  #waitForIdle(): void {
    this.keepAwake();
    const detection = this.#host.config().audio.input.turn_detection;
    const afterMs = detection?.type === 'server_vad' ? detection.idle_timeout_ms : undefined;
    if (!afterMs || this.#closed) return;
    const startMs = this.turns.heardMs;
    this.#idle = setTimeout(() => {
      if (this.responses.active || this.speaker.speaking || this.turns.speaking) return;
      this.turns.commitSilence(startMs);
      this.respond({}, true);
    }, afterMs);
  }
}
