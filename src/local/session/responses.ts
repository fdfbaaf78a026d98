// The responses of a session that are under way: one that writes to the conversation, and a few
// beside it. It does not know what starts them.
import type { RealtimeResponseCreateParams } from 'openai/resources/realtime/realtime';
import type { Understanding } from '../agents/understanding.js';
import type { RemoteServers } from '../mcp/remote-servers.js';
import { planAnswer } from './answer-plan.js';
import type { Approvals } from './approvals.js';
import type { Item } from './conversation.js';
import { offeredTools } from './offered-tools.js';
import { ProtocolError } from './protocol-error.js';
import type { ResponseFault } from './response-outcome.js';
import { ResponseRun } from './response-run.js';
import type { Emit } from './server-event.js';
import type { SessionConfig } from './session-config.js';
import type { SessionItems } from './session-items.js';
import type { Speaker } from './speaker.js';
import { countItems, usageOf, type Counted } from './usage.js';

export interface ResponsesHost {
  readonly emit: Emit;
  readonly speaker: Speaker;
  readonly items: SessionItems;
  readonly conversationId: string;
  understanding(): Understanding;
  readonly remote: RemoteServers;
  readonly approvals: Approvals;
  /** Every response ends like this, for the faults on demand. */
  readonly fault?: ResponseFault | undefined;
  speak(text: string, speed: number): Promise<Int16Array>;
  /** The conversation's response ended and left nothing to be heard. */
  onQuiet(): void;
}

const MAX_DETACHED = 8;

export class Responses {
  #host: ResponsesHost;
  #active: ResponseRun | undefined;
  #detached = new Set<ResponseRun>();
  #cached: Counted = { text: 0, audio: 0, image: 0 };

  constructor(host: ResponsesHost) {
    this.#host = host;
  }

  /** The response that writes to the conversation. */
  get active(): ResponseRun | undefined {
    return this.#active;
  }

  /** Throws a ProtocolError where no response may start. `idle`: nobody asked for it. */
  create(params: RealtimeResponseCreateParams, config: SessionConfig, idle = false): void {
    const detached = params.conversation === 'none';
    if (!detached && this.#active) {
      throw new ProtocolError(
        'conversation_already_has_active_response',
        `Conversation already has an active response in progress: ${this.#active.id}. Wait until the response is finished before creating a new one.`,
      );
    }
    if (detached && this.#detached.size >= MAX_DETACHED) {
      throw new ProtocolError(
        'rate_limit_exceeded',
        `At most ${MAX_DETACHED} responses run beside the conversation.`,
      );
    }
    const run = this.#prepare(params, config, idle);
    if (detached) this.#detached.add(run);
    else this.#active = run;
    void run.run(this.#host.fault);
  }

  cancel(responseId: string | undefined): void {
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

  #prepare(
    params: RealtimeResponseCreateParams,
    config: SessionConfig,
    idle: boolean,
  ): ResponseRun {
    const host = this.#host;
    const { conversation } = host.items;
    const tools = params.tools ?? config.tools;
    host.remote.check(tools, 'response.tools');
    host.remote.use(tools);
    const given = params.input
      ? params.input.flatMap((item) => {
          const one = item as Item | { type: 'item_reference'; id: string };
          return one.type === 'item_reference' ? [conversation.get(one.id)] : [one];
        })
      : undefined;
    const items = (): readonly Item[] => given ?? conversation.items;
    const run: ResponseRun = new ResponseRun(
      {
        emit: host.emit,
        speaker: host.speaker,
        conversationId: host.conversationId,
        speak: (text) => host.speak(text, config.audio.output.speed),
        plan: async () => {
          // Who answers in the same breath as approving wants to hear what came of it.
          if (isOpenCall(items().at(-1))) await host.approvals.settled();
          // What the session names is there when it is there; what this response names is wanted now.
          if (params.tools) await host.remote.ready(tools);
          return await planAnswer({
            understanding: host.understanding(),
            session: config,
            params,
            items: [...items()],
            offered: offeredTools(tools, host.remote),
            idle,
            heard: (id) => host.items.turn(id)?.heard ?? Promise.resolve(undefined),
            soundOf: (id) => host.items.turn(id)?.samples,
          });
        },
        callRemote: (...call) => host.remote.call(...call),
        addItem: (item) => conversation.add(item),
        usage: (outputText, outputAudioMs) => {
          const context = countItems(items(), (id) => host.items.durationOf(id));
          const cachedBefore = this.#cached;
          if (!run.detached) this.#cached = context;
          const fixed = config.instructions + JSON.stringify(config.tools);
          return usageOf({ fixed, context, cachedBefore, outputText, outputAudioMs });
        },
        onDone: () => {
          this.#detached.delete(run);
          if (this.#active === run) this.#active = undefined;
          if (!run.audio) host.onQuiet();
        },
      },
      config,
      params,
    );
    return run;
  }
}

const isOpenCall = (item: Item | undefined): boolean =>
  item?.type === 'mcp_call' && item.output == null && item.error == null;
