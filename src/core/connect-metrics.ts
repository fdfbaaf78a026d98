/**
 * How long connecting took, as `voice-metrics` of a call. It listens to the call from outside; a call
 * does without it.
 */
import type { Call } from './call.js';
import { measure, type ConnectMetrics } from './metrics.js';

/** From now on the call tells, once it is live, when each step of connecting was done. */
export function attachConnectMetrics(call: Call): void {
  let start = 0;
  let steps: Partial<Record<Exclude<keyof ConnectMetrics, 'kind'>, number>> = {};
  const mark = (step: keyof typeof steps) => {
    steps[step] ??= measure(step, start, performance.now());
  };
  call.addEventListener('voice-milestone', ({ detail }) => {
    if (call.state.status === 'connecting') mark(detail);
  });
  call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
    if (state.status === 'connecting') {
      if (previous.status !== 'connecting') {
        start = performance.now();
        steps = {};
      }
      // Who only types waits for no microphone, and is told so in the first moment.
      for (const step of ['token', 'microphone'] as const) {
        if (!state.waitingFor.has(step)) mark(step);
      }
    }
    if (state.status !== 'live' || previous.status !== 'connecting') return;
    const { microphone, ...others } = steps;
    const metrics: ConnectMetrics = {
      kind: 'connect',
      ...others,
      ...(state.voice && { microphone }),
      live: measure('connect', start, performance.now()),
    };
    // Once everybody knows that it is live.
    queueMicrotask(() => {
      call.dispatch('voice-metrics', metrics);
    });
  });
}
