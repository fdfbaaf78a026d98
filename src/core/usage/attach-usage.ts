/**
 * Counts what a call uses, by listening to it. Each response counts once, also one that was made
 * beside the conversation, cancelled or failed: the service bills those as well. It changes nothing
 * about the call and knows no service's prices.
 */
import type { Call } from '../call.js';
import type { ServerEvent } from '../protocol.js';
import { estimate, type Estimate, type PriceList, type Prices } from './prices.js';
import { NO_USAGE, responseUsage, sum, transcriptionUsage } from './token-usage.js';
import type { TokenUsage, VoiceUsageDetail } from './usage-events.js';

export interface UsageOptions {
  /**
   * Of the models in use, or a function that finds them once the service has named the models. With
   * prices, all usage has an estimated `cost`.
   */
  prices?: Prices | PriceList | undefined;
}

/** A count that goes on. */
export interface Usage {
  /** Since the present call started; it stays readable until the next start. */
  readonly total: TokenUsage;
  /** Counts no more. */
  close(): void;
}

type CallOfUsage = Pick<Call, 'addEventListener' | 'dispatchEvent'>;

/** Sends `voice-usage` from `call`, from now on and in every call to come. */
export function attachUsage(call: CallOfUsage, { prices }: UsageOptions = {}): Usage {
  const usage = countUsage(call);
  if (prices) usage.price(estimate(prices));
  return usage;
}

/** The same, to be told how to estimate the costs before the first call. */
export function countUsage(call: CallOfUsage): Usage & { price(by: Estimate): void } {
  const listening = new AbortController();
  const { signal } = listening;
  /** What was counted already. */
  const counted = new Set<string>();
  let costs: Estimate | undefined;
  let total: TokenUsage;

  const onStart = () => {
    counted.clear();
    costs?.begin();
    total = Object.freeze(costs ? { ...NO_USAGE, cost: 0 } : NO_USAGE);
  };
  onStart();

  const onEvent = (event: ServerEvent) => {
    costs?.observe(event);
    const counting = countable(event);
    if (!counting || counted.has(counting.id)) return;
    counted.add(counting.id);
    const { usage } = counting;
    const cost = costs?.costOf(usage);
    // Where one turn has no price, neither has the sum.
    const all = cost === undefined || total.cost === undefined ? {} : { cost: total.cost + cost };
    const turn = Object.freeze(cost === undefined ? usage : { ...usage, cost });
    total = Object.freeze({ ...sum(total, usage), ...all });
    const detail: VoiceUsageDetail = Object.freeze({ turn, total });
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
    price(by) {
      costs = by;
      onStart();
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
