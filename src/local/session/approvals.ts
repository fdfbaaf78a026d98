// What the client says to requests for an approval, and the calls that follow a yes: they belong to no
// response. It does not know who asked.
import type { RealtimeMcpApprovalResponse } from 'openai/resources/realtime/realtime';
import type { Conversation, Item } from './conversation.js';
import { newId } from './ids.js';
import { ProtocolError } from './protocol-error.js';
import { runRemoteCall, type CallRemote, type RemoteCallItem } from './remote-call.js';
import type { Emit } from './server-event.js';

type Request = Extract<Item, { type: 'mcp_approval_request' }>;

export class Approvals {
  #emit: Emit;
  #conversation: Conversation;
  #callRemote: CallRemote;
  #answered = new Set<string>();
  #running = new Set<Promise<void>>();
  #ending = new AbortController();

  constructor(emit: Emit, conversation: Conversation, callRemote: CallRemote) {
    this.#emit = emit;
    this.#conversation = conversation;
    this.#callRemote = callRemote;
  }

  /** Throws a ProtocolError for an answer to no request, or to one that has its answer. */
  check({ approval_request_id: id }: RealtimeMcpApprovalResponse): void {
    const param = 'item.approval_request_id';
    if (this.#conversation.find(id)?.type !== 'mcp_approval_request') {
      throw new ProtocolError(
        'item_not_found',
        `No approval request with id '${id}' found.`,
        param,
      );
    }
    if (this.#answered.has(id)) {
      const message = `The approval request '${id}' was answered before.`;
      throw new ProtocolError('invalid_value', message, param);
    }
  }

  /** An answer that is in the conversation now. */
  answered({ approval_request_id: id, approve }: RealtimeMcpApprovalResponse): void {
    this.#answered.add(id);
    const request = this.#conversation.find(id);
    if (!approve || request?.type !== 'mcp_approval_request') return;
    const running = this.#run(request).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when no approved call is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  close(): void {
    this.#ending.abort();
  }

  async #run(request: Request): Promise<void> {
    const item: RemoteCallItem = {
      id: newId('mcp'),
      type: 'mcp_call',
      server_label: request.server_label,
      name: request.name,
      arguments: request.arguments,
      approval_request_id: request.id,
      output: null,
      error: null,
    };
    const emit = this.#emit;
    const before = this.#conversation.add(item);
    emit({ type: 'conversation.item.added', previous_item_id: before, item });
    await runRemoteCall(item, 0, this.#callRemote, emit, this.#ending.signal);
    emit({ type: 'conversation.item.done', previous_item_id: before, item });
  }
}
