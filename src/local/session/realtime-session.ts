// One session: answers every client event, and lets what is heard lead to responses. It knows sound
// as samples and the channel as `emit`; how either travels is not its business.
import type {
  ConversationItem,
  RealtimeClientEvent,
  RealtimeResponseCreateParams,
  RealtimeSessionCreateRequest,
} from 'openai/resources/realtime/realtime';
import { agentFor, Understanding } from '../agents/understanding.js';
import type { Vad } from '../audio/vad.js';
import type { Pacer } from '../call/pacer.js';
import { RemoteServers } from '../mcp/remote-servers.js';
import { Approvals } from './approvals.js';
import { checkClientEvent, eventIdOf } from './client-event.js';
import { newId } from './ids.js';
import type { Ear } from './listener.js';
import { ProtocolError } from './protocol-error.js';
import type { ResponseFault } from './response-outcome.js';
import { Responses } from './responses.js';
import type { Emit } from './server-event.js';
import { showSession, updateSessionConfig, type SessionConfig } from './session-config.js';
import { SessionItems } from './session-items.js';
import { Speaker, type Playback } from './speaker.js';
import { Turns } from './turns.js';

export interface SessionPorts {
  readonly emit: Emit;
  readonly pacer: Pacer;
  readonly vad: Vad;
  readonly ear: Ear & { listenFor(understanding: Understanding): void };
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
}

