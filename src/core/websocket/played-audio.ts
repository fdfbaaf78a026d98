/**
 * What the agent's voice does, from what was really played: over a WebSocket the page plays it, so nobody but
 * the page knows. It gives the sound of events to a player, and from the player's reports makes the events
 * that the service sends over WebRTC; an answer that is stopped is cut where it was heard.
 */
import { fromBase64 } from '../../media/pcm/base64.js';
import { PCM_RATE } from '../../media/pcm/format.js';
import type { PlayoutReport } from '../../media/pcm/playout.js';
import type { ToPlayer } from '../../media/pcm/worklet.js';
import type { ClientEvent, ServerEvent } from '../protocol.js';

/** A piece of an answer that has a sound of its own. */
interface Part {
  readonly id: number;
  readonly response: string;
  readonly item: string;
  readonly content: number;
}

type Delta = ServerEvent & { type: 'response.output_audio.delta' };

export interface PlayedAudioHandlers {
  readonly play: (message: ToPlayer) => void;
  /** As if the service had sent it. */
  readonly onEvent: (event: ServerEvent) => void;
  readonly send: (event: ClientEvent) => void;
}

/** What the service says of such an event has nothing to tell anybody. */
const TRUNCATE_ID = 'voice-agent-truncate';

export class PlayedAudio {
  readonly #handlers: PlayedAudioHandlers;
  /** Not played to their end yet, in order. */
  #parts: Part[] = [];
  /** Those of which the player has not said yet how far they were heard. */
  readonly #cleared: Part[][] = [];
  #count = 0;
  #events = 0;
  /** The responses that are being made: one in the conversation, and any number outside of it. */
  readonly #generating = new Set<string | undefined>();
  /** Those of which nothing more is wanted. */
  #stopped = new Set<string | undefined>();
  /** The one that is heard. */
  #playing: string | undefined;
  /** Whether the visitor's voice stops an answer. */
  #interrupts = true;

  constructor(handlers: PlayedAudioHandlers) {
    this.#handlers = handlers;
  }

  /** Something of an answer has been heard, and there is more of it. */
  get isPlaying(): boolean {
    return this.#playing !== undefined;
  }

  /** More of the agent's voice. */
  add({ response_id: response, item_id: item, content_index: content, delta }: Delta): void {
    if (this.#stopped.has(response) || typeof response !== 'string') return;
    const last = this.#parts.at(-1);
    const isSame = last?.response === response && last.item === item && last.content === content;
    const part = isSame ? last : { id: ++this.#count, response, item, content };
    if (part !== last) this.#parts.push(part);
    const samples = fromBase64(delta);
    if (samples.length > 0) this.#handlers.play({ type: 'add', part: part.id, samples });
  }

  /** To be told of every other event of the service, once others were. */
  observe(event: ServerEvent): void {
    switch (event.type) {
      case 'session.created':
      case 'session.updated': {
        const { session } = event;
        const detection = 'output_modalities' in session && session.audio?.input?.turn_detection;
        this.#interrupts = !detection || detection.interrupt_response !== false;
        break;
      }
      case 'response.created':
        this.#generating.add(event.response.id);
        break;
      case 'response.done':
        this.#end(event.response.id);
        break;
      case 'input_audio_buffer.speech_started':
        if (this.#interrupts) this.stop();
        break;
    }
  }

  isAboutTruncation(event: ServerEvent): boolean {
    return event.type === 'error' && event.error.event_id === TRUNCATE_ID;
  }

  /** Nothing more is heard of what was said so far. */
  stop(): void {
    this.#stopped = new Set(this.#generating);
    if (this.#parts.length === 0) return;
    this.#cleared.push(this.#parts);
    this.#parts = [];
    this.#handlers.play({ type: 'clear' });
    this.#silent('cleared');
  }

  /** What the player says. */
  reported(report: PlayoutReport): void {
    if (report.type === 'cleared') {
      for (const { id, item, content } of this.#cleared.shift() ?? []) {
        const played = id === report.part ? report.played : 0;
        this.#handlers.send({
          type: 'conversation.item.truncate',
          event_id: TRUNCATE_ID,
          item_id: item,
          content_index: content,
          audio_end_ms: Math.floor((played * 1000) / PCM_RATE),
        });
      }
      return;
    }
    const part = this.#parts.find(({ id }) => id === report.part);
    if (report.type === 'finished') {
      // It may just have ended when it was to be stopped.
      for (const parts of this.#cleared) remove(parts, report.part);
      remove(this.#parts, report.part);
      if (part) this.#settle(part.response);
    } else if (part && part.response !== this.#playing) {
      this.#silent('stopped');
      this.#playing = part.response;
      this.#tell('started', part.response);
    }
  }

  /** Nothing more comes of a response. */
  #end(response: string | undefined): void {
    this.#generating.delete(response);
    for (const part of this.#parts) {
      if (part.response === response) this.#handlers.play({ type: 'end', part: part.id });
    }
    this.#settle(response);
  }

  #settle(response: string | undefined): void {
    const isOver = this.#parts.every((part) => part.response !== response);
    if (isOver && !this.#generating.has(response) && response === this.#playing)
      this.#silent('stopped');
  }

  #silent(how: 'stopped' | 'cleared'): void {
    const response = this.#playing;
    this.#playing = undefined;
    if (response !== undefined) this.#tell(how, response);
  }

  #tell(what: 'started' | 'stopped' | 'cleared', response_id: string): void {
    const event_id = `played_${++this.#events}`;
    this.#handlers.onEvent({ type: `output_audio_buffer.${what}`, event_id, response_id });
  }
}

function remove(parts: Part[], id: number): void {
  const index = parts.findIndex((part) => part.id === id);
  if (index >= 0) parts.splice(index, 1);
}
