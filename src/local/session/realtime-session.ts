// One session: answers every client event, and turns what is heard into turns and responses. It knows
// sound as samples and the channel as `emit`; how either travels is not its business.
import type {
  ConversationItem,
  RealtimeClientEvent,
  RealtimeResponseCreateParams,
  RealtimeSessionCreateRequest,
} from 'openai/resources/realtime/realtime';
import { agentFor, Understanding } from '../agents/understanding.js';
import type { Vad } from '../audio/vad.js';
import type { Pacer } from '../call/pacer.js';
import { planAnswer } from './answer-plan.js';
import { checkClientEvent, eventIdOf } from './client-event.js';
import { Conversation, type Item } from './conversation.js';
import { newId } from './ids.js';
import { Listener, type Ear, type Turn } from './listener.js';
import { ProtocolError } from './protocol-error.js';
import { ResponseRun } from './response-run.js';
import type { Emit } from './server-event.js';
import { showSession, updateSessionConfig, type SessionConfig } from './session-config.js';
import { Speaker, type Playback } from './speaker.js';
import { countItems, inputAudioTokens, usageOf, type Counted } from './usage.js';

export interface SessionPorts {
  readonly emit: Emit;
  readonly pacer: Pacer;
  readonly vad: Vad;
  readonly ear: Ear & { listenFor(understanding: Understanding): void };
  /** The agent's voice. */
  speak(text: string, speed: number): Promise<Int16Array>;
}

export interface SessionStart {
  readonly config: SessionConfig;
  readonly expiresAt: number;
  /** Every response fails with this, for the faults on demand. */
  readonly responseFailure?: { readonly code: string; readonly message: string };
}

