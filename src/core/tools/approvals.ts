/**
 * Asks the visitor, by way of the page, whether a tool may run. Silence is a no, and so is the end
 * of the call, with which all of it is forgotten. It runs nothing and draws nothing.
 */
import { until, within } from '../abort.js';
import type { LiveCall } from './live-call.js';
import type { ApprovalOutcome, ApproveOptions, VoiceApprovalRequestDetail } from './tool-events.js';

export type ApprovalSubject = Pick<
  VoiceApprovalRequestDetail,
  'kind' | 'id' | 'name' | 'server' | 'arguments'
>;

export interface Approval {
  readonly outcome: ApprovalOutcome;
  /** What the visitor, or the page for them, wants the agent to know. */
  readonly reason?: string | undefined;
}

type Decision = Approval & ApproveOptions;

/** Longest reason for a refusal that the agent is told, in characters. */
const MAX_REASON = 1_000;

export class Approvals {
  readonly #live: LiveCall;
  readonly #timeoutMs: number;
  readonly #always: Set<string>;

  /** @param always tools that the visitor has approved for the whole call; more are added */
  constructor(live: LiveCall, timeoutMs: number, always: Set<string>) {
    this.#live = live;
    this.#timeoutMs = timeoutMs;
    this.#always = always;
  }

  /** Never rejects. */
  async ask(subject: ApprovalSubject): Promise<Approval> {
    const tool = JSON.stringify([subject.kind, subject.server, subject.name]);
    if (this.#always.has(tool)) return { outcome: 'approved' };
    const { promise, resolve } = Promise.withResolvers<Decision>();
    const waiting = within(this.#timeoutMs, this.#live.signal);
    const decision = until(waiting, promise).catch((): Decision => ({ outcome: 'expired' }));
    this.#live.emit('voice-approval-request', {
      ...subject,
      approve: ({ forCall } = {}) => {
        resolve({ outcome: 'approved', forCall });
      },
      deny: (reason) => {
        // It may be the handler of a click, and get the event.
        const words = typeof reason === 'string' ? reason.slice(0, MAX_REASON) : undefined;
        resolve({ outcome: 'denied', reason: words });
      },
      decided: decision.then(({ outcome }) => outcome),
    });
    const { forCall, ...approval } = await decision;
    if (forCall) this.#always.add(tool);
    return approval;
  }
}

/** What the agent is told of a no. */
export function refusalOf({ outcome, reason }: Approval): string {
  if (outcome === 'expired') return 'The visitor did not say whether to allow this.';
  const refused = 'The visitor did not allow this.';
  return reason ? `${refused} They said: ${reason}` : refused;
}
