// The page with `<voice-agent>`: its script tag stands in the page, this only reads its events.
import type {} from '../../../src/element/dom-events.js';
import type {} from './timeline.js';

document.querySelector('voice-agent')?.setAttribute('token-url', `/token${location.search}`);

window.addEventListener('voice-state-change', ({ detail: { state } }) => {
  if (state.status === 'live') window.timeline.live ??= performance.now();
  if (state.status === 'ended') window.timeline.error ??= state.error?.message ?? state.reason;
});
window.addEventListener('voice-metrics', ({ detail }) => {
  if (detail.kind === 'connect') window.timeline.metrics = { ...detail };
});
