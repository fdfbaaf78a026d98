/** What usage costs at given prices. It knows no model and no currency. */
import type { ServerEvent } from '../protocol.js';
import type { TokenUsage } from './usage-events.js';

/** Prices of one model: per million tokens, in any currency. */
export interface Prices {
  readonly input: KindPrices;
  /** What has none costs as much as other input. */
  readonly cached?: Partial<KindPrices> | undefined;
  readonly output: Omit<KindPrices, 'image'>;
  /** Of the model that writes down the visitor's words; without it they cost nothing. */
  readonly transcription?: TranscriptionPrices | undefined;
}

/** Per million tokens. */
export interface KindPrices {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
}

/** Finds the prices of a session's models; `undefined` for models that it does not know. */
export type PriceList = (session: PricedSession) => Prices | undefined;

/** The models of a session, by the names that the service gives them. */
export interface PricedSession {
  readonly model: string;
  /** Of the model that writes down the visitor's words, where there is one. */
  readonly transcription?: string | undefined;
}

/** A model has prices per million tokens or per minute of sound. */
export interface TranscriptionPrices {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly minute?: number | undefined;
}

const KINDS = ['text', 'audio', 'image'] as const;
const MILLION = 1_000_000;
const SECONDS_PER_MINUTE = 60;

/** Tells what usage costs in a call, of whose events it is told. */
export interface Estimate {
  /** A call begins. */
  begin(): void;
  observe(event: ServerEvent): void;
  costOf(usage: TokenUsage): number | undefined;
}

/** The estimate of a call's cost; of a list, once the service has named the models. */
export function estimate(prices: Prices | PriceList): Estimate {
  let found: Prices | undefined;
  return {
    begin: () => {
      found = typeof prices === 'function' ? undefined : prices;
    },
    observe: (event) => {
      const session = modelsIn(event);
      if (!session || typeof prices !== 'function') return;
      try {
        found = prices(session);
      } catch {
        // Without an estimate, then.
        found = undefined;
      }
    },
    costOf: (usage) => found && costOf(usage, found),
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

/** An estimate: what the service bills is up to the service. A price that is missing, or no number, counts as 0. */
export function costOf(
  { input, cached, output, transcription }: TokenUsage,
  prices: Partial<Prices>,
): number {
  let millionths =
    output.text * price(prices.output?.text) + output.audio * price(prices.output?.audio);
  for (const kind of KINDS) {
    const full = price(prices.input?.[kind]);
    const reduced = price(prices.cached?.[kind] ?? full);
    millionths += (input[kind] - cached[kind]) * full + cached[kind] * reduced;
  }
  const { input: heard, output: written, minute } = prices.transcription ?? {};
  millionths += transcription.input * price(heard) + transcription.output * price(written);
  return millionths / MILLION + (transcription.seconds / SECONDS_PER_MINUTE) * price(minute);
}

function price(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
