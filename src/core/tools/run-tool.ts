/**
 * Runs one request of the agent for a function: checks what it sent, asks the visitor where that is
 * wanted, and waits for whoever answers. It knows no list of tools and sends nothing.
 */
import { until, within } from '../abort.js';
import { refusalOf, type Approvals } from './approvals.js';
import type { LiveCall } from './live-call.js';
import { TIMEOUT_MS, type KnownTool } from './page-tool.js';
import { parseArguments } from './tool-arguments.js';
import { outputOf } from './tool-output.js';

/** What the agent asks for. */
export interface ToolRequest {
  readonly id: string;
  readonly name: string;
  /** As it came: JSON, if the agent is honest. */
  readonly arguments: string;
}

/**
 * @returns what to tell the agent
 * @throws whatever the tool throws; a `TypeError` in words for the agent when it cannot run; the
 * reason of the call's signal when the call has ended
 */
export async function runTool(
  live: LiveCall,
  approvals: Approvals,
  tool: KnownTool,
  request: ToolRequest,
): Promise<string> {
  const { id, name } = request;
  const { timeoutMs } = tool;
  const text = request.arguments;
  const accepted = await answerOf(
    within(timeoutMs, live.signal),
    tool.accept(parseArguments(text)),
  );
  if (tool.confirm) {
    // Everybody gets arguments of their own: nobody can change what the visitor has approved.
    const subject = { kind: 'tool', id, name, arguments: parseArguments(text) } as const;
    const approval = await approvals.ask(subject);
    live.signal.throwIfAborted();
    if (approval.outcome !== 'approved') throw new TypeError(refusalOf(approval));
  }
  const stop = within(timeoutMs, live.signal);
  const signal = AbortSignal.any([stop, live.interruption]);
  const announced = announce(live, request, signal);
  if (announced) return outputOf(await answerOf(stop, announced));
  if (!tool.execute) {
    live.report(
      `Nobody answered for the tool "${name}": call respond() in a listener of voice-tool-call.`,
    );
    throw new TypeError('Nobody on the page runs this tool.');
  }
  // What it throws at once is no different from a promise that rejects.
  const running = new Promise((resolve) => {
    const endCall = () => {
      live.end();
    };
    resolve(tool.execute?.(accepted, { signal, callId: id, endCall }));
  });
  return outputOf(await answerOf(stop, running));
}

/**
 * Lets the page answer for a function of the host, with whatever arguments it has, if they are any.
 * @returns what to tell the agent; `undefined` when the page leaves it to the host
 * @throws as `runTool` does
 */
export async function runForHost(
  live: LiveCall,
  request: ToolRequest,
): Promise<string | undefined> {
  try {
    parseArguments(request.arguments);
  } catch {
    // That is the host's to say: the agent is answered once.
    return undefined;
  }
  const stop = within(TIMEOUT_MS, live.signal);
  const announced = announce(live, request, AbortSignal.any([stop, live.interruption]));
  return announced && outputOf(await answerOf(stop, announced));
}

/** Tells the page of a request. @returns its answer, if it gives one */
function announce(live: LiveCall, { id, name, arguments: text }: ToolRequest, signal: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const answer = { given: false };
  const detail = {
    kind: 'tool',
    id,
    name,
    arguments: parseArguments(text),
    respond: (output: unknown) => {
      answer.given = true;
      resolve(output);
    },
    signal,
  } as const;
  const isLeft = live.emit('voice-tool-call', detail, true);
  return answer.given || !isLeft ? promise : undefined;
}

async function answerOf<T>(stop: AbortSignal, answer: Promise<T>): Promise<T> {
  try {
    return await until(stop, answer);
  } catch (cause) {
    const isLate = stop.aborted && cause === stop.reason;
    throw isLate ? new TypeError('The tool did not answer in time.', { cause }) : cause;
  }
}
