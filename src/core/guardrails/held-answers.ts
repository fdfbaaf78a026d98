/**
 * Keeps the service from answering by itself while it goes on to notice when the visitor speaks: turn
 * detection with `create_response: false`. It follows what the service says of the session, and knows
 * nothing of what is said in it.
 */
import type { Call } from '../call.js';
import type { ServerEvent, SessionUpdate } from '../protocol.js';

type TurnDetection = NonNullable<
  NonNullable<NonNullable<SessionUpdate['audio']>['input']>['turn_detection']
>;

/** A service that does not do as asked is not asked for ever. */
const MOST_TRIES = 3;

export class HeldAnswers {
  readonly #call: Pick<Call, 'updateSession'>;
  /** Also where nothing would be there to read. */
  readonly #always: boolean;
  #detection: TurnDetection | undefined;
  #hasWords = false;
  #tries = 0;
  #isOurs = false;

  constructor(call: Pick<Call, 'updateSession'>, always: boolean) {
    this.#call = call;
    this.#always = always;
  }

  /** The service decides when the visitor's turn ends; else the page asks for answers anyway. */
  get hasTurns(): boolean {
    return this.#detection !== undefined;
  }

  get isHeld(): boolean {
    return this.#detection?.create_response === false;
  }

  /** There are words to be read, or nothing may pass unread. */
  get canRead(): boolean {
    return this.#hasWords || this.#always;
  }

  /** To be told of every event from the service. Before the call is live, nothing can be sent. */
  observe(event: ServerEvent, isLive: boolean): void {
    if (event.type !== 'session.created' && event.type !== 'session.updated') return;
    const session = event.session as { audio?: SessionUpdate['audio'] | null } | null | undefined;
    const input = session?.audio?.input;
    const detection = input?.turn_detection;
    this.#detection = typeof detection === 'object' && detection ? detection : undefined;
    this.#hasWords = typeof input?.transcription === 'object' && Boolean(input.transcription);
    if (this.isHeld || !this.#detection) this.#tries = 0;
    if (isLive) this.hold();
  }

  hold(): void {
    if (!this.#detection || this.isHeld || this.#tries >= MOST_TRIES) return;
    if (!this.canRead) return;
    this.#tries++;
    this.#isOurs = true;
    this.#set(false);
  }

  /** Lets the service answer by itself again, if it did before. */
  release(): void {
    if (this.#isOurs && this.isHeld) this.#set(true);
  }

  /** With all of it: how much of an object may be left out of an update is not documented. */
  #set(create_response: boolean): void {
    try {
      const turn_detection = { ...this.#detection, create_response } as TurnDetection;
      this.#call.updateSession({ audio: { input: { turn_detection } } });
    } catch {
      // The call has ended, and the session with it.
    }
  }
}
