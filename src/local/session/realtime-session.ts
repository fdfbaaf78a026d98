// One session: its configuration, and an answer to every client event. It knows sound as samples and
// the channel as `emit`; how either travels is not its business.
import type {
  ConversationItem,
  RealtimeClientEvent,
  RealtimeSessionCreateRequest,
} from 'openai/resources/realtime/realtime';
import { spokenRequests } from '../agents/spoken-requests.js';
import { agentFor, Understanding } from '../agents/understanding.js';
import { RemoteServers } from '../mcp/remote-servers.js';
import { parseJson } from '../parse-json.js';
import { Approvals } from './approvals.js';
import { checkClientEvent, eventIdOf } from './client-event.js';
import { requirePcm } from './event-formats.js';
import { Floor } from './floor.js';
import { newId } from './ids.js';
import { ProtocolError } from './protocol-error.js';
import type { Emit, ServerEvent } from './server-event.js';
import { updateSessionConfig, type SessionConfig } from './session-config.js';
import { showSession } from './show-session.js';
import { offeredTools } from './offered-tools.js';
import { SessionItems } from './session-items.js';
import type { SessionPorts, SessionStart } from './session-start.js';

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
  #floor: Floor;
  #listening = '';
  #closed = false;

  constructor(ports: SessionPorts, start: SessionStart) {
    this.#ports = ports;
    this.#expiresAt = start.expiresAt;
    this.#config = start.config;
    const emit = this.#emit;
    const items = (this.#items = new SessionItems(emit));
    this.#understanding = new Understanding(agentFor(start.config));
    const { conversation } = items;
    const remote = (this.#remote = new RemoteServers({
      emit,
      addItem: (item) => conversation.add(item),
      onListed: () => this.#listen(),
      fault: start.faults?.remote,
      mcpAllow: start.mcpAllow,
    }));
    this.#approvals = new Approvals(emit, conversation, (...call) => remote.call(...call));
    this.#floor = new Floor({
      emit,
      items,
      remote,
      approvals: this.#approvals,
      makeSpeaker: (host) => ports.makeSpeaker(host),
      vad: ports.vad,
      ear: ports.ear,
      conversationId: this.#conversationId,
      fault: start.faults?.response,
      config: () => this.#config,
      understanding: () => this.#understanding,
      speak: (text, speed) => ports.speak(text, speed),
      onTurnEnded: () => this.#listen(),
      onUnanswered: () =>
        this.fail(
          'conversation_already_has_active_response',
          'The turn got no response: one was still in progress.',
        ),
    });
    this.#listen();
  }

  /** Says that the session is there; nothing is sent before. */
  open(): void {
    this.#emit(this.created());
    this.#emit({
      type: 'conversation.created',
      conversation: { id: this.#conversationId, object: 'realtime.conversation' },
    });
    this.#remote.useForSession(this.#config.tools);
  }

  /** The event by which whoever joins learns what the session is. */
  created(): ServerEvent {
    return { type: 'session.created', session: this.#show() };
  }

  /** One frame of what the visitor's microphone sends. */
  hear(frame: Int16Array): void {
    if (!this.#closed) this.#floor.turns.hear(frame);
  }

  /** One message, undefined where it was no text. Never throws; `refuse` is told what is wrong. */
  receive(text: string | undefined, refuse: Emit = this.#emit): void {
    let value: unknown;
    try {
      if (text === undefined) {
        throw new ProtocolError('invalid_event', 'A binary message is not accepted here.');
      }
      try {
        value = parseJson(text);
      } catch {
        throw new ProtocolError('invalid_json', 'The message is no JSON, or nested too deeply.');
      }
      this.#act(checkClientEvent(value));
    } catch (error) {
      const known = error instanceof ProtocolError;
      refuse({
        type: 'error',
        error: {
          type: known ? 'invalid_request_error' : 'server_error',
          code: known ? error.code : null,
          message: error instanceof Error ? error.message : String(error),
          param: known ? error.param : null,
          event_id: eventIdOf(value) ?? null,
        },
      });
    }
  }

  fail(code: string, message: string, refuse: Emit = this.#emit): void {
    const type = 'invalid_request_error';
    refuse({ type: 'error', error: { type, code, message, param: null, event_id: null } });
  }

  close(): void {
    this.#closed = true;
    this.#approvals.close();
    this.#remote.close();
    this.#floor.close();
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
        return this.#floor.respond(event.response ?? {});
      case 'response.cancel':
        return this.#floor.responses.cancel(event.response_id);
      case 'output_audio_buffer.clear':
        if (!this.#ports.append) return this.#floor.speaker.clear();
        throw new ProtocolError(
          'invalid_event',
          'Over a WebSocket the client holds the sound: cancel the response, and truncate its item.',
        );
      case 'input_audio_buffer.append':
        if (this.#ports.append) return this.#ports.append(event.audio);
        throw new ProtocolError(
          'invalid_event',
          'This session hears the media track; sound cannot be appended by events.',
        );
      case 'input_audio_buffer.commit':
        return this.#floor.turns.commitByHand();
      case 'input_audio_buffer.clear':
        return this.#floor.turns.clear();
    }
  }

  #update(change: unknown): void {
    const config = updateSessionConfig(this.#config, change, this.#floor.hasSpoken);
    this.#remote.check(config.tools, 'session.tools');
    if (this.#ports.append) requirePcm(config.audio);
    this.#config = config;
    this.#floor.turns.configure();
    this.#emit({ type: 'session.updated', session: this.#show() });
    this.#remote.useForSession(config.tools);
    this.#listen();
  }

  /** Listens for the agent's sentences and the names of tools, anew only where they changed. */
  #listen(): void {
    const agent = agentFor(this.#config);
    if (agent !== this.#understanding.agent) this.#understanding = new Understanding(agent);
    const requests = spokenRequests(offeredTools(this.#config.tools, this.#remote));
    const listening = JSON.stringify([agent.name, requests]);
    // A new grammar forgets what is being said.
    if (listening === this.#listening || this.#floor.turns.speaking) return;
    this.#listening = listening;
    this.#ports.ear.listenFor(this.#understanding, requests);
  }

  #createItem(item: ConversationItem, previous: string | undefined): void {
    if (item.type === 'mcp_approval_response') this.#approvals.check(item);
    this.#items.create(item, previous);
    this.#floor.keepAwake();
    if (item.type === 'mcp_approval_response') this.#approvals.answered(item);
  }
}
