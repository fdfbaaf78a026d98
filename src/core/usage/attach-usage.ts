/**
 * Counts what a call uses, by listening to it. Each response counts once, also one that was made
 * beside the conversation, cancelled or failed: the service bills those as well. It changes nothing
 * about the call and knows no service's prices.
 */
import type { Call } from '../call.js';
import type { ServerEvent } from '../protocol.js';
import { costOf, type Prices } from './prices.js';
import { NO_USAGE, responseUsage, sum, transcriptionUsage } from './token-usage.js';
import type { TokenUsage, VoiceUsageDetail } from './usage-events.js';

export interface UsageOptions {
  /** Of the models in use; with them all usage has an estimated `cost`. */
  prices?: Prices | undefined;
}

/** A count that goes on. */
export interface Usage {
  /** Since the present call started; it stays readable until the next start. */
  readonly total: TokenUsage;
  /** Counts no more. */
  close(): void;
}

/** Sends `voice-usage` from `call`, from now on and in every call to come. */
export function attachUsage(
  call: Pick<Call, 'addEventListener' | 'dispatchEvent'>,
  { prices }: UsageOptions = {},
): Usage {
  const priced = (usage: TokenUsage): TokenUsage =>
    Object.freeze(prices ? { ...usage, cost: costOf(usage, prices) } : usage);
  const listening = new AbortController();
  const { signal } = listening;
  /** What was counted already. */
  const counted = new Set<string>();
  let total = priced(NO_USAGE);

  const onStart = () => {
    counted.clear();
    total = priced(NO_USAGE);
  };

  const onEvent = (event: ServerEvent) => {
    const counting = countable(event);
    if (!counting || counted.has(counting.id)) return;
    counted.add(counting.id);
    total = priced(sum(total, counting.usage));
    const detail: VoiceUsageDetail = Object.freeze({ turn: priced(counting.usage), total });
    call.dispatchEvent(new CustomEvent('voice-usage', { detail }));
  };

  call.addEventListener(
    'voice-state-change',
    ({ detail: { state, previous } }) => {
      if (state.status === 'connecting' && previous.status !== 'connecting') onStart();
    },
    { signal },
  );
  call.addEventListener('voice-server-event', ({ detail }) => onEvent(detail), { signal });
  return {
    get total() {
      return total;
    },
    close: () => listening.abort(),
  };
}

/** What an event has to count, and what names it among all others. Events may have any shape. */
function countable(event: ServerEvent): { id: string; usage: TokenUsage } | undefined {
  switch (event.type) {
    case 'response.done': {
      const response = event.response as Partial<typeof event.response> | null | undefined;
      const usage = responseUsage(response?.usage);
      return usage && { id: name('response', response?.id ?? event.event_id), usage };
    }
    case 'conversation.item.input_audio_transcription.completed': {
      const usage = transcriptionUsage(event.usage);
      // An item has a transcription for each of its parts.
      return usage && { id: name('item', event.item_id, event.content_index), usage };
    }
    default:
      return undefined;
  }
}

/** Ids need not be strings, either. */
function name(...parts: unknown[]): string {
  return JSON.stringify(parts);
}