export class RealtimeSession {
  readonly id = newId('sess');
  #ports: SessionPorts;
  #expiresAt: number;
  #config: SessionConfig;
  #conversationId = newId('conv');
  #understanding: Understanding;
  #items: SessionItems;
  #remote: RemoteServers;
  #approvals: Approvals;
  #speaker: Speaker;
  #turns: Turns;
  #responses: Responses;
  #hasSpoken = false;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(ports: SessionPorts, start: SessionStart) {
    this.#ports = ports;
    this.#expiresAt = start.expiresAt;
    this.#config = start.config;
    const emit = this.#emit;
    const items = (this.#items = new SessionItems(emit));
    this.#understanding = new Understanding(agentFor(start.config));
    ports.ear.listenFor(this.#understanding);
    const { conversation } = items;
    const remote = (this.#remote = new RemoteServers({
      emit,
      addItem: (item) => conversation.add(item),
      fault: start.faults?.remote,
    }));
    this.#approvals = new Approvals(emit, conversation, (...call) => remote.call(...call));
    this.#speaker = new Speaker(ports.pacer, {
      onStarted: ({ responseId }) => {
        this.#hasSpoken = true;
        emit({ type: 'output_audio_buffer.started', response_id: responseId });
      },
      onStopped: (playback) => {
        items.spoke(playback.itemId, playback.playedMs);
        emit({ type: 'output_audio_buffer.stopped', response_id: playback.responseId });
        this.#waitForIdle();
      },
      onCleared: (playback, begun) => this.#cleared(playback, begun),
    });
    this.#turns = new Turns({
      emit,
      items,
      vad: ports.vad,
      ear: ports.ear,
      input: () => this.#config.audio.input,
      onStarted: () => this.#speechStarted(),
      onEnded: () => this.#turnEnded(),
    });
    this.#responses = new Responses({
      emit,
      speaker: this.#speaker,
      items,
      conversationId: this.#conversationId,
      remote,
      approvals: this.#approvals,
      understanding: () => this.#understanding,
      fault: start.faults?.response,
      speak: (text, speed) => ports.speak(text, speed),
      onQuiet: () => this.#waitForIdle(),
    });
  }

  /** Says that the session is there; nothing is sent before. */
  open(): void {
    this.#emit({ type: 'session.created', session: this.#show() });
    this.#emit({
      type: 'conversation.created',
      conversation: { id: this.#conversationId, object: 'realtime.conversation' },
    });
    this.#remote.useForSession(this.#config.tools);
  }

  /** One frame of what the visitor's microphone sends. */
  hear(frame: Int16Array): void {
    if (!this.#closed) this.#turns.hear(frame);
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
    this.#responses.active?.cancel('client_cancelled');
    this.#approvals.close();
    this.#remote.close();
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
      this.#expiresAt,
    ) as unknown as RealtimeSessionCreateRequest;
  }

  #act(event: RealtimeClientEvent): void {
    switch (event.type) {
      case 'session.update':
        return this.#update(event.session);
      case 'conversation.item.create':
        return this.#createItem(event.item, event.previous_item_id);
      case 'conversation.item.delete':
        return this.#items.remove(event.item_id);
      case 'conversation.item.retrieve':
        return this.#items.retrieve(event.item_id);
      case 'conversation.item.truncate':
        return this.#items.truncate(event.item_id, event.content_index, event.audio_end_ms);
      case 'response.create':
        return this.#respond(event.response ?? {});
      case 'response.cancel':
        return this.#responses.cancel(event.response_id);
      case 'output_audio_buffer.clear':
        return this.#speaker.clear();
      case 'input_audio_buffer.append':
        throw new ProtocolError(
          'invalid_event',
          'This session hears the media track; sound cannot be appended by events.',
        );
      case 'input_audio_buffer.commit':
        return this.#turns.commitByHand();
      case 'input_audio_buffer.clear':
        return this.#turns.clear();
    }
  }

  #update(change: unknown): void {
    const config = updateSessionConfig(this.#config, change, this.#hasSpoken);
    this.#remote.check(config.tools, 'session.tools');
    this.#config = config;
    this.#turns.configure();
    const agent = agentFor(config);
    if (agent !== this.#understanding.agent) {
      this.#understanding = new Understanding(agent);
      this.#ports.ear.listenFor(this.#understanding);
    }
    this.#emit({ type: 'session.updated', session: this.#show() });
    this.#remote.useForSession(config.tools);
  }

  #createItem(item: ConversationItem, previous: string | undefined): void {
    if (item.type === 'mcp_approval_response') this.#approvals.check(item);
    this.#items.create(item, previous);
    clearTimeout(this.#idle);
    if (item.type === 'mcp_approval_response') this.#approvals.answered(item);
  }

  #respond(params: RealtimeResponseCreateParams, idle = false): void {
    clearTimeout(this.#idle);
    this.#responses.create(params, this.#config, idle);
  }

  #cleared(playback: Playback, begun: boolean): void {
    if (begun)
      this.#emit({ type: 'output_audio_buffer.cleared', response_id: playback.responseId });
    if (playback.playedMs < playback.queuedMs) this.#items.cut(playback.itemId, playback.playedMs);
    this.#waitForIdle();
  }

  #speechStarted(): void {
    clearTimeout(this.#idle);
    if (this.#config.audio.input.turn_detection?.interrupt_response === false) return;
    this.#responses.active?.cancel('turn_detected');
    this.#speaker.clear();
  }

  #turnEnded(): void {
    if (this.#config.audio.input.turn_detection?.create_response === false) return;
    if (this.#responses.active) {
      // With interruptions off the agent may still be at its last answer; this turn gets none.
      this.fail(
        'conversation_already_has_active_response',
        'The turn got no response: one was still in progress.',
      );
      return;
    }
    this.#respond({});
  }

  /** Counts from the end of what was said; somebody who speaks or types stops it. */
  #waitForIdle(): void {
    clearTimeout(this.#idle);
    const detection = this.#config.audio.input.turn_detection;
    const afterMs = detection?.type === 'server_vad' ? detection.idle_timeout_ms : undefined;
    if (!afterMs || this.#closed) return;
    const startMs = this.#turns.heardMs;
    this.#idle = setTimeout(() => {
      if (this.#responses.active || this.#speaker.speaking || this.#turns.speaking) return;
      this.#turns.commitSilence(startMs);
      this.#respond({}, true);
    }, afterMs);
  }
}
