/**
 * Turns the session's voice activity detection off, and back to what it was. It follows what the
 * service says of the session; whose turn it is it does not know.
 *
 * A service that hides its session, such as Azure behind `webrtcfilter=on`, is asked all the same; as
 * nobody knows what it had, it gets `server_vad`, the default of the protocol, when it is to be turned
 * on again.
 */
import type { Call } from '../call.js';
import type { ServerEvent, SessionUpdate } from '../protocol.js';

type Detection = NonNullable<NonNullable<SessionUpdate['audio']>['input']>['turn_detection'];

const DEFAULT: Detection = { type: 'server_vad' };

/** A service that does not do as asked is not asked for ever. */
const MOST_TRIES = 3;

export class TurnDetection {
  readonly #call: Pick<Call, 'updateSession'>;
  /** What the session has when it is left alone. */
  #own: Detection = DEFAULT;
  #tries = 0;
  #isKnown = false;

  /** @param session what the service has said of it so far */
  constructor(call: Pick<Call, 'updateSession'>, session: unknown) {
    this.#call = call;
    this.#learn(detectionIn(session), true);
  }

  /** The service says what the session has. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** To be told of every event from the service; what is turned on meanwhile is turned off, too. */
  observe(event: ServerEvent, isOff: boolean): void {
    if (event.type !== 'session.created' && event.type !== 'session.updated') return;
    const found = detectionIn(event.session);
    // Null is ours, unless the session began with it.
    this.#learn(found, event.type === 'session.created');
    if (found === null) this.#tries = 0;
    if (found && isOff && this.#tries++ < MOST_TRIES) this.#set(null);
  }

  off(): void {
    this.#tries = 0;
    this.#set(null);
  }

  /** As it was. */
  restore(): void {
    if (this.#own) this.#set(this.#own);
  }

  #learn(found: Detection, isOwn: boolean): void {
    this.#isKnown ||= found !== undefined;
    if (found || (found === null && isOwn)) this.#own = found;
  }

  #set(turn_detection: Detection): void {
    try {
      this.#call.updateSession({ audio: { input: { turn_detection } } });
    } catch {
      // There is no call, and so nothing to be turned off or on.
    }
  }
}

/** Null where it is off; `undefined` where the session does not say. It may have any shape. */
function detectionIn(session: unknown): Detection {
  const { audio } = (session ?? {}) as { audio?: SessionUpdate['audio'] | null };
  const found: unknown = audio?.input?.turn_detection;
  return typeof found === 'object' ? (found as Detection) : undefined;
}
