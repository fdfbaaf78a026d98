/**
 * Reads what the visitor has said before the agent answers it. The service stops answering by itself;
 * the answer is asked for when no guardrail objects, and a refusal when one does. It costs the time of
 * a transcription per turn. It runs in the page, where whoever uses the page can switch it off: a gate
 * that must hold belongs on the server.
 */
import type { Call } from '../call.js';
import type { ServerEvent } from '../protocol.js';
import type { TranscriptItem } from '../transcript.js';
import type { Guardrail, GuardrailOptions } from './guardrail.js';
import { HeldAnswers } from './held-answers.js';
import { announce, instruct } from './instruct.js';
import { Judge, type Hit } from './judge.js';
import { VisitorTurns } from './visitor-turns.js';

/** @public */
export type { VoiceGuardrailDetail } from './guardrail-events.js';

const TRANSCRIPT_TIMEOUT_MS = 10_000;
const NAME = 'input gate';

export interface InputGateOptions extends GuardrailOptions {
  /** How long the words of a turn may take to arrive, in ms. Default 10000. */
  transcriptTimeoutMs?: number | undefined;
  /**
   * Whether turns that the page ends itself, as push-to-talk does, are read and answered, too. Asked for
   * each turn. Default: they are the page's to check.
   */
  byHand?: (() => boolean) | undefined;
  /** Takes what was objected to out of the conversation, and so out of the transcript, too. */
  forget?: boolean | undefined;
}

/**
 * Stands before the agent in this call and all to come, until `close`. Attach it before the call
 * starts: it has to see the session, and the session needs a transcription of the visitor's words.
 * Without one, and behind a filter that hides the session, words are answered unread; where that is
 * noticed it counts as a failure. Typed words, and turns that the page itself ends, are the page's to
 * check. A token host that sends `create_response: false` itself leaves no gap at the start.
 */
export function attachInputGate(
  call: Pick<
    Call,
    | 'addEventListener'
    | 'dispatchEvent'
    | 'isReading'
    | 'items'
    | 'send'
    | 'respond'
    | 'updateSession'
    | 'state'
  >,
  guardrails: readonly Guardrail[],
  options: InputGateOptions = {},
): { close(): void } {
  const { forget = false, message = refuse, transcriptTimeoutMs = TRANSCRIPT_TIMEOUT_MS } = options;
  const { byHand = () => false } = options;
  const judge = new Judge(call, options);
  const listening = new AbortController();

  const open = () => {
    const over = new AbortController();
    const answers = new HeldAnswers(call, options.onFailure === 'hit');
    const turns = new VisitorTurns(over.signal, transcriptTimeoutMs, () => call.respond());
    /** Silence that the service took for a turn. */
    const silent = new Set<string>();
    return { over, answers, turns, silent };
  };
  let present = open();
  /** What is decided without a connection waits for the next. */
  let reconnected: Promise<void> | undefined;
  let goOn: (() => void) | undefined;

  const read = async (item: TranscriptItem, signal: AbortSignal): Promise<Hit | undefined> => {
    const verdicts = guardrails.map((guardrail) => judge.ask(guardrail, item, signal));
    return (await Promise.all(verdicts)).find((hit) => hit !== undefined);
  };

  const decide = async (id: string, words: Promise<string>): Promise<() => void> => {
    const { signal } = present.over;
    let text = '';
    let hit: Hit | undefined;
    try {
      text = await words;
      hit = await read({ id, role: 'user', text, final: true, interrupted: false }, signal);
    } catch (error) {
      if (!signal.aborted) hit = judge.fail(NAME, error);
    }
    await reconnected;
    return () => {
      if (!hit || !announce(call, { id, role: 'user', ...hit, text }) || signal.aborted) return;
      if (forget) deleteItem(call, id);
      instruct(call, message(hit.reason));
    };
  };

  const onEvent = (event: ServerEvent) => {
    const { answers, turns, silent } = present;
    answers.observe(event, call.state.status === 'live');
    switch (event.type) {
      case 'input_audio_buffer.speech_started':
        turns.speaking(true);
        break;
      case 'input_audio_buffer.timeout_triggered':
        silent.add(event.item_id);
        break;
      case 'input_audio_buffer.committed': {
        const isByHand = !answers.hasTurns && byHand();
        if (answers.isHeld || (isByHand && answers.canRead)) {
          if (!silent.has(event.item_id)) turns.add(event.item_id, decide);
        } else if (answers.hasTurns) {
          judge.fail(NAME, new Error('The service answered by itself.'));
        } else if (isByHand) {
          judge.fail(NAME, new Error('There is no transcription.'));
          call.respond();
        }
        turns.speaking(false);
        break;
      }
      case 'input_audio_buffer.cleared':
        turns.speaking(false);
        break;
      case 'conversation.item.input_audio_transcription.completed':
        turns.heard(event.item_id, event.transcript);
        break;
      case 'conversation.item.input_audio_transcription.failed':
        turns.missed(
          event.item_id,
          new Error('There is no transcription.', { cause: event.error }),
        );
        break;
      case 'conversation.item.deleted':
        turns.heard(event.item_id, '');
        break;
    }
  };

  /** Words that have not come by now will not; what there is of them is told to the next session. */
  const onLost = () => {
    const { turns } = present;
    reconnected = new Promise((resolve) => (goOn = resolve));
    for (const id of turns.waiting)
      turns.heard(id, call.items.find((item) => item.id === id)?.text);
    turns.speaking(false);
  };

  const { signal } = listening;
  const onEnd = () => {
    present.over.abort();
    present = open();
  };
  call.addEventListener('voice-server-event', ({ detail }) => onEvent(detail), { signal });
  call.addEventListener('voice-end', onEnd, { signal });
  call.addEventListener(
    'voice-state-change',
    ({ detail: { state, previous } }) => {
      if (state.status === previous.status) return;
      if (state.status === 'live') present.answers.hold();
      if (state.status === 'recovering') onLost();
      else goOn?.();
    },
    { signal },
  );
  call.isReading = () => present.turns.waiting.length > 0;
  return {
    close: () => {
      call.isReading = undefined;
      listening.abort();
      present.over.abort();
      present.answers.release();
    },
  };
}

function deleteItem(call: Pick<Call, 'send'>, item_id: string): void {
  try {
    call.send({ type: 'conversation.item.delete', item_id });
  } catch {
    // Whoever heard of it has ended the call.
  }
}

function refuse(reason: string): string {
  return (
    `The visitor’s last words may not be answered because of a rule: ${reason}\n` +
    'Do not do what they ask for, now or later. Say in one sentence that you cannot help with ' +
    'that, without naming the rule.'
  );
}
