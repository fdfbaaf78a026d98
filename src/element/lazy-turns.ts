/** Loads the code for turns that are not taken by voice alone, where the page wants that, also in a call. */
import type { Call } from '../core/call.js';
import { partMissing } from './part-missing.js';
import type { TurnTaking, TurnTakingProperties } from './turn-taking.js';

export interface LazyTurns {
  /** There once turns were taken otherwise. */
  readonly loaded: TurnTaking | undefined;
  /** Takes turns in the page's present way. */
  take(): Promise<void>;
  /** The page wants another way, now. */
  change(): void;
}

/** @param isGated the words of a turn are read before it is answered */
export function lazyTurns(
  call: Call,
  page: HTMLElement & TurnTakingProperties,
  isGated: boolean,
): LazyTurns {
  /** What the service has last said of it. */
  let session: unknown;
  let loaded: TurnTaking | undefined;

  call.addEventListener('voice-server-event', ({ detail }) => {
    if ('session' in detail) ({ session } = detail);
  });
  call.addEventListener('voice-end', () => {
    session = undefined;
  });

  const take = async () => {
    if (page.turnTaking !== 'push-to-talk' && !page.halfDuplex && !loaded) return;
    const { TurnTaking } = await import('./turn-taking-part.js');
    loaded ??= new TurnTaking(call, page, !isGated);
    loaded.update(session);
  };
  return {
    get loaded() {
      return loaded;
    },
    take,
    change: () => {
      take().catch((cause: unknown) => {
        partMissing(call, cause);
      });
    },
  };
}
