/**
 * What is known of the items of a conversation beside their words: when each began, the pictures that
 * came with them, and why one has no end. It listens to the call, and draws nothing.
 */
import type { Call } from '../core/call.js';
import type { ServerEvent } from '../core/protocol.js';
import type { Mark } from './annotations.js';

export interface AboutItems {
  /** When each was first heard of, in ms since the call was live. */
  readonly begun: ReadonlyMap<string, number>;
  /** Those that the visitor has shown, as `data:` URLs by their item's id. */
  readonly pictures: Map<string, string>;
  readonly marks: ReadonlyMap<string, Mark>;
}

/** Of the present call, or the last one. */
export function watchItems(call: Call, redraw: () => void): AboutItems {
  const begun = new Map<string, number>();
  const pictures = new Map<string, string>();
  const marks = new Map<string, Mark>();
  let live = 0;

  const mark = (id: string, why: Mark) => {
    marks.set(id, why);
    redraw();
  };

  call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
    if (state.status === previous.status) return;
    if (state.status === 'connecting') for (const map of [begun, pictures, marks]) map.clear();
    if (previous.status === 'connecting') live = performance.now();
  });
  call.addEventListener('voice-transcript', ({ detail: { id } }) => {
    if (!begun.has(id)) begun.set(id, performance.now() - live);
    redraw();
  });
  call.addEventListener('voice-server-event', ({ detail }) => {
    if (detail.type === 'conversation.item.deleted') redraw();
    for (const id of filteredItems(detail)) mark(id, 'filtered');
  });
  call.addEventListener('voice-guardrail', (event) => {
    // Once the page has had its say.
    queueMicrotask(() => {
      const { id } = event.detail;
      if (!event.defaultPrevented) mark(id, 'stopped');
    });
  });
  return { begun, pictures, marks };
}

/** Ids of what the service's own filter has ended. Events may have any shape. */
function filteredItems(event: ServerEvent): string[] {
  if (event.type !== 'response.done') return [];
  const { status_details, output } = event.response as Partial<typeof event.response>;
  if (status_details?.reason !== 'content_filter' || !Array.isArray(output)) return [];
  return output.flatMap((item: { id?: string } | null) => item?.id ?? []);
}
