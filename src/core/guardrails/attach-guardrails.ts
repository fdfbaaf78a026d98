/**
 * Reads what the agent says while it says it, and stops it where a guardrail objects. Words run ahead
 * of the voice, so most of what is objected to is never heard; what was heard cannot be taken back.
 * It runs in the page, where whoever uses the page can switch it off: a guard that must hold belongs
 * on the server.
 */
import type { Call } from '../call.js';
import type { ServerEvent } from '../protocol.js';
import type { TranscriptItem } from '../transcript.js';
import type { Guardrail, GuardrailOptions } from './guardrail.js';
import { announce, instruct } from './instruct.js';
import { Judge, type Hit } from './judge.js';
import { AnswerOrder } from './answer-order.js';
import { WatchedItem } from './watched-item.js';

/** @public */
export type { VoiceGuardrailDetail } from './guardrail-events.js';

/** As often as OpenAI's Agents SDK. */
const EVERY = 100;
const RETRIES = 2;

export interface OutputGuardrailOptions extends GuardrailOptions {
  /** After how many new characters a turn is read again. Default 100; `Infinity`: at its end only. */
  every?: number | undefined;
  /**
   * How often in a row, without a word from the visitor, the agent may try again. Default 2. After
   * that it is stopped and not asked to say something else: it would go round in circles, and be paid.
   */
  retries?: number | undefined;
}

/** Watches over the agent in this call and all to come, until `close`. */
export function attachGuardrails(
  call: Pick<
    Call,
    'addEventListener' | 'dispatchEvent' | 'items' | 'interrupt' | 'send' | 'respond'
  >,
  guardrails: readonly Guardrail[],
  options: OutputGuardrailOptions = {},
): { close(): void } {
  const { every = EVERY, retries = RETRIES, message = tryAgain } = options;
  const judge = new Judge(call, options);
  const listening = new AbortController();
  const { signal } = listening;
  const watched = new Map<string, WatchedItem>();
  /** Ids of the agent's turns that were stopped. */
  const stopped = new Set<string>();
  let order = new AnswerOrder();

  const forget = () => {
    for (const item of watched.values()) item.close();
    watched.clear();
    stopped.clear();
    order = new AnswerOrder();
  };

  const onHit = (id: string, { guardrail, reason }: Hit, text: string) => {
    if (order.isOver(id, call.items)) return;
    const isOurs = announce(call, { id, role: 'agent', guardrail, reason, text });
    // The page may have ended the call, or had enough of guardrails.
    if (!isOurs || !watched.has(id)) return;
    stopped.add(id);
    call.interrupt();
    instruct(call, message(reason));
    if (stoppedInARow(call.items, stopped) <= retries) call.respond();
  };

  const onTranscript = (item: TranscriptItem) => {
    if (item.role !== 'agent' || order.isBeside(item.id)) return;
    let watching = watched.get(item.id);
    if (!watching) {
      const watcher = { judge, guardrails, every, onHit: onHit.bind(undefined, item.id) };
      watching = new WatchedItem(item, watcher);
      watched.set(item.id, watching);
    }
    watching.update(item);
  };

  const onEvent = (event: ServerEvent) => {
    order.observe(event);
    if (event.type === 'conversation.item.deleted') watched.get(event.item_id)?.close();
  };

  call.addEventListener('voice-transcript', ({ detail }) => onTranscript(detail), { signal });
  call.addEventListener('voice-server-event', ({ detail }) => onEvent(detail), { signal });
  call.addEventListener('voice-end', forget, { signal });
  return {
    close: () => {
      listening.abort();
      forget();
    },
  };
}

/** How many turns were stopped since the visitor's last one. */
function stoppedInARow(items: readonly TranscriptItem[], stopped: ReadonlySet<string>): number {
  const since = items.slice(items.findLastIndex(({ role }) => role === 'user') + 1);
  return since.filter(({ id }) => stopped.has(id)).length;
}

function tryAgain(reason: string): string {
  return (
    `Your last answer was stopped because it broke a rule: ${reason}\n` +
    'Do not repeat it and do not name the rule. Apologise in a few words and go on with what you ' +
    'are here for.'
  );
}
