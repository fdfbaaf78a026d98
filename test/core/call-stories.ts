/** What the browser tests of `Call` share: a call to a fake service, and its events as they come. */
import type { Call, CallEventDetails, CallState } from '../../src/core/index.js';

/** The details of all events of these types, in the order of their coming. */
export function collect<K extends keyof CallEventDetails>(
  call: Call,
  ...types: K[]
): CallEventDetails[K][] {
  const details: CallEventDetails[K][] = [];
  for (const type of types) {
    call.addEventListener(type, ({ detail }) => {
      details.push(detail);
    });
  }
  return details;
}

/** The next event of a type, or the next whose detail fits. */
export function next<K extends keyof CallEventDetails>(
  call: Call,
  type: K,
  fits: (detail: CallEventDetails[K]) => boolean = () => true,
): Promise<CallEventDetails[K]> {
  return new Promise((resolve) => {
    const done = new AbortController();
    call.addEventListener(
      type,
      ({ detail }) => {
        if (!fits(detail)) return;
        done.abort();
        resolve(detail);
      },
      { signal: done.signal },
    );
  });
}

/** A state in one word or two. */
export function nameOf(state: CallState): string {
  switch (state.status) {
    case 'connecting':
      return `connecting: ${[...state.waitingFor].join(' ')}`;
    case 'live':
      return `live: ${state.turn}${state.muted ? ' muted' : ''}`;
    case 'recovering':
      return `recovering: ${state.cause} ${state.attempt}`;
    case 'ended':
      return `ended: ${state.reason}`;
    case 'idle':
      return 'idle';
  }
}

/** What `asking` failed with. */
export async function reasonOf(asking: Promise<unknown>): Promise<Error & { code?: string }> {
  return asking.then(
    () => new Error('It did not fail.'),
    (error: unknown) => error as Error,
  );
}
