/**
 * Ends a call that lasts too long, or in which nobody does anything any more, and says so before. It goes
 * by the clock on the wall: timers rest with the machine, and a page may sleep for hours.
 */
import { every } from '../abort.js';
import type { Call } from '../call.js';

const LOOK_EVERY_MS = 500;

/**
 * How long before the end it is announced, in s; half the limit, if that is shorter. Whoever is about to
 * be cut off has 20 s to say something (WCAG 2.2, success criterion 2.2.1).
 */
const ANNOUNCE_DURATION = 30;
const ANNOUNCE_IDLE = 20;

/** For a sentence that has begun. */
const POLITE_MS = 5_000;

/** How long a tool is taken to be at work whose end nobody may tell of, or which the visitor broke into. */
const UNTOLD_MS = 120_000;

export interface Limits {
  /** Of a call, in s. Without it, and where it is no positive number, there is none. */
  readonly maxDuration?: number | undefined;
  /** In which nobody speaks or types, no answer is under way and no tool at work; in s. */
  readonly idleTimeout?: number | undefined;
}

type Surface = Pick<Call, 'addEventListener' | 'end' | 'state'>;

/**
 * In this call and all to come.
 * @param onAnnounce the seconds that are left, each of them; nothing when it is called off
 * @returns to be called when the visitor does something of which the call does not know
 */
export function attachLimits(
  call: Surface,
  limits: Limits,
  onAnnounce: (seconds: number | undefined) => void,
): () => void {
  let begun = 0;
  let active = 0;
  /** At work, by id. A call may be refused before it runs, and its result be lost with a connection. */
  const tools = new Map<string, { readonly since: number; readonly signal?: AbortSignal }>();
  let announced: number | undefined;
  let watching = new AbortController();

  const touch = () => {
    active = Date.now();
  };

  const announce = (seconds: number | undefined) => {
    if (seconds === announced) return;
    announced = seconds;
    onAnnounce(seconds);
  };

  const isAtWork = () =>
    [...tools.values()].some(
      ({ since, signal }) => signal?.aborted === false || Date.now() - since < UNTOLD_MS,
    );

  const look = () => {
    const { state } = call;
    const isQuiet = state.status === 'live' && state.turn === 'listening' && !isAtWork();
    if (!isQuiet) touch();
    const duration = left(begun, limits.maxDuration, ANNOUNCE_DURATION);
    const idle = left(active, limits.idleTimeout, ANNOUNCE_IDLE);
    if (duration <= 0 && (isQuiet || duration * 1000 <= -POLITE_MS)) void call.end('max-duration');
    else if (idle <= 0) void call.end('idle');
    else announce(finite(Math.max(0, Math.ceil(Math.min(duration, idle)))));
  };

  const start = () => {
    watching = new AbortController();
    const { signal } = watching;
    every(LOOK_EVERY_MS, signal, look);
    // What has woken up need not wait for a timer.
    const page = globalThis.document as Document | undefined;
    for (const name of ['visibilitychange', 'resume'])
      page?.addEventListener(name, look, { signal });
  };

  call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
    if (state.status === previous.status) return;
    if (previous.status === 'live') tools.clear();
    if (state.status === 'ended') {
      watching.abort();
      announce(undefined);
    }
    if (state.status === 'live' && previous.status === 'connecting') {
      begun = active = Date.now();
      start();
    }
  });
  call.addEventListener('voice-transcript', touch);
  call.addEventListener('voice-tool-call', (event) => {
    const { id, signal } = detailOf(event);
    tools.set(id, { since: Date.now(), signal });
  });
  call.addEventListener('voice-tool-result', (event) => {
    tools.delete(detailOf(event).id);
    touch();
  });
  // A function of the host has no other end that the page could see.
  call.addEventListener('voice-server-event', ({ detail }) => {
    const { item } = detail as { item?: { type?: unknown; call_id?: unknown } | null };
    if (item?.type === 'function_call_output') tools.delete(String(item.call_id));
  });
  return touch;
}

/** Seconds until the end, from when it is to be announced on; before that, and without one, infinite. */
function left(since: number, limit: number | undefined, announce: number): number {
  if (!limit || !(limit > 0)) return Infinity;
  const seconds = limit - (Date.now() - since) / 1000;
  return seconds <= Math.min(announce, limit / 2) ? seconds : Infinity;
}

function detailOf(event: Event): { readonly id: string; readonly signal?: AbortSignal } {
  return (event as CustomEvent<{ id: string; signal?: AbortSignal }>).detail;
}

function finite(seconds: number): number | undefined {
  return seconds < Infinity ? seconds : undefined;
}
