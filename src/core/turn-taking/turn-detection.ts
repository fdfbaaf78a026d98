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

  constructor(call: Pick<Call, 'updateSession'>) {
    this.#call = call;
  }

  /** The service says what the session has. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** To be told of every event from the service; what is turned on meanwhile is turned off, too. */
  observe(event: ServerEvent, isOff: boolean): void {
    const found = detectionIn(event);
    if (found === undefined) return;
    this.#isKnown = true;
    // Null is ours, unless the session began with it.
    if (found || event.type === 'session.created') this.#own = found;
    if (!found) this.#tries = 0;
    else if (isOff && this.#tries++ < MOST_TRIES) this.#set(null);
  }

  off(): void {
    this.#tries = 0;
    this.#set(null);
  }

  /** As it was. */
  restore(): void {
    if (this.#own) this.#set(this.#own);
  }

  #set(turn_detection: Detection): void {
    try {
      this.#call.updateSession({ audio: { input: { turn_detection } } });
    } catch {
      // There is no call, and so nothing to be turned off or on.
    }
  }
}

/** Null where it is off; `undefined` where the event does not say. Events may have any shape. */
function detectionIn(event: ServerEvent): Detection | undefined {
  if (event.type !== 'session.created' && event.type !== 'session.updated') return undefined;
  const session = event.session as { audio?: SessionUpdate['audio'] | null } | null | undefined;
  const found: unknown = session?.audio?.input?.turn_detection;
  return typeof found === 'object' ? (found as Detection) : undefined;
}