export class RealtimeSession {
  readonly id = newId('sess');
  #ports: SessionPorts;
  #start: SessionStart;
  #config: SessionConfig;
  #understanding: Understanding;
  #conversation = new Conversation();
  #conversationId = newId('conv');
  #speaker: Speaker;
  #listener: Listener;
  /** The response that writes to the conversation; at most one at a time. */
  #active: ResponseRun | undefined;
  #detached = new Set<ResponseRun>();
  #turns = new Map<string, Turn>();
  #spokenMs = new Map<string, number>();
  #hasSpoken = false;
  #cached: Counted = { text: 0, audio: 0, image: 0 };
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(ports: SessionPorts, start: SessionStart) {
    this.#ports = ports;
    this.#start = start;
    this.#config = start.config;
    this.#understanding = new Understanding(agentFor(start.config.model));
    ports.ear.listenFor(this.#understanding);
    this.#speaker = new Speaker(ports.pacer, {
      onStarted: ({ responseId }) => {
        this.#hasSpoken = true;
        this.#emit({ type: 'output_audio_buffer.started', response_id: responseId });
      },
      onStopped: (playback) => {
        this.#spokenMs.set(playback.itemId, playback.playedMs);
        this.#emit({ type: 'output_audio_buffer.stopped', response_id: playback.responseId });
        this.#waitForIdle();
      },
      onCleared: (playback, begun) => this.#cleared(playback, begun),
    });
    this.#listener = new Listener(
      ports.vad,
      ports.ear,
      {
        newItemId: () => newId('item'),
        onStarted: (itemId, atMs) => this.#speechStarted(itemId, atMs),
        onStopped: (turn, atMs) => this.#speechStopped(turn, atMs),
      },
      start.config.audio.input.turn_detection,
    );
  }

  /** Says that the session is there; nothing is sent before. */
  open(): void {
    this.#emit({ type: 'session.created', session: this.#show() });
    this.#emit({
      type: 'conversation.created',
      conversation: { id: this.#conversationId, object: 'realtime.conversation' },
    });
  }

  /** One frame of what the visitor's microphone sends. */
  hear(frame: Int16Array): void {
    if (!this.#closed) this.#listener.hear(frame);
  }

  /** One message from the channel. Never throws. */
  receive(text: string): void {
    let value: unknown;
    try {
      try {
        value = JSON.parse(text);
      } catch {
        throw new ProtocolError('invalid_json', 'The message is not valid JSON.');
      }
      this.#act(checkClientEvent(value));
    } catch (error) {
      const known = error instanceof ProtocolError;
      this.fail(
        known ? error.code : null,
        error instanceof Error ? error.message : String(error),
        known ? error.param : null,
        eventIdOf(value),
        known ? 'invalid_request_error' : 'server_error',
      );
    }
  }

  fail(
    code: string | null,
    message: string,
    param: string | null = null,
    eventId?: string,
    type = 'invalid_request_error',
  ): void {
    this.#emit({ type: 'error', error: { type, code, message, param, event_id: eventId ?? null } });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#idle);
    this.#active?.cancel('client_cancelled');
    this.#speaker.clear();
    this.#ports.ear.cancel();
  }

  #emit: Emit = (event) => {
    if (!this.#closed) this.#ports.emit(event);
  };

  #show(): RealtimeSessionCreateRequest {
    // The service sends `null` where the types only know an absent field.
    return showSession(
      this.#config,
      this.id,
      this.#start.expiresAt,
    ) as unknown as RealtimeSessionCreateRequest;
  }

  #act(event: RealtimeClientEvent): void {
    switch (event.type) {
      case 'session.update':
        this.#config = updateSessionConfig(this.#config, event.session, this.#hasSpoken);
        this.#listener.setDetection(this.#config.audio.input.turn_detection);
        this.#emit({ type: 'session.updated', session: this.#show() });
        return;
      case 'conversation.item.create':
        return this.#createItem(event.item, event.previous_item_id);
      case 'conversation.item.delete':
        this.#conversation.remove(event.item_id);
        return this.#emit({ type: 'conversation.item.deleted', item_id: event.item_id });
      case 'conversation.item.retrieve':
        return this.#emit({
          type: 'conversation.item.retrieved',
          item: structuredClone(this.#conversation.get(event.item_id)),
        });
      case 'conversation.item.truncate':
        return this.#truncate(event.item_id, event.content_index, event.audio_end_ms);
      case 'response.create':
        return this.#respond(event.response ?? {});
      case 'response.cancel':
        return this.#cancel(event.response_id);
      case 'output_audio_buffer.clear':
        return this.#speaker.clear();
      case 'input_audio_buffer.append':
        throw new ProtocolError(
          'invalid_event',
          'This session hears the media track; sound cannot be appended by events.',
        );
      case 'input_audio_buffer.commit':
        return this.#commitByHand();
      case 'input_audio_buffer.clear':
        this.#listener.clear();
        return this.#emit({ type: 'input_audio_buffer.cleared' });
    }
  }

  #createItem(given: ConversationItem, previous: string | undefined): void {
    const item = structuredClone({
      ...given,
      object: 'realtime.item',
      status: 'completed',
    }) as Item;
    item.id = given.id ?? newId('item');
    if (item.type === 'message' && item.role === 'assistant') {
      if (item.content.some((part) => part.type === 'output_audio')) {
        throw new ProtocolError(
          'invalid_value',
          'Assistant audio cannot be created.',
          'item.content',
        );
      }
    }
    if (item.type === 'function_call') item.call_id ??= newId('call');
    const before = this.#conversation.add(item, previous);
    clearTimeout(this.#idle);
    this.#emit({ type: 'conversation.item.added', previous_item_id: before, item });
    this.#emit({ type: 'conversation.item.done', previous_item_id: before, item });
  }

  #truncate(itemId: string, contentIndex: number, endMs: number): void {
    const item = this.#conversation.get(itemId);
    if (item.type !== 'message' || item.role !== 'assistant' || contentIndex !== 0) {
      throw new ProtocolError(
        'invalid_value',
        'Only the audio of an assistant message can be truncated.',
      );
    }
    const spoken = this.#spokenMs.get(itemId) ?? 0;
    if (endMs > spoken) {
      throw new ProtocolError(
        'invalid_value',
        `Audio content of ${Math.round(spoken)}ms is already shorter than ${endMs}ms`,
        'audio_end_ms',
      );
    }
    this.#cutItem(itemId, endMs);
  }

  /** What nobody heard was never said: its text goes as well. */
  #cutItem(itemId: string, endMs: number): void {
    const item = this.#conversation.find(itemId);
    if (item?.type !== 'message' || item.role !== 'assistant') return;
    item.content = [{ type: 'output_audio' }];
    this.#spokenMs.set(itemId, endMs);
    this.#emit({
      type: 'conversation.item.truncated',
      item_id: itemId,
      content_index: 0,
      audio_end_ms: Math.round(endMs),
    });
  }

  #cleared(playback: Playback, begun: boolean): void {
    if (begun)
      this.#emit({ type: 'output_audio_buffer.cleared', response_id: playback.responseId });
    if (playback.playedMs < playback.queuedMs) this.#cutItem(playback.itemId, playback.playedMs);
    this.#waitForIdle();
  }

  #respond(params: RealtimeResponseCreateParams, idle = false): void {
    const detached = params.conversation === 'none';
    if (!detached && this.#active) {
      throw new ProtocolError(
        'conversation_already_has_active_response',
        `Conversation already has an active response in progress: ${this.#active.id}. Wait until the response is finished before creating a new one.`,
      );
    }
    if (detached && this.#detached.size >= 8) {
      throw new ProtocolError(
        'rate_limit_exceeded',
        'At most 8 responses run beside the conversation.',
      );
    }
    clearTimeout(this.#idle);
    const config = this.#config;
    const items = params.input
      ? params.input.flatMap((item) => {
          const given = item as Item | { type: 'item_reference'; id: string };
          return given.type === 'item_reference' ? [this.#conversation.get(given.id)] : [given];
        })
      : [...this.#conversation.items];
    const run: ResponseRun = new ResponseRun(
      {
        emit: this.#emit,
        speaker: this.#speaker,
        conversationId: this.#conversationId,
        speak: (text) => this.#ports.speak(text, config.audio.output.speed),
        plan: () =>
          planAnswer({
            understanding: this.#understanding,
            session: config,
            params,
            items,
            idle,
            heard: (id) => this.#turns.get(id)?.heard ?? Promise.resolve(undefined),
            soundOf: (id) => this.#turns.get(id)?.samples,
          }),
        addItem: (item) => this.#conversation.add(item),
        usage: (outputText, outputAudioMs) => {
          const context = countItems(
            items,
            (id = '') => this.#turns.get(id)?.durationMs ?? this.#spokenMs.get(id) ?? 0,
          );
          const cachedBefore = this.#cached;
          if (!detached) this.#cached = context;
          const fixed = config.instructions + JSON.stringify(config.tools);
          return usageOf({ fixed, context, cachedBefore, outputText, outputAudioMs });
        },
        onDone: () => {
          this.#detached.delete(run);
          if (this.#active === run) this.#active = undefined;
          if (!run.audio) this.#waitForIdle();
        },
      },
      config,
      params,
    );
    if (detached) this.#detached.add(run);
    else this.#active = run;
    void run.run(this.#start.responseFailure);
  }

  #cancel(responseId: string | undefined): void {
    const runs = [this.#active, ...this.#detached].filter((run) => run !== undefined);
    const run = responseId === undefined ? this.#active : runs.find(({ id }) => id === responseId);
    if (!run) {
      throw new ProtocolError(
        'response_cancel_not_active',
        'Cancellation failed: no active response found',
      );
    }
    run.cancel('client_cancelled');
  }

  #speechStarted(itemId: string, atMs: number): void {
    clearTimeout(this.#idle);
    this.#emit({
      type: 'input_audio_buffer.speech_started',
      audio_start_ms: Math.round(atMs),
      item_id: itemId,
    });
    if (this.#config.audio.input.turn_detection?.interrupt_response === false) return;
    this.#active?.cancel('turn_detected');
    this.#speaker.clear();
  }

  #speechStopped(turn: Turn, atMs: number): void {
    this.#emit({
      type: 'input_audio_buffer.speech_stopped',
      audio_end_ms: Math.round(atMs),
      item_id: turn.itemId,
    });
    this.#commit(turn);
    if (this.#config.audio.input.turn_detection?.create_response === false) return;
    if (this.#active) {
      // With interruptions off the agent may still be at its last answer; this turn gets none.
      this.fail(
        'conversation_already_has_active_response',
        'The turn got no response: one was still in progress.',
      );
      return;
    }
    this.#respond({});
  }

  #commitByHand(): void {
    const heardMs = this.#listener.heardMs;
    const turn = this.#listener.commit();
    if (!turn) {
      throw new ProtocolError(
        'input_audio_buffer_commit_empty',
        `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, after ${heardMs}ms of the call.`,
      );
    }
    this.#commit(turn);
  }

  #commit(turn: Turn): void {
    const { itemId } = turn;
    const part = { type: 'input_audio' as const, transcript: undefined as string | undefined };
    const item: Item = {
      id: itemId,
      object: 'realtime.item',
      type: 'message',
      role: 'user',
      status: 'completed',
      content: [part],
    };
    this.#turns.set(itemId, turn);
    // The sound itself is only needed while it may still be answered.
    if (this.#turns.size > 20) this.#turns.delete(this.#turns.keys().next().value as string);
    const before = this.#conversation.add(item);
    const shown = { ...item, content: [{ type: 'input_audio', transcript: null }] };
    this.#emit({
      type: 'input_audio_buffer.committed',
      item_id: itemId,
      previous_item_id: before,
    });
    // The service sends a null transcript until there is one.
    const wire = shown as unknown as ConversationItem;
    this.#emit({ type: 'conversation.item.added', previous_item_id: before, item: wire });
    this.#emit({ type: 'conversation.item.done', previous_item_id: before, item: wire });
    void this.#transcribe(turn, part);
  }

  async #transcribe(turn: Turn, part: { transcript: string | undefined }): Promise<void> {
    const wanted = this.#config.audio.input.transcription;
    const heard = await turn.heard.catch(() => undefined);
    if (heard !== undefined) part.transcript = sentenceCase(heard);
    if (!wanted) return;
    const where = { item_id: turn.itemId, content_index: 0 };
    if (part.transcript === undefined) {
      this.#emit({
        type: 'conversation.item.input_audio_transcription.failed',
        ...where,
        error: {
          type: 'transcription_error',
          code: 'audio_unintelligible',
          message: 'The audio could not be transcribed: it is none of the sentences known here.',
        },
      });
      return;
    }
    for (const delta of part.transcript.match(/\S+\s*/g) ?? []) {
      this.#emit({ type: 'conversation.item.input_audio_transcription.delta', ...where, delta });
    }
    const audio = inputAudioTokens(turn.durationMs);
    const text = Math.ceil(part.transcript.length / 4);
    this.#emit({
      type: 'conversation.item.input_audio_transcription.completed',
      ...where,
      transcript: part.transcript,
      usage: {
        type: 'tokens',
        total_tokens: audio + text,
        input_tokens: audio,
        output_tokens: text,
        input_token_details: { text_tokens: 0, audio_tokens: audio },
      },
    });
  }

  /** Counts from the end of what was said; somebody who speaks or types stops it. */
  #waitForIdle(): void {
    clearTimeout(this.#idle);
    const detection = this.#config.audio.input.turn_detection;
    const afterMs = detection?.type === 'server_vad' ? detection.idle_timeout_ms : undefined;
    if (!afterMs || this.#closed) return;
    const startMs = this.#listener.heardMs;
    this.#idle = setTimeout(() => {
      if (this.#active || this.#speaker.speaking || this.#listener.speaking) return;
      const itemId = newId('item');
      const endMs = this.#listener.heardMs;
      this.#emit({
        type: 'input_audio_buffer.timeout_triggered',
        item_id: itemId,
        audio_start_ms: Math.round(startMs),
        audio_end_ms: Math.round(endMs),
      });
      const samples = new Int16Array(0);
      const heard = Promise.resolve(undefined);
      this.#commit({ itemId, samples, durationMs: Math.max(0, endMs - startMs), heard });
      this.#respond({}, true);
    }, afterMs);
  }
}

/** "what are your hours" as it is written: "What are your hours". */
function sentenceCase(text: string): string {
  const spelled = text.replace(/\bi\b/g, 'I');
  return spelled.charAt(0).toUpperCase() + spelled.slice(1);
}
