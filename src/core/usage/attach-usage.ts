/**
 * Counts what a call uses, by listening to it. Each response counts once, also one that was made
 * beside the conversation, cancelled or failed: the service bills those as well. It changes nothing
 * about the call and knows no service's prices.
 */
import type { Call } from '../call.js';
import type { ServerEvent } from '../protocol.js';
import { costOf, type PricedSession, type PriceList, type Prices } from './prices.js';
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

/** Sends `voice-usage` from `call`, from now on and in every call to come. */
export function attachUsage(
  call: Pick<Call, 'addEventListener' | 'dispatchEvent'>,
  { prices }: UsageOptions = {},
): Usage {
  const listening = new AbortController();
  const { signal } = listening;
  /** What was counted already. */
  const counted = new Set<string>();
  let found: Prices | undefined;
  let total: TokenUsage;

  const onStart = () => {
    counted.clear();
    found = typeof prices === 'function' ? undefined : prices;
    total = Object.freeze(prices ? { ...NO_USAGE, cost: 0 } : NO_USAGE);
  };
  onStart();

  const onSession = (session: PricedSession) => {
    if (typeof prices !== 'function') return;
    try {
      found = prices(session);
    } catch {
      // Without an estimate, then.
      found = undefined;
    }
  };

  const onEvent = (event: ServerEvent) => {
    const session = modelsIn(event);
    if (session) onSession(session);
    const counting = countable(event);
    if (!counting || counted.has(counting.id)) return;
    counted.add(counting.id);
    const cost = found && costOf(counting.usage, found);
    // Where one turn has no price, neither has the sum.
    const costs = cost !== undefined && total.cost !== undefined ? total.cost + cost : undefined;
    const turn = Object.freeze({ ...counting.usage, ...(cost !== undefined && { cost }) });
    total = Object.freeze({
      ...sum(total, counting.usage),
      ...(costs !== undefined && { cost: costs }),
    });
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
    close: () => listening.abort(),
  };
}

/** The models of the session, where the event tells. Events may have any shape. */
function modelsIn(event: ServerEvent): PricedSession | undefined {
  if (event.type !== 'session.created' && event.type !== 'session.updated') return undefined;
  const session = event.session as SaidSession | null | undefined;
  if (typeof session?.model !== 'string') return undefined;
  const { model } = session;
  const words = session.audio?.input?.transcription?.model;
  if (words === undefined) return { model };
  // A model without a name is one that nobody knows.
  return { model, transcription: typeof words === 'string' ? words : '' };
}

interface SaidSession {
  readonly model?: unknown;
  readonly audio?: {
    readonly input?: { readonly transcription?: { readonly model?: unknown } | null } | null;
  } | null;
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
