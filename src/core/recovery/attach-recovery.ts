/**
 * Keeps a call alive beyond its connection and its session: another line with the same microphone, whose
 * session is told what was said. It listens to the call from outside; a call without it ends where its
 * connection does.
 */
import { until, within } from '../abort.js';
import type { Attempt } from '../attempt.js';
import type { Call } from '../call.js';
import type { RecoveryCause } from '../call-state.js';
import type { Line } from '../line.js';
import type { ClientEvent, ServerEvent, SessionUpdate } from '../protocol.js';
import type { Recoverer, RecoveryStep } from '../recoverer.js';
import type { TranscriptItem } from '../transcript.js';
import { VoiceError } from '../voice-error.js';
import { History, isMessage } from './history.js';
import { watchNetwork } from './network-watch.js';
import { reconnect } from './reconnect.js';
import { limitOf } from './session-limit.js';

/** Some 4,000 tokens: half an hour of talk, and less than a second to send. */
const BUDGET_CHARACTERS = 16_000;

/** What an item weighs beside its words: services take only so many events at once. */
const ITEM_CHARACTERS = 100;

const SUMMARY_WITHIN_MS = 3_000;

/** The end of a session without a pause long enough is not waited for to the last moment. */
const LATEST_MS = 1_500;

/** A call that is lost so often is of no use to anybody, and costs a secret each time. */
const MAX_LOSSES = 5;
const FLAPPING_MS = 300_000;

const LOOK_EVERY_MS = 200;

/** At least 0.6 s: what the service has sent is heard up to half a second later, on a bad network. */
const QUIET_LOOKS = 4;

/** Says in a few sentences what was said; what it throws, or does not say in 3 s, is left out. */
export type Summarize = (items: readonly TranscriptItem[]) => string | Promise<string>;

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

/** The first items, which are not repeated word by word. */
interface Earlier {
  readonly count: number;
  readonly text?: string | undefined;
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
  /** Waits for the time when, and then for the moment in which, the session is to be renewed. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** A line to the session that will be the next. */
  #next: Line | undefined;

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
      if (state.status === 'ended' || state.status === 'recovering') this.#stop();
      if (state.status === 'live' && previous.status === 'recovering') this.#goOn();
    });
    const { session } = call.attempt?.line ?? {};
    if (session) this.#observe(session);
  }

  sent(event: ClientEvent): void {
    this.#history.sent(event);
  }

  keep(event: ClientEvent): boolean {
    this.#history.sent(event);
    return isMessage(event) || event.type === 'session.update';
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
      const line = await this.#open(attempt, signal, onToken);
      this.#tell(line, await this.#earlier(signal));
      return line;
    };
    return reconnect(open, attempt.signal, (step) => {
      show({ ...step, cause });
    });
  }

  /** What the lost session cannot say any more: how far the agent was heard, what will have no text. */
  #settle(): void {
    const { conversation, items } = this.#call;
    const last = items.at(-1);
    const speaks = this.#speaksSince > 0;
    this.#owed = last?.role === 'user' || last?.final === false || speaks;
    for (const item of items) {
      if (item.final && !(speaks && item === last)) continue;
      const place = { event_id: '', item_id: item.id, content_index: 0 };
      const audio_end_ms = speaks ? Math.max(0, this.#lastHeard() - this.#speaksSince) : 0;
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
        if (line === this.#next) this.#next = undefined;
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

  /** How many of the first items are too many to be repeated, and what those were about. */
  async #earlier(signal: AbortSignal): Promise<Earlier> {
    const { items } = this.#call;
    let count = items.length;
    for (let room = BUDGET_CHARACTERS; count > 0 && room > 0; count--) {
      room -= ITEM_CHARACTERS + (items[count - 1]?.text.length ?? 0);
    }
    const { summarize } = this.#options;
    if (count === 0 || !summarize) return { count };
    const bound = within(SUMMARY_WITHIN_MS, signal);
    const asked = (async () => summarize(items.slice(0, count)))();
    return { count, text: await until(bound, asked).catch(() => undefined) };
  }

  #tell(line: Line, { count, text }: Earlier): void {
    const events = this.#history.replay(this.#call.items.slice(count), text);
    for (const event of events) line.send(event);
  }

  /** The call is live again, over another line. */
  #goOn(): void {
    const call = this.#call;
    this.#mark(this.#cause);
    this.#cause = 'network';
    const events = this.#history.takeUnconfirmed();
    // Whoever was told of it before may have ended the call.
    if (call.attempt?.signal.aborted) return;
    for (const event of events) call.send(event);
    const isOwed = this.#owed || events.some(({ item }) => 'role' in item && item.role === 'user');
    if (isOwed && !call.isReading?.()) call.respond();
  }

  #mark(cause: RecoveryCause): void {
    this.seams = [...this.seams, { after: this.#call.items.at(-1)?.id, cause }];
  }

  #observe(event: ServerEvent): void {
    try {
      this.#history.observe(event, this.#call.items.at(-1)?.id);
      if (event.type === 'output_audio_buffer.started') this.#speaksSince = performance.now();
      if (/^output_audio_buffer\.(stopped|cleared)$/.test(event.type)) this.#speaksSince = 0;
      const limit = limitOf(event);
      if (!limit) return;
      clearTimeout(this.#timer);
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
    let earlier: Earlier = { count: 0 };
    try {
      // A host that does not answer must not outlast the session.
      const left = Math.max(0, end - LATEST_MS - performance.now());
      this.#next = await this.#open(attempt, within(left, attempt.signal));
      earlier = await this.#earlier(attempt.signal);
    } catch {
      // It will be tried again at the end, where the visitor sees it.
    }
    if (call.attempt !== attempt || call.state.status !== 'live') {
      this.#stop();
      return;
    }
    let quiet = 0;
    clearTimeout(this.#timer);
    this.#timer = setInterval(() => {
      const { state } = call;
      const next = this.#next;
      const isQuiet =
        state.status === 'live' && state.turn === 'listening' && !this.#history.isBusy;
      quiet = isQuiet && next ? quiet + 1 : 0;
      if (performance.now() > end - LATEST_MS) {
        this.#cause = 'session-limit';
        attempt.line.connection?.giveUp('the session is over');
      } else if (next && quiet >= QUIET_LOOKS) {
        this.#next = undefined;
        this.#stop();
        this.#tell(next, earlier);
        call.take(next);
        this.#mark('session-limit');
      }
    }, LOOK_EVERY_MS);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#next?.close();
    this.#next = undefined;
  }
}
