/**
 * How turns are taken in a call of the element: by voice, by voice with a microphone that rests while
 * the agent speaks, or by a button. It follows the page's wish, also in a call.
 */
import type { Call } from '../core/call.js';
import { attachHalfDuplex } from '../core/turn-taking/attach-half-duplex.js';
import { attachPushToTalk } from '../core/turn-taking/attach-push-to-talk.js';
import { adopt } from './adopt.js';
import { TURN_ENGLISH, type Strings } from './strings.js';
import { TalkButton } from './talk-button.js';
import { talkStyles } from './talk-styles.js';

export interface TurnTakingProperties {
  readonly turnTaking?: 'auto' | 'push-to-talk' | undefined;
  readonly halfDuplex?: boolean | undefined;
  /** Draws again what is on screen. */
  readonly requestUpdate?: () => void;
}

type Way = 'auto' | 'push-to-talk' | 'half-duplex';

export class TurnTaking {
  readonly #call: Call;
  readonly #page: Element & TurnTakingProperties;
  readonly #answers: boolean;
  #way: Way = 'auto';
  #attached: { close(): void } | undefined;
  #button: TalkButton | undefined;

  /** @param answers false: somebody else asks for the answers to turns that are taken by hand */
  constructor(call: Call, page: Element & TurnTakingProperties, answers: boolean) {
    this.#call = call;
    this.#page = page;
    this.#answers = answers;
    // Held or not.
    call.addEventListener('voice-end', () => this.#button?.rest());
  }

  /**
   * Does from now on as the page wants it at present.
   * @param session what the service has last said of it
   */
  update(session: unknown): void {
    const way = wayOf(this.#page);
    if (way === this.#way) return;
    this.#way = way;
    this.#button?.rest();
    this.#button = undefined;
    this.#attached?.close();
    this.#attached = undefined;
    if (way === 'half-duplex') this.#attached = attachHalfDuplex(this.#call);
    if (way === 'push-to-talk') {
      adopt(this.#page.shadowRoot, talkStyles);
      const turns = attachPushToTalk(this.#call, { answers: this.#answers, session });
      this.#attached = turns;
      this.#button = new TalkButton(turns, () => this.#page.requestUpdate?.());
    }
    this.#page.requestUpdate?.();
  }

  /** What is pressed for a turn; nothing where turns are taken by voice. */
  button(muted: boolean, known: Partial<Strings>): unknown {
    return this.#button?.view(muted, { ...TURN_ENGLISH, ...known });
  }
}

/** Who holds a button has no use for a microphone that rests by itself. */
function wayOf({ turnTaking, halfDuplex = false }: TurnTakingProperties): Way {
  if (turnTaking === 'push-to-talk') return turnTaking;
  return halfDuplex ? 'half-duplex' : 'auto';
}
