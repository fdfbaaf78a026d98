/**
 * What of a call's events and items may leave, given a function that redacts text. Whole texts leave
 * redacted; pieces of a text do not leave, since what is to be found in them may be cut in two: neither
 * unfinished turns nor the service's deltas. It does not know who listens.
 */
import type { CallEventDetails } from '../call-events.js';
import type { CallState } from '../call-state.js';
import type { TranscriptItem } from '../transcript.js';
import { VoiceError } from '../voice-error.js';
import { redactor, safely, type Redact } from './redactor.js';

/** Of the service's events: those that carry a piece of a text. */
const PIECES = /\.(delta|segment)$/;

/** An error may be its own cause. */
const MAX_CAUSES = 5;

export class Outward {
  readonly #redact: Redact;
  readonly #copy: <T>(detail: T) => T;
  readonly #items = new WeakMap<TranscriptItem, TranscriptItem>();
  /** One error leaves in several events, and is the same in all. */
  readonly #errors = new WeakMap<VoiceError, VoiceError>();

  /** @param redact what fails leaves nothing of the text */
  constructor(redact: Redact) {
    this.#redact = safely(redact);
    this.#copy = redactor(redact);
  }

  /** The detail as it may leave; `undefined` where the event may not. */
  event(name: string, detail: object): object | undefined {
    switch (name) {
      case 'voice-transcript': {
        const item = detail as TranscriptItem;
        return item.final ? this.#item(item) : undefined;
      }
      case 'voice-server-event':
        return PIECES.test((detail as { type: string }).type) ? undefined : this.#copy(detail);
      case 'voice-error':
      case 'voice-end':
        return this.#withError(detail as CallEventDetails['voice-error' | 'voice-end']);
      case 'voice-state-change': {
        const { state, previous } = detail as CallEventDetails['voice-state-change'];
        return { state: this.#state(state), previous: this.#state(previous) };
      }
      default:
        return this.#copy(detail);
    }
  }

  /** What was said; an unfinished turn holds its place, without words. */
  items(items: readonly TranscriptItem[]): readonly TranscriptItem[] {
    return items.map((item) => this.#item(item));
  }

  #item(item: TranscriptItem): TranscriptItem {
    let redacted = this.#items.get(item);
    if (!redacted) {
      const text = item.final ? this.#redact(item.text) : '';
      redacted = Object.freeze({ ...item, text });
      this.#items.set(item, redacted);
    }
    return redacted;
  }

  #state(state: CallState): CallState {
    return state.status === 'ended' ? Object.freeze(this.#withError(state)) : state;
  }

  #withError<T extends { readonly error?: VoiceError | undefined }>(detail: T): T {
    return detail.error ? { ...detail, error: this.#error(detail.error) } : detail;
  }

  /** The service's own words may quote what was said; so may the cause. */
  #error(error: VoiceError): VoiceError {
    let redacted = this.#errors.get(error);
    if (!redacted) {
      const message = this.#redact(error.message);
      redacted =
        message === error.message && this.#isClean(error.cause)
          ? error
          : new VoiceError(error.code, message, {
              retryAfterMs: error.retryAfterMs,
              cause: this.#words(error.cause),
            });
      this.#errors.set(error, redacted);
    }
    return redacted;
  }

  /** Of an error only its own words, without what it came of. */
  #words(cause: unknown): Error | undefined {
    if (!(cause instanceof Error)) return undefined;
    const { name, message } = cause;
    return Object.assign(new Error(this.#redact(message)), { name });
  }

  /** There is nothing to redact in what an error came of, nor in what that came of. */
  #isClean(cause: unknown, depth = 0): boolean {
    if (cause === undefined) return true;
    const { message, cause: deeper } = Object(cause) as Partial<Error>;
    try {
      // An error's own message is not in its JSON, but all else is that was added to it.
      const words = [String(message), JSON.stringify(cause)];
      const isClean = words.every((text) => this.#redact(text) === text);
      return isClean && depth < MAX_CAUSES && this.#isClean(deeper, depth + 1);
    } catch {
      return false;
    }
  }
}
