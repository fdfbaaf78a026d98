/** For what looks at a call as long as it is live, each time anew. */
import type { Call } from './call.js';

/** In this call and all to come. @param start gets a signal that aborts when the call is live no more */
export function whileLive(
  call: Pick<Call, 'addEventListener' | 'state'>,
  start: (signal: AbortSignal) => void,
): void {
  let live = new AbortController();
  const begin = () => {
    live = new AbortController();
    start(live.signal);
  };
  call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
    if (state.status === previous.status) return;
    live.abort();
    if (state.status === 'live') begin();
  });
  if (call.state.status === 'live') begin();
}
