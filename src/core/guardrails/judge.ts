/**
 * Asks guardrails, one run at a time, and bounds how long it takes them. Says of each that fails so
 * once. It does not know what follows from a verdict.
 */
import { until, within } from '../abort.js';
import type { Call } from '../call.js';
import type { TranscriptItem } from '../transcript.js';
import { VoiceError } from '../voice-error.js';
import { reasonIn, type Guardrail, type GuardrailOptions } from './guardrail.js';

const TIMEOUT_MS = 3_000;

/** A guardrail's objection. */
export interface Hit {
  readonly guardrail: string;
  readonly reason: string;
}

export class Judge {
  readonly #call: Pick<Call, 'dispatchEvent'>;
  readonly #timeoutMs: number;
  readonly #onFailure: 'pass' | 'hit';
  /** The names of those whose failure was reported. */
  readonly #failed = new Set<string>();

  constructor(call: Pick<Call, 'dispatchEvent'>, options: GuardrailOptions) {
    this.#call = call;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#onFailure = options.onFailure ?? 'pass';
  }

  /** @returns `undefined` if there is no objection, or `signal` has aborted. Never rejects. */
  async ask(
    guardrail: Guardrail,
    item: TranscriptItem,
    signal: AbortSignal,
  ): Promise<Hit | undefined> {
    const bounded = within(this.#timeoutMs, signal);
    const context = { item, final: item.final, signal: bounded };
    try {
      // In a promise, so that what it throws at once is caught as well.
      const verdict = Promise.resolve().then(() => guardrail(item.text, context));
      const reason = reasonIn(await until(bounded, verdict));
      return reason === undefined ? undefined : { guardrail: guardrail.name, reason };
    } catch (error) {
      return signal.aborted ? undefined : this.fail(guardrail.name, error);
    }
  }

  /** Reports that `name` could not do its work. @returns what that amounts to */
  fail(name: string, cause: unknown): Hit | undefined {
    if (!this.#failed.has(name)) {
      this.#failed.add(name);
      const error = new VoiceError('server-error', `The guardrail ${name || '(unnamed)'} failed.`, {
        cause,
      });
      const detail = { error, fatal: false };
      this.#call.dispatchEvent(new CustomEvent('voice-error', { detail }));
    }
    if (this.#onFailure === 'pass') return undefined;
    return { guardrail: name, reason: 'It could not be checked.' };
  }
}
