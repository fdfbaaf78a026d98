/**
 * Answers the agent's calls of functions: each once, those of one response together. It knows which
 * functions there are, and not how one is run.
 */
import type { ServerEvent } from '../protocol.js';
import type { Approvals } from './approvals.js';
import type { Handoffs } from './handoffs.js';
import type { LiveCall } from './live-call.js';
import type { Offer } from './offer.js';
import { runForHost, runTool, type ToolRequest } from './run-tool.js';
import { errorOutput, wordsOf } from './tool-output.js';

type Response = Extract<ServerEvent, { type: 'response.done' }>['response'];

export class FunctionCalls {
  readonly #live: LiveCall;
  readonly #approvals: Approvals;
  readonly #offer: Offer;
  readonly #handoffs: Handoffs;
  /** What was asked for in this call, by id. */
  readonly #known = new Map<string, ToolRequest>();

  constructor(live: LiveCall, approvals: Approvals, offer: Offer, handoffs: Handoffs) {
    this.#live = live;
    this.#approvals = approvals;
    this.#offer = offer;
    this.#handoffs = handoffs;
  }

  /** To be told of every event from the service. It may throw for a malformed one. */
  observe(event: ServerEvent): void {
    if (event.type !== 'response.done') return;
    const fresh = requestsOf(event.response).filter((request) => this.#isFresh(request));
    if (fresh.length > 0) void this.#answerAll(fresh);
  }

  /** One id is one request: a repetition runs nothing, and a changed one is told of. */
  #isFresh(request: ToolRequest): boolean {
    const { id, name } = request;
    const known = this.#known.get(id);
    if (!known) {
      this.#known.set(id, request);
      return true;
    }
    if (known.name !== name || known.arguments !== request.arguments) {
      this.#live.report(`A request for "${name}" came again with other contents; it was refused.`);
    }
    return false;
  }

  /** One answer of the agent follows all outputs: after each there would be several at once. */
  async #answerAll(requests: readonly ToolRequest[]): Promise<void> {
    const answers = await Promise.all(requests.map((request) => this.#answer(request)));
    if (answers.includes(true)) this.#live.ask();
  }

  /** @returns whether the agent was told something here, and has to be asked */
  async #answer(request: ToolRequest): Promise<boolean> {
    const { id, name } = request;
    const since = performance.now();
    let output: string;
    let error: string | undefined;
    try {
      const answer = await this.#run(request);
      if (answer === undefined) return false;
      output = answer;
    } catch (thrown) {
      error = wordsOf(thrown);
      output = errorOutput(error);
    }
    // By the host, which asks for the answer as well.
    const isTold = this.#handoffs.isTold(id);
    const isSent =
      isTold ||
      this.#live.send({
        type: 'conversation.item.create',
        item: { type: 'function_call_output', call_id: id, output },
      });
    // After the end of the call nobody asks for results any more.
    if (!isSent) return false;
    const durationMs = performance.now() - since;
    this.#live.emit('voice-tool-result', { kind: 'tool', id, name, output, error, durationMs });
    return !isTold;
  }

  /** @returns what to tell the agent; `undefined` when that is left to the host */
  async #run(request: ToolRequest): Promise<string | undefined> {
    const tool = this.#offer.find(request.name);
    if (tool) return runTool(this.#live, this.#approvals, tool, request);
    if (!this.#offer.mayBeOfHost(request.name))
      throw new TypeError('There is no tool of this name.');
    return (await runForHost(this.#live, request)) ?? (await this.#handoffs.make(request));
  }
}

/**
 * The calls that the agent has written to the end. A response that was cut short may hold a call with
 * half of its arguments; one outside the conversation is answered by whoever asked for it.
 */
function requestsOf({ status, conversation_id, output }: Response): ToolRequest[] {
  const isOutside = (conversation_id as unknown) === null;
  if (status !== 'completed' || isOutside || !Array.isArray(output)) return [];
  return output.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [];
    const { type, status, call_id: id, name, arguments: text } = item as Record<string, unknown>;
    if (type !== 'function_call' || status !== 'completed') return [];
    const isWhole = typeof name === 'string' && typeof text === 'string';
    return isWhole && typeof id === 'string' && id ? { id, name, arguments: text } : [];
  });
}
