// The page with `<voice-agent>`: its script tag stands in the page, this only reads its events.
import type {} from './timeline.js';

interface StateDetail {
  readonly state: { readonly status: string; readonly error?: { readonly message: string } };
}

document.querySelector('voice-agent')?.setAttribute('token-url', `/token${location.search}`);

window.addEventListener('voice-state-change', (event) => {
  const { state } = (event as CustomEvent<StateDetail>).detail;
  if (state.status === 'live') window.timeline.live ??= performance.now();
  if (state.error) window.timeline.error = state.error.message;
});
window.addEventListener('voice-metrics', (event) => {
  const { detail } = event as CustomEvent<Record<string, number | string>>;
  if (detail['kind'] === 'connect') window.timeline.metrics = detail;
});
