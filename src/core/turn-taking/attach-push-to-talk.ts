/**
 * Push-to-talk: the visitor is heard only while a button is held, and answered when it is let go. The
 * microphone stays open at the device, so that the first syllable is there at once; between turns it
 * sends silence. It knows no button.
 */
import type { Call } from '../call.js';
import type { ServerEvent } from '../protocol.js';
import { TurnDetection } from './turn-detection.js';

/** People let go with their last word still in the mouth, and sound is late on its way. */
const TAIL_MS = 250;

export interface PushToTalkOptions {
  /** For how long after the release the visitor is still heard, in ms. Default 250. */
  tailMs?: number | undefined;
  /**
   * Whether each turn is answered. Default true; false for who reads the words first and then asks for
   * the answer, as an input gate with `byHand` does. Where the service hides its session nobody hears
   * of a turn, so there it is answered all the same.
   */
  answers?: boolean | undefined;
  /** What the service has last said of the session, where it is attached in the middle of a call. */
  session?: unknown;
}

export interface PushToTalk {
  /** From `press` until `release`. */
  readonly isHeld: boolean;
  /**
   * The visitor speaks now; the agent stops. Without a live call by voice, or while muted, it does nothing.
   * @returns whether the visitor is heard
   */
  press(): boolean;
  /** The visitor is done, and is answered. */
  release(): void;
  /** Takes back what was said since `press`. */
  cancel(): void;
  /** The microphone is open again, and the session finds the turns as it did before. */
  close(): void;
}

/** Takes turns by hand in this call and all to come, until `close`. It may be attached in a call. */
export function attachPushToTalk(
  call: Pick<
    Call,
    'addEventListener' | 'state' | 'hold' | 'interrupt' | 'respond' | 'send' | 'updateSession'
  >,
  { tailMs = TAIL_MS, answers = true, session }: PushToTalkOptions = {},
): PushToTalk {
  const detection = new TurnDetection(call, session);
  const listening = new AbortController();
  const { signal } = listening;
  let isHeld = false;
  let tail: ReturnType<typeof setTimeout> | undefined;
  let commits = 0;

  const commitId = () => `voice-agent-commit-${commits}`;

  const send = (event: Parameters<Call['send']>[0]) => {
    try {
      call.send(event);
    } catch {
      // The call has ended.
    }
  };

  const rest = () => {
    isHeld = false;
    clearTimeout(tail);
    tail = undefined;
    call.hold(false);
  };

  const commit = () => {
    commits++;
    send({ type: 'input_audio_buffer.commit', event_id: commitId() });
    if (answers || !detection.isKnown) call.respond();
    rest();
  };

  const cancel = () => {
    if (!isHeld) return;
    rest();
    send({ type: 'input_audio_buffer.clear' });
  };

  /** The visitor is muted now: a turn that was done is sent, one under way is not. */
  const settle = () => {
    if (tail !== undefined) commit();
    cancel();
  };

  const onEvent = (event: ServerEvent) => {
    detection.observe(event, call.state.status === 'live');
    // An answer to something else: two do not speak at once.
    if (event.type === 'output_audio_buffer.started' && isHeld) call.interrupt();
    // Nothing was said, so nothing is to be answered.
    if (event.type === 'error' && isAboutCommit(event, commitId())) call.interrupt();
  };

  call.addEventListener('voice-server-event', ({ detail }) => onEvent(detail), { signal });
  call.addEventListener(
    'voice-state-change',
    ({ detail: { state, previous } }) => {
      if (state.status !== 'live') rest();
      else if (previous.status !== 'live') detection.off();
      // Others are to hear of the muting before they hear of what comes of it.
      else if (state.muted) queueMicrotask(settle);
    },
    { signal },
  );
  call.hold(false);
  if (call.state.status === 'live') {
    detection.off();
    // Nobody will say when what is being said just now has ended.
    send({ type: 'input_audio_buffer.clear' });
  }

  return {
    get isHeld() {
      return isHeld;
    },
    press: () => {
      const { state } = call;
      if (state.status !== 'live' || !state.voice || state.muted || signal.aborted) return false;
      if (isHeld) return true;
      isHeld = true;
      // Within the tail of the turn before, this is the same turn.
      if (tail === undefined) send({ type: 'input_audio_buffer.clear' });
      clearTimeout(tail);
      tail = undefined;
      call.hold(true);
      call.interrupt();
      return true;
    },
    release: () => {
      if (!isHeld) return;
      isHeld = false;
      tail = setTimeout(commit, tailMs);
    },
    cancel,
    close: () => {
      if (signal.aborted) return;
      settle();
      listening.abort();
      detection.restore();
      call.hold();
    },
  };
}

function isAboutCommit(event: ServerEvent & { type: 'error' }, id: string): boolean {
  const error = event.error as Partial<typeof event.error> | null | undefined;
  const isAnonymous = !error?.event_id;
  return (
    error?.event_id === id || (isAnonymous && error?.code === 'input_audio_buffer_commit_empty')
  );
}
