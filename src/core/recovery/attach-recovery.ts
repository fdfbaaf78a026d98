/**
 * Keeps a call alive beyond its connection and its session: another line with the same microphone, whose
 * session is told what was said. It listens to the call from outside; a call without it ends where its
 * connection does.
 */
import { every, within } from '../abort.js';
import type { Attempt } from '../attempt.js';
import type { Call } from '../call.js';
import type { RecoveryCause } from '../call-state.js';
import type { Line } from '../line.js';
import type { ClientEvent, ServerEvent, SessionUpdate } from '../protocol.js';
import type { Recoverer, RecoveryStep } from '../recoverer.js';
import { VoiceError } from '../voice-error.js';
import { earlierIn, type Earlier, type Summarize } from './earlier.js';
import { History, isKept } from './history.js';
import { watchNetwork } from './network-watch.js';
import { reconnect } from './reconnect.js';
import { limitOf } from './session-limit.js';

/** The end of a session without a pause long enough is not waited for to the last moment. */
const LATEST_MS = 1_500;

/** A call that is lost so often is of no use to anybody, and costs a secret each time. */
const MAX_LOSSES = 5;
const FLAPPING_MS = 300_000;

const LOOK_EVERY_MS = 200;

/** At least 0.6 s: what the service has sent is heard up to half a second later, on a bad network. */
const QUIET_LOOKS = 4;

/** 5 s, while what was said last is not written down yet: what has no text is lost to the next session. */
const LATE_LOOKS = 25;

export type { Summarize } from './earlier.js';

export interface RecoveryOptions {
  /** For conversations that are too long to be repeated word by word: what came before. */
  readonly summarize?: Summarize | undefined;
  /** What the call was made with. */
  readonly session?: SessionUpdate | undefined;
}

/** A place in the conversation where the call went on over another connection. */
export interface Seam {
  /** The id of the last item before it. */
  readonly after: string | undefined;
  readonly cause: RecoveryCause;
}

export interface Recovery {
  /** Those of the present call, or the last one. */
  readonly seams: readonly Seam[];
}

/** For this call and all that follow. */
export function attachRecovery(call: Call, options: RecoveryOptions = {}): Recovery {
  return new CallRecovery(call, options);
}

class CallRecovery implements Recovery, Recoverer {
  seams: Seam[] = [];
  readonly #call: Call;
  readonly #options: RecoveryOptions;
  readonly #lastHeard: () => number;
  #history: History;
  /** When the agent began to be heard; 0 while it is silent. */
  #speaksSince = 0;
  /** The visitor waits for an answer that the lost session owes. */
  #owed = false;
  #losses: number[] = [];
  #cause: RecoveryCause = 'network';
  /** Waits for the time when the session is to be renewed. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Aborts where it is to be renewed no more. */
  #renewing = new AbortController();
  /** A line to the session that will be the next. */
  #next: Line | undefined;
  /** The last message that the agent has written, which is read as it comes. */
  #written: string | undefined;

  constructor(call: Call, options: RecoveryOptions) {
    this.#call = call;
    this.#options = options;
    this.#history = new History(options.session);
    this.#lastHeard = watchNetwork(call);
    call.recoverer = this;
    call.addEventListener('voice-server-event', ({ detail }) => {
      this.#observe(detail);
    });
    call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
      if (state.status === 'connecting' && previous.status !== 'connecting') {
        this.#history = new History(options.session);
        this.seams = [];
        this.#losses = [];
        this.#speaksSince = 0;
      }
      // Whoever chooses to speak while it recovers disturbs nothing.
      const isOther = state.status !== previous.status;
      if (state.status === 'ended' || (state.status === 'recovering' && isOther)) this.#stop();
      if (state.status === 'live' && previous.status === 'recovering') this.#goOn();
    });
    const { session } = call.attempt?.line ?? {};
    if (session) this.#observe(session);
  }

  sent(event: ClientEvent): void {
    this.#history.sent(event);
  }

  keep(event: ClientEvent): boolean {
    this.sent(event);
    return isKept(event);
  }

  async recover(attempt: Attempt, show: (step: RecoveryStep) => void): Promise<Line> {
    const cause = this.#cause;
    const now = performance.now();
    this.#losses = [...this.#losses.filter((at) => at > now - FLAPPING_MS), now];
    if (this.#losses.length > MAX_LOSSES) {
      throw new VoiceError('connection-lost', 'The connection was lost too often.');
    }
    this.#settle();
    const open = async (signal: AbortSignal, onToken: () => void) => {
      this.#next = await this.#open(attempt, signal, onToken);
      try {
        const earlier = await earlierIn(this.#call.items, this.#options.summarize, signal);
        return this.#tell(earlier);
      } catch (error) {
        this.#drop();
        throw error;
      }
    };
    return reconnect(open, attempt.signal, (step) => {
      show({ ...step, cause });
    });
  }

  /** What the lost session cannot say any more: how far the agent was heard, what will have no text. */
  #settle(): void {
    const { conversation, items, state } = this.#call;
    const last = items.at(-1);
    const speaks = this.#speaksSince > 0;
    const isAwaited =
      state.status === 'live' && (state.turn === 'thinking' || state.turn === 'speaking');
    this.#owed = last?.role === 'user' || isAwaited || this.#history.isBusy;
    for (const item of items) {
      if (item.final && !(speaks && item === last)) continue;
      const place = { event_id: '', item_id: item.id, content_index: 0 };
      const spoken = speaks ? Math.max(0, this.#lastHeard() - this.#speaksSince) : 0;
      const audio_end_ms = item.id === this.#written ? Infinity : spoken;
      const error = {};
      conversation?.received(
        item.role === 'agent'
          ? { ...place, type: 'conversation.item.truncated', audio_end_ms }
          : { ...place, type: 'conversation.item.input_audio_transcription.failed', error },
      );
    }
    this.#speaksSince = 0;
  }

  /** A line of which the call hears nothing until it is the call's. */
  async #open(attempt: Attempt, signal: AbortSignal, onToken?: () => void): Promise<Line> {
    const history = this.#history;
    const isTaken = () => attempt.line === line;
    const line = attempt.another((handlers) => ({
      onMilestone: handlers.onMilestone,
      onReady: (step) => {
        if (step === 'token') onToken?.();
      },
      onEvent: (event) => {
        if (isTaken() && !history.isEcho(event)) handlers.onEvent(event);
      },
      onQuality: (quality) => {
        if (isTaken()) handlers.onQuality(quality);
      },
      onLost: (error, hungUp) => {
        if (isTaken()) handlers.onLost(error, hungUp);
        else if (line === this.#next) this.#drop();
      },
    }));
    try {
      await line.connect(signal);
      return line;
    } catch (error) {
      line.close();
      throw error;
    }
  }

  /** @returns the next line, whose session now knows everything */
  #tell({ count, text }: Earlier): Line {
    const line = this.#next;
    if (!line) throw new VoiceError('connection-lost', 'The connection was lost again.');
    const items = this.#call.items.slice(count);
    for (const event of this.#history.replay(items, text)) line.send(event);
    this.#next = undefined;
    return line;
  }

  /** The call is live again, over another line. */
  #goOn(): void {
    const call = this.#call;
    this.#mark(this.#cause);
    this.#cause = 'network';
    const isOwed = this.#owed || this.#history.isAsking;
    if (isOwed && !call.isReading?.()) call.respond();
  }

  #mark(cause: RecoveryCause): void {
    this.seams = [...this.seams, { after: this.#call.items.at(-1)?.id, cause }];
  }

  #observe(event: ServerEvent): void {
    try {
      this.#history.observe(event, this.#call.items.at(-1)?.id);
      if (event.type === 'output_audio_buffer.started') this.#speaksSince = performance.now();
      if (event.type === 'response.output_text.delta') this.#written = event.item_id;
      if (/^output_audio_buffer\.(stopped|cleared)$/.test(event.type)) this.#speaksSince = 0;
      const limit = limitOf(event);
      if (!limit) return;
      this.#stop();
      const end = performance.now() + limit.endsIn;
      this.#timer = setTimeout(() => void this.#renew(end), limit.prepareIn);
    } catch {
      // A malformed event tells nothing.
    }
  }

  /** Gets another session ready, and goes on in it when nobody speaks. */
  async #renew(end: number): Promise<void> {
    const call = this.#call;
    const { attempt } = call;
    // Where nobody has said anything since, nobody may be there.
    if (!attempt || call.items.at(-1)?.id === this.seams.at(-1)?.after) return;
    const { signal } = (this.#renewing = new AbortController());
    let earlier: Earlier = { count: 0 };
    try {
      // A host that does not answer must not outlast the session.
      const left = Math.max(0, end - LATEST_MS - performance.now());
      this.#next = await this.#open(attempt, within(left, signal));
      earlier = await earlierIn(this.#call.items, this.#options.summarize, signal);
    } catch {
      // It will be tried again at the end, where the visitor sees it.
    }
    if (signal.aborted) return;
    let quiet = 0;
    every(LOOK_EVERY_MS, signal, () => {
      const { state, items } = call;
      const isQuiet =
        state.status === 'live' && state.turn === 'listening' && !this.#history.isBusy;
      quiet = isQuiet && this.#next ? quiet + 1 : 0;
      // The visitor's words often come after their answer, and in some sessions never.
      const isLate =
        items.some(({ role, text }) => role === 'user' && text) &&
        items.slice(-2).some(({ final }) => !final);
      if (performance.now() > end - LATEST_MS) {
        this.#cause = 'session-limit';
        attempt.line.connection?.giveUp('the session is over');
      } else if (quiet >= (isLate ? LATE_LOOKS : QUIET_LOOKS)) {
        const next = this.#tell(earlier);
        this.#stop();
        call.take(next);
        this.#mark('session-limit');
      }
    });
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#renewing.abort();
    this.#drop();
  }

  #drop(): void {
    this.#next?.close();
    this.#next = undefined;
  }
}
